"""A TCP proxy on loopback that breaks connections on cue."""

import socket
import threading
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Self

_CHUNK = 65536


@dataclass
class _Fault:
    request: bytes
    skip: int
    pass_bytes: int | None  # of the request; None: all of it, but not its answer


class TcpProxy:
    """Passes bytes between clients and the server on a loopback port, until told to fail.

    Faults are set one at a time; each happens once, on the first request (a write of a
    client to its connection) that contains the given bytes, or, after ``skip`` of those, on the
    next. ``happened`` is set just before the client's connection is cut.
    """

    def __init__(self, server_port: int) -> None:
        self._server_port = server_port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.happened = threading.Event()
        self._lock = threading.Lock()
        self._fault: _Fault | None = None
        self._refuses = False
        self._closed = False
        self._connections: set[_Connection] = set()
        self._acceptor = threading.Thread(target=self._accept)
        self._acceptor.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closed = True
        with suppress(OSError):  # not connected, but the call wakes accept()
            self._listener.shutdown(socket.SHUT_RDWR)
        self._acceptor.join()
        self._listener.close()
        self.cut()
        for connection in list(self._connections):
            connection.join()

    def cut(self) -> None:
        """Cut the connections that are open now; new ones are welcome."""
        with self._lock:
            for connection in self._connections:
                connection.cut()

    def refuse(self) -> None:
        """As if the server were gone: cut every connection, and each new one at once."""
        self._refuses = True
        self.cut()

    def accept(self) -> None:
        """End ``refuse``."""
        self._refuses = False

    def cut_request(self, containing: bytes, pass_bytes: int, skip: int = 0) -> None:
        """Let so many bytes of the request through to the server, then cut."""
        self._set(_Fault(containing, skip, pass_bytes))

    def drop_answer(self, containing: bytes, skip: int = 0) -> None:
        """Let the whole request through; cut once the server has answered it."""
        self._set(_Fault(containing, skip, None))

    def _set(self, fault: _Fault) -> None:
        with self._lock:
            self.happened.clear()
            self._fault = fault

    def take_fault(self, request: bytes) -> _Fault | None:
        """The fault that shall happen to the request, if it is its turn."""
        with self._lock:
            fault = self._fault
            if fault is None or fault.request not in request:
                return None
            if fault.skip:
                fault.skip -= 1
                return None
            self._fault = None
            return fault

    def forget(self, connection: "_Connection") -> None:
        """Called by a connection at its end."""
        with self._lock:
            self._connections.discard(connection)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                if self._closed:
                    return
                raise
            try:
                server = socket.create_connection(("127.0.0.1", self._server_port))
            except OSError:  # the server is down: its clients shall see that
                client.close()
                continue
            connection = _Connection(self, client, server)
            with self._lock:
                self._connections.add(connection)
            if self._refuses or self._closed:
                connection.cut()
            connection.start()


class _Connection:
    """One client's connection and its twin to the server, with a thread for each direction."""

    def __init__(self, proxy: TcpProxy, client: socket.socket, server: socket.socket) -> None:
        self._proxy = proxy
        self._client = client
        self._server = server
        self._drops_answer = False
        self._requests = threading.Thread(target=self._pass_requests)
        self._answers = threading.Thread(target=self._pass_answers)

    def start(self) -> None:
        self._answers.start()  # first: the other one may end and join it at once
        self._requests.start()

    def cut(self) -> None:
        for end in (self._client, self._server):
            with suppress(OSError):  # that end is gone already
                end.shutdown(socket.SHUT_RDWR)

    def join(self) -> None:
        self._requests.join()

    def _pass_requests(self) -> None:
        try:
            self._pass_until_fault()
        except OSError:  # cut, by us or by one of the two ends
            pass
        finally:
            self.cut()
            self._answers.join()
            self._client.close()
            self._server.close()
            self._proxy.forget(self)

    def _pass_until_fault(self) -> None:
        left: int | None = None  # bytes that still get through
        while chunk := self._client.recv(_CHUNK):
            fault = self._proxy.take_fault(chunk)
            if fault is not None and fault.pass_bytes is None:
                self._drops_answer = True
            elif fault is not None:
                left = fault.pass_bytes
            if left is not None and left <= len(chunk):
                self._server.sendall(chunk[:left])
                self._proxy.happened.set()
                self.cut()
                return
            self._server.sendall(chunk)
            if left is not None:
                left -= len(chunk)

    def _pass_answers(self) -> None:
        try:
            while chunk := self._server.recv(_CHUNK):
                if self._drops_answer:
                    self._proxy.happened.set()
                    self.cut()
                    return
                self._client.sendall(chunk)
        except OSError:  # cut, by us or by one of the two ends
            pass
        finally:
            self.cut()
