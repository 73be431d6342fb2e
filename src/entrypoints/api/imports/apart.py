"""Imports in a process of their own: they compute for long, and would hold up every read.

Python computes in one thread at a time. A process beside it takes turns with nobody, comes
behind others at the processor, and can be ended at any moment.
"""

import os
import signal
import sys
from collections.abc import Callable
from contextlib import closing, suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection

from cinestats.domain.errors import CinestatsError
from cinestats.entrypoints.api.http.problems import Abandoned
from cinestats.entrypoints.container import make_container
from cinestats.entrypoints.settings import Settings

from .job import ImportJob, run_job

CHECK_SECONDS = 0.2
_NICENESS = 10
# A server of processes starts one in some 20 ms, with everything loaded; Windows has none.
if sys.platform == "win32":
    _CONTEXT = get_context("spawn")
else:
    _CONTEXT = get_context("forkserver")
    _CONTEXT.set_forkserver_preload(["__main__", __name__])


def run_apart(job: ImportJob, settings: Settings, check: Callable[[], None]) -> bytes:
    """Do the job in a process on the settings' stores; returns the ImportAnswer as JSON.

    ``check`` is asked several times a second; what it raises ends the process. What went into
    the diary by then stays. Raises what ``run_job`` raises, and Abandoned.
    """
    ours, theirs = _CONTEXT.Pipe()
    process = _CONTEXT.Process(target=_work, args=(theirs, settings, job), daemon=True)
    with closing(ours):
        try:
            process.start()
            theirs.close()
            while not ours.poll(CHECK_SECONDS):
                check()
            answer = ours.recv()
        except EOFError as error:
            process.join()
            if process.exitcode == 1:  # a bug of ours, whose trace it has written
                raise RuntimeError("The process of an import failed.") from error
            raise Abandoned(
                "Something ended the import. What was done until now stays; ask again later."
            ) from error
        finally:
            if process.pid is not None:
                process.kill()
                process.join()
                process.close()
    if isinstance(answer, CinestatsError):
        raise answer
    assert isinstance(answer, bytes)
    return answer


def _work(connection: Connection, settings: Settings, job: ImportJob) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever asked decides when it ends
    if hasattr(os, "nice"):  # not on Windows
        os.nice(_NICENESS)

    def check() -> None:
        if connection.poll():  # nothing ever comes: the other end is closed
            raise Abandoned("Whoever asked has gone. What was done until now stays.")

    with closing(make_container(settings)) as container:
        answer: bytes | CinestatsError
        try:
            answer = run_job(job, container, check)
        except CinestatsError as error:
            answer = error
    with suppress(BrokenPipeError):
        connection.send(answer)
