"""A receiver of webhooks on the loopback interface, which misbehaves on cue."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import NamedTuple, Self


class Message(NamedTuple):
    """One request: header names in lower case."""

    line: str
    headers: Mapping[str, str]
    body: bytes


Behaviour = Callable[[socket.socket], object]
OK = b"HTTP/1.1 204 No Content\r\n\r\n"


def answer(data: bytes) -> Behaviour:
    """Send this and close the connection."""
    return lambda connection: connection.sendall(data)


def status(number: int, *headers: str) -> Behaviour:
    """Answer with a status and no body."""
    lines = [f"HTTP/1.1 {number} X", *headers, "Content-Length: 0", "", ""]
    return answer("\r\n".join(lines).encode())


def trickle(connection: socket.socket) -> None:
    """Begin to answer, a byte ever so often, and never come to the end."""
    for byte in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 1000:
        connection.sendall(bytes([byte]))
        time.sleep(0.05)


def hang(connection: socket.socket) -> None:
    """Say nothing until the other side gives up."""
    connection.recv(1)


class Receiver:
    """Takes one request a connection and answers as the next of ``behaviours`` does.

    ``connections`` counts what was accepted; ``messages`` are the requests that came whole.
    """

    def __init__(self, *behaviours: Behaviour, tls: ssl.SSLContext | None = None) -> None:
        self.behaviours = list(behaviours)
        self.messages: list[Message] = []
        self.connections = 0
        self.received = 0
        self.default: Behaviour = answer(OK)
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._arrived = threading.Condition()
        self._acceptor = threading.Thread(target=self._accept, daemon=True)
        self._acceptor.start()

    @property
    def url(self) -> str:
        """Where to send to."""
        return f"{'http' if self._tls is None else 'https'}://127.0.0.1:{self.port}/told?x=1"

    def wait_for(self, count: int, seconds: float = 10) -> list[Message]:
        """The requests, once there are so many."""
        with self._arrived:
            assert self._arrived.wait_for(lambda: len(self.messages) >= count, seconds), (
                f"{len(self.messages)} of {count} messages came"
            )
            return list(self.messages)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._acceptor.join()
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return  # the end of the test
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, raw: socket.socket) -> None:
        connection = raw
        try:
            with raw:
                raw.settimeout(30)
                if self._tls is not None:
                    connection = self._tls.wrap_socket(raw, server_side=True)
                with connection:
                    message = self._read(connection)
                    behave = self.behaviours.pop(0) if self.behaviours else self.default
                    behave(connection)
                    with self._arrived:
                        self.messages.append(message)
                        self._arrived.notify_all()
        except OSError:
            return  # the sender has had enough

    def _read(self, connection: socket.socket) -> Message:
        data = b""
        while b"\r\n\r\n" not in data:
            data += self._more(connection)
        head, _, body = data.partition(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        headers = {k.lower(): v for k, _, v in (line.partition(": ") for line in lines)}
        while len(body) < int(headers.get("content-length", 0)):
            body += self._more(connection)
        return Message(first, headers, body)

    def _more(self, connection: socket.socket) -> bytes:
        data = connection.recv(65536)
        if not data:
            raise ConnectionResetError
        self.received += len(data)
        return data
