"""Runs a side as a process of its own: to its end, with a stopwatch, or until it is killed."""

import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import IO, NamedTuple
from urllib.parse import urlsplit

import psutil

from .sampler import Sampler, listener_on
from .settings import Settings

_ROOT = Path(__file__).resolve().parents[2]
_POLL_SECONDS = 0.01
_LIMIT_SECONDS = 600


class SideFailed(Exception):
    """A side has ended with an error; the message is the end of what it said."""


class Run(NamedTuple):
    """One run; seconds are those of the clock unless their name says CPU, memory is in MB.

    ``seconds`` and ``cpu_seconds`` run from the begin of the first batch to the end of the
    last write; ``start_up`` and its CPU come before. Those of the database are None where it
    runs on another machine.
    """

    seconds: float
    start_up: float
    cpu_seconds: float
    start_up_cpu_seconds: float
    peak_mb: float
    database_cpu_seconds: float | None
    database_peak_mb: float | None


def measure(command: Sequence[str], settings: Settings) -> Run:
    """Run a side to its end. Raises SideFailed."""
    port = urlsplit(settings.mongo).port or 27017
    database = listener_on(port)
    started = time.time()
    with tempfile.TemporaryFile("w+") as errors:
        process = _start(command, settings, errors)
        mine = Sampler(process.pid, descendants=True)
        theirs = None if database is None else Sampler(database, descendants=False)
        stamps = _stamps(process.stdout or ())
        process.wait(_LIMIT_SECONDS)
        for sampler in (mine, theirs):
            if sampler is not None:
                sampler.stop()
        _check(process, errors)
    begin = min(moment for word, moment in stamps if word == "begin")
    end = max(moment for word, moment in stamps if word == "wrote")
    return Run(
        end - begin,
        begin - started,
        mine.cpu_seconds(begin, end),
        mine.cpu_seconds(started, begin),
        mine.peak_mb(),
        None if theirs is None else theirs.cpu_seconds(begin, end),
        None if theirs is None else theirs.peak_mb(),
    )


def kill_when(command: Sequence[str], settings: Settings, reached: Callable[[], bool]) -> bool:
    """Start a side and kill all its processes (SIGKILL) once ``reached`` says so.

    Returns False when the side came to its end before. Raises SideFailed.
    """
    with tempfile.TemporaryFile("w+") as errors:
        process = _start(command, settings, errors)
        stop_at = time.monotonic() + _LIMIT_SECONDS
        while not reached():
            if process.poll() is not None or time.monotonic() > stop_at:
                _check(process, errors)
                return False
            time.sleep(_POLL_SECONDS)
        _kill(process.pid)
        process.communicate()
    return True


def _start(
    command: Sequence[str], settings: Settings, errors: IO[str]
) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command,
        cwd=_ROOT,
        env=settings.environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=errors,
        text=True,
    )


def _kill(pid: int) -> None:
    """End a process and all its descendants, stopping each first so that it starts no more."""
    tree: list[psutil.Process] = []
    waiting = [psutil.Process(pid)]
    while waiting:
        process = waiting.pop()
        try:
            process.suspend()
            waiting += process.children()
        except psutil.NoSuchProcess:
            continue
        tree.append(process)
    for process in tree:
        process.kill()


def _stamps(lines: Iterable[str]) -> list[tuple[str, float]]:
    """The lines by which a side tells ``begin`` or ``wrote`` and the moment."""
    words = (line.split() for line in lines)
    return [(w[0], float(w[1])) for w in words if len(w) == 2 and w[0] in ("begin", "wrote")]


def _check(process: subprocess.Popen[str], errors: IO[str]) -> None:
    if process.returncode:
        errors.seek(0)
        raise SideFailed(f"{process.args!r} ended with an error:\n{errors.read()[-3000:]}")
