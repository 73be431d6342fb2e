"""A server on the JVM, its port, and a folder that tells how to find it again."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Self

from .errors import StackError
from .java_process import JavaProcess, is_free

_STATE = "state.json"
_STOP_SECONDS = 20


class JavaServer:
    """A running server."""

    def __init__(self, folder: Path, port: int, process: JavaProcess) -> None:
        self.folder = folder
        self.port = port
        self._process = process

    @classmethod
    def running(cls, folder: Path) -> Self | None:
        """The server that was started in the folder, where it still runs."""
        state = folder.resolve() / _STATE
        if not state.exists():
            return None
        kept = json.loads(state.read_text())
        process = JavaProcess(kept["pid"], kept["mark"])
        return cls(folder.resolve(), kept["port"], process) if process.runs() else None

    @property
    def pid(self) -> int:
        """The process; another one after a restart."""
        return self._process.pid

    def kill(self) -> None:
        """End it with SIGKILL."""
        self._process.kill()

    def stop(self) -> None:
        """End it in good order: SIGTERM, and SIGKILL if that is not enough."""
        self._process.stop(_STOP_SECONDS)


def launch(
    arguments: Sequence[str],
    folder: Path,
    port: int,
    answers: Callable[[int], bool],
    seconds: float,
) -> JavaProcess:
    """Start a server that listens on the port, note it in the folder, wait until it answers.

    Raises StackError where java is missing, the port is taken, or no answer came in time.
    """
    if not is_free(port):
        raise StackError(f"The port {port} of 127.0.0.1 is taken.")
    log = folder / "server.log"
    process = JavaProcess.start(arguments, log)
    state = {"pid": process.pid, "mark": process.mark, "port": port}
    (folder / _STATE).write_text(json.dumps(state))
    process.wait_until(lambda: answers(port), log, seconds)
    return process
