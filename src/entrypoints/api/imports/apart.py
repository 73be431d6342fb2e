"""Imports in a process of their own: they compute for long, and would hold up every read.

Python computes in one thread at a time. A process beside it takes turns with nobody, comes
behind others at the processor, can be ended at any moment, and has a bounded memory.
"""

import os
import signal
import sys
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager, suppress
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import BinaryIO

from cinestats.domain.errors import CinestatsError
from cinestats.entrypoints.api.http.problems import Abandoned, BodyTooLarge
from cinestats.entrypoints.container import make_container
from cinestats.entrypoints.settings import Settings

from .job import ImportJob, run_job

CHECK_SECONDS = 0.2
_NICENESS = 10
_PIECE_BYTES = 2**20
_MIB = 2**20
# A server of processes starts one in some 20 ms, with everything loaded; Windows has none.
if sys.platform == "win32":
    _CONTEXT = get_context("spawn")
else:
    _CONTEXT = get_context("forkserver")
    _CONTEXT.set_forkserver_preload(["__main__", __name__])


def run_apart(
    job: ImportJob, file: BinaryIO, settings: Settings, check: Callable[[], None]
) -> bytes:
    """Do the job in a process on the settings' stores; returns the ImportAnswer as JSON.

    The file goes there in pieces, so that this process never holds it. ``check`` is asked
    several times a second; what it raises ends the process. What went into the diary by then
    stays. Raises what ``run_job`` raises, Abandoned, and BodyTooLarge for what takes more
    memory than the settings give an import.
    """
    ours, theirs = _CONTEXT.Pipe()
    process = _CONTEXT.Process(target=_work, args=(theirs, settings, job), daemon=True)
    with closing(ours):
        try:
            process.start()
            theirs.close()
            for piece in iter(partial(file.read, _PIECE_BYTES), b""):
                ours.send_bytes(piece)
            ours.send_bytes(b"")
            while not ours.poll(CHECK_SECONDS):
                check()
            answer = ours.recv()
        except (EOFError, ConnectionError) as error:
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

    def read() -> bytes:
        return b"".join(iter(connection.recv_bytes, b""))

    def check() -> None:
        if connection.poll():  # nothing comes behind the file: the other end is closed
            raise Abandoned("Whoever asked has gone. What was done until now stays.")

    with closing(make_container(settings)) as container:
        answer: bytes | CinestatsError
        try:
            with _bounded(settings.import_memory_mib * _MIB):
                answer = run_job(job, read, container, check)
        except CinestatsError as error:
            answer = error
        except MemoryError:
            answer = BodyTooLarge(
                f"The import takes more than the {settings.import_memory_mib:,} MiB of memory"
                " that one has on this server (CINESTATS_IMPORT_MEMORY_MIB). What was done"
                " until now stays. Split the file, or import it with cinestats import."
            )
    with suppress(BrokenPipeError):
        connection.send(answer)


@contextmanager
def _bounded(more: int) -> Generator[None]:
    """Let this process take so many bytes more than it has; then Python raises MemoryError.

    Only Linux counts what a process takes in a way that can be bounded.
    """
    if sys.platform != "linux":
        yield
        return
    import resource  # Windows has none

    taken = int(Path("/proc/self/statm").read_text("ascii").split()[5]) * resource.getpagesize()
    before = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (taken + more, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, before)
