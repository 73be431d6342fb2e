"""HTTP to addresses that somebody gave: within a bounded time, and to the public internet."""

import socket
import ssl
import threading
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from http.client import HTTPConnection
from socket import SHUT_RDWR
from urllib.parse import SplitResult

from cinestats.application.webhooks.public_address import is_public

_MAX_ADDRESSES = 4


class PrivateAddress(Exception):
    """The name leads to an address that is not of the public internet."""


class GuardedHttp:
    """Opens connections that end at a deadline, whatever the other end does.

    Unless ``private_addresses`` are allowed, an address that is not of the public internet
    gets no byte: whoever gives an address must not reach what only this machine can reach.
    """

    def __init__(self, private_addresses: bool) -> None:
        self._private_addresses = private_addresses

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return ssl.create_default_context()  # reads the system's certificates: 25 ms

    @contextmanager
    def connection(self, url: SplitResult, deadline: float) -> Generator[HTTPConnection]:
        """A connection to the host of ``url`` until ``deadline``, of ``time.monotonic``.

        Raises PrivateAddress, OSError, and UnicodeError for a name that cannot be looked up.
        """
        host = url.hostname or ""
        with ExitStack() as opened:
            port = url.port or (443 if url.scheme == "https" else 80)
            connected = self._connect(host, port, deadline)
            # Every read has a timeout, but the other end may send a byte ever so often. The
            # twin ends the connection under whatever wraps it.
            twin = opened.enter_context(connected.dup())
            ender = threading.Timer(deadline - time.monotonic(), twin.shutdown, [SHUT_RDWR])
            opened.callback(ender.join)
            opened.callback(ender.cancel)
            opened.callback(connected.close)
            ender.start()
            if url.scheme == "https":
                connected = self._tls.wrap_socket(connected, server_hostname=host)
                opened.callback(connected.close)
            http = HTTPConnection(host)
            http.sock = connected
            yield http

    def _connect(self, host: str, port: int, deadline: float) -> socket.socket:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        problem = OSError("the name has no address")
        for family, kind, protocol, _, address in found[:_MAX_ADDRESSES]:
            self._check(str(address[0]))  # not even which ports are open shall be told
            connected = socket.socket(family, kind, protocol)
            try:
                connected.settimeout(max(deadline - time.monotonic(), 0.001))
                connected.connect(address)
                self._check(connected.getpeername()[0])
                return connected
            except (OSError, PrivateAddress) as error:
                connected.close()
                if isinstance(error, PrivateAddress):
                    raise
                problem = error
        raise problem

    def _check(self, address: str) -> None:
        if not self._private_addresses and not is_public(address):
            raise PrivateAddress
