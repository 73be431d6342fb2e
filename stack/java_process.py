"""A Java server in a process of its own: started, found again by its pid, ended."""

import os
import random
import shutil
import signal
import socket
import subprocess
import time
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path

from .errors import StackError

_POLL_SECONDS = 0.1
_LOG_LINES = 20
_APPEND = os.O_WRONLY | os.O_CREAT | os.O_APPEND


class JavaProcess:
    """A JVM, known by its pid and by a mark on its command line.

    The mark tells it from a stranger that was given the same pid later.
    """

    def __init__(self, pid: int, mark: str, is_child: bool = False) -> None:
        self.pid = pid
        self.mark = mark
        self._is_child = is_child

    @classmethod
    def start(cls, arguments: Sequence[str], log: Path) -> "JavaProcess":
        """Start ``java`` with the arguments; what it prints is added to the log."""
        java = find_java()
        mark = f"-Dcinestats.stack={uuid.uuid4().hex}"
        pid = os.posix_spawn(
            java,
            [java, mark, *arguments],
            os.environ,
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                (os.POSIX_SPAWN_OPEN, 1, str(log), _APPEND, 0o644),
                (os.POSIX_SPAWN_DUP2, 1, 2),
            ],
            setsid=True,  # it outlives the terminal, and Ctrl-C is not for it
        )
        return cls(pid, mark, is_child=True)

    def runs(self) -> bool:
        """Whether the process is still there, and still ours."""
        if self._is_child:  # its pid is nobody else's until it is waited for
            ended, _ = os.waitpid(self.pid, os.WNOHANG)
            self._is_child = not ended
            return not ended
        command = ["ps", "-ww", "-o", "args=", "-p", str(self.pid)]
        return self.mark in subprocess.run(command, capture_output=True, text=True).stdout

    def stop(self, seconds: float) -> None:
        """End it with SIGTERM, or with SIGKILL once the seconds have passed."""
        if self.runs():
            os.kill(self.pid, signal.SIGTERM)
            if not self._ends_within(seconds):
                self.kill()

    def kill(self) -> None:
        """End it with SIGKILL, as ``kill -9`` does."""
        if self.runs():
            os.kill(self.pid, signal.SIGKILL)
            if not self._ends_within(10):
                raise StackError(f"The process {self.pid} does not end on SIGKILL.")

    def wait_until(self, answers: Callable[[], bool], log: Path, seconds: float) -> None:
        """Wait until it answers; else kill it and raise StackError with the end of its log."""
        deadline = time.monotonic() + seconds
        try:
            while not answers():
                if not self.runs():
                    raise StackError(f"The server ended while starting:\n{_end_of(log)}")
                if time.monotonic() > deadline:
                    raise StackError(f"No answer within {seconds:g} seconds:\n{_end_of(log)}")
                time.sleep(_POLL_SECONDS)
        except BaseException:  # Ctrl-C too: nobody would know of the process
            self.kill()
            raise

    def _ends_within(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while self.runs():
            if time.monotonic() > deadline:
                return False
            time.sleep(_POLL_SECONDS)
        return True


def find_java() -> str:
    """The path of ``java``; raises StackError where there is none."""
    java = shutil.which("java")
    if java is None:
        raise StackError("java is missing: install a JDK, 17 or newer.")
    return java


def free_port() -> int:
    """A port of the loopback interface that nobody listens on."""
    while True:
        # Below the range from which systems draw the ports of outgoing connections, so that
        # none of those takes it before our server does.
        port = random.randrange(20_000, 32_000)
        if is_free(port):
            return port


def is_free(port: int) -> bool:
    """Whether a server can listen on the port of the loopback interface."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _end_of(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-_LOG_LINES:])
