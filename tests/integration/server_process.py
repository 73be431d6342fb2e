"""A real server in a process of its own, on a free port of the loopback interface."""

import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import IO, Self

SERVE = """
from cinestats.entrypoints.api.server import serve
from cinestats.entrypoints.container import make_container
serve(make_container())
"""
_START_SECONDS = 30


class ServerProcess:
    """Started at once; killed at the end of its ``with`` block if it still runs.

    ``script`` is what the process executes, with ``arguments`` in ``sys.argv`` and more
    variables of its environment in ``settings``. ``url`` is where it is, ``link`` opens its
    pages.
    """

    def __init__(
        self, data_dir: Path, script: str = SERVE, *arguments: str, **settings: str
    ) -> None:
        environment = {
            **os.environ,
            "CINESTATS_DATA_DIR": str(data_dir),
            "CINESTATS_BACKEND": "embedded",
            "CINESTATS_HOST": "127.0.0.1",
            "CINESTATS_PORT": "0",
            **settings,
        }
        self._process = subprocess.Popen(
            [sys.executable, "-c", script, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        )
        self._stderr: list[str] = []
        lines: queue.Queue[str] = queue.Queue()
        self._readers = [
            threading.Thread(target=self._read, args=(self._process.stdout, lines.put)),
            threading.Thread(
                target=self._read, args=(self._process.stderr, self._stderr.append)
            ),
        ]
        for reader in self._readers:
            reader.start()
        try:
            line = lines.get(timeout=_START_SECONDS)
        except queue.Empty:
            self.kill()
            raise AssertionError(f"The server did not start: {self.stderr}") from None
        self.announcement = line.strip()
        self.url = self.announcement.rpartition(" ")[2].rstrip("/")
        file = data_dir / "link"
        self.link = file.read_text().strip() if file.exists() else f"{self.url}/"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()

    @property
    def pid(self) -> int:
        """The id of the process."""
        return self._process.pid

    @property
    def stderr(self) -> str:
        """What it has written to its standard error so far."""
        return "".join(self._stderr)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal."""
        self._process.send_signal(number)

    def end(self) -> int:
        """Ask the process to end and wait; returns its exit status."""
        self.signal(signal.SIGTERM)
        return self.wait()

    def wait(self, seconds: float = 15) -> int:
        """Wait for the end of the process; returns its exit status, negative for a signal."""
        status = self._process.wait(seconds)
        for reader in self._readers:
            reader.join()
        return status

    def kill(self) -> None:
        """End the process by SIGKILL, as ``kill -9`` does."""
        self._process.kill()
        self.wait()
        for pipe in (self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()

    @staticmethod
    def _read(pipe: IO[str], take: Callable[[str], object]) -> None:
        for line in pipe:
            take(line)
