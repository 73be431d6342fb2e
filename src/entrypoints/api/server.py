"""Serve the application until the process is told to end."""

import gc
import logging
import os
import signal
import socket
import sys
import threading
from asyncio import AbstractEventLoop, TimerHandle, Transport
from collections.abc import Mapping
from http import HTTPStatus
from ipaddress import ip_address
from types import FrameType
from typing import Any

import h11
import uvicorn
from fastapi import FastAPI
from fastapi.responses import JSONResponse
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from cinestats.application.ports import StoreUnavailable
from cinestats.domain.errors import InvalidInput
from cinestats.entrypoints.api.http.connections import ConnectionPlace, Connections, Pace
from cinestats.entrypoints.api.http.headers import SECURITY_HEADERS
from cinestats.entrypoints.api.http.peer import CONNECTION, WELCOME
from cinestats.entrypoints.api.http.problems import problem
from cinestats.entrypoints.container import Container
from cinestats.entrypoints.home_token import home_link, server_url, written_link
from cinestats.entrypoints.logs import log_as_json
from cinestats.entrypoints.settings import Settings

from .app import create_app

GRACE_SECONDS = 10
_REQUEST_SECONDS: Mapping[type, float] = {h11.IDLE: 20.0, h11.SEND_BODY: 300.0}
"""How long the head of a request may take, and its body, which may be a large file."""


_PACE_SECONDS, _PACE_BYTES = 20.0, 20 * 2**10
"""A body must bring so much in so many seconds, unless nobody asks for it yet."""
_MAX_DROPPED = 2**20
"""Bytes that are still read of a body that nobody asks for any more."""
_DROP_PACE = Pace(8 * 2**20)
"""How fast they are read of all such bodies: many at once would keep the server at it."""
_LEAVE_SECONDS = 2.0
_SHORT_WAIT = 0.2
"""Of such a wait nothing is made: one body comes through without any."""
_END_SECONDS = 3.0
"""How long a thread may go on when all else has ended."""
_CONNECTIONS = Connections()

_TOO_MANY = "There are too many connections; try again in a moment."
_LATER = {"Retry-After": "10"}
_NO_REQUEST = "This is no HTTP request, or its address and headers are beyond 64 KiB."


class _Protocol(H11Protocol):
    """A connection: what was found out about it once is kept as long as it lasts.

    It ends when a request does not come whole in time. Connections are few, and whoever sent
    byte after byte for ever would have them all.
    """

    _awaited: type | None = None
    _deadline: TimerHandle | None = None
    _pace: TimerHandle | None = None
    _received = _dropped = 0
    _is_leaving = False
    _place: ConnectionPlace | None = None

    def __init__(
        self,
        config: uvicorn.Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: AbstractEventLoop | None = None,
    ) -> None:
        known: dict[str, Any] = {}
        super().__init__(config, server_state, {**app_state, CONNECTION: known}, _loop)
        self._known = known

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._place = _CONNECTIONS.place(transport.get_extra_info("peername"))
        if self._place is None:
            self._refuse(problem(503, _TOO_MANY, headers={**SECURITY_HEADERS, **_LATER}))
            return
        self._known[WELCOME] = self._place.welcome
        self._await_request()

    def data_received(self, data: bytes) -> None:
        if self._place is None:
            return
        self._received += len(data)
        super().data_received(data)
        self._await_request()
        if self.conn.our_state is h11.DONE and self.conn.their_state is h11.SEND_BODY:
            self._drop(len(data))

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's is no sentence
        """Answer what is no request as every other error is answered."""
        self._refuse(problem(400, _NO_REQUEST, headers=SECURITY_HEADERS))

    def _refuse(self, answer: JSONResponse) -> None:
        """Answer without asking the app, and close."""
        head = h11.Response(
            status_code=answer.status_code,
            headers=[*answer.raw_headers, (b"connection", b"close")],
            reason=HTTPStatus(answer.status_code).phrase.encode(),
        )
        for event in (head, h11.Data(data=bytes(answer.body)), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if self._place is not None:
            self._place.leave()
        self._stop_clocks()

    def _await_request(self) -> None:
        """Give what is still to come of the request, its head or its body, a time to come."""
        if self.conn.their_state is self._awaited:
            return
        self._awaited = self.conn.their_state
        self._stop_clocks()
        seconds = _REQUEST_SECONDS.get(self._awaited)
        if seconds is not None:
            self._deadline = self.loop.call_later(seconds, self.transport.close)
        if self._awaited is h11.SEND_BODY:
            self._expect_more()

    def _drop(self, size: int) -> None:
        """Read on for a while in a body that was answered before its end, then no more.

        Most clients look for the answer only when they have sent all.
        """
        self._dropped += size
        wait = _DROP_PACE.wait(size, self.loop.time())
        if self._dropped > _MAX_DROPPED and not self._is_leaving:
            self._is_leaving = True
            self.transport.pause_reading()  # the answer has a moment to be seen
            self.loop.call_later(_LEAVE_SECONDS, self.transport.close)
        elif wait > _SHORT_WAIT and not self._is_leaving:
            self.transport.pause_reading()
            self.loop.call_later(min(wait, _LEAVE_SECONDS), self._read_on)

    def _read_on(self) -> None:
        if not (self._is_leaving or self.transport.is_closing()):
            self.transport.resume_reading()

    def _expect_more(self) -> None:
        """Close unless so many bytes of a body come in so many seconds."""
        before = self._received

        def look() -> None:
            # While the app does not ask for more, none can come.
            if self._received - before < _PACE_BYTES and not self.flow.read_paused:
                self.transport.close()
            else:
                self._expect_more()

        self._pace = self.loop.call_later(_PACE_SECONDS, look)

    def _stop_clocks(self) -> None:
        for clock in (self._deadline, self._pace):
            if clock is not None:
                clock.cancel()
        self._deadline = self._pace = None


class _Server(uvicorn.Server):
    def __init__(self, app: FastAPI, settings: Settings, token: str | None) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                settings.host,
                settings.port,
                http=_Protocol,
                log_level="warning",
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_graceful_shutdown=GRACE_SECONDS,
            )
        )
        self._app = app
        self._settings = settings
        self._token = token

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        gc.collect()
        gc.freeze()  # what lives as long as the process need not be looked through again
        if self.started:
            host, port = self.servers[0].sockets[0].getsockname()[:2]
            print(f"cinestats is at {self._announced(host, port)}", flush=True)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # Streams never end by themselves, and uvicorn waits for every answer to be complete.
        self._app.state.services.background.announce_stop()
        await super().shutdown(sockets)

    def _announced(self, host: str, port: int) -> str:
        """The address. At home a terminal sees the link; any other output may be a log that
        others read, and so has the name of the file that the link is in."""
        address = f"{server_url(host, port)}/"
        if self._token is None:
            return address
        link = home_link(host, port, self._token)
        if sys.stdout.isatty():
            return link
        try:
            told = f"The link that opens it is in {written_link(self._settings, link)}"
        except StoreUnavailable as error:
            told = f"{error} The command cinestats token prints the link that opens it."
        return f"{address}\n{told}"


def serve(container: Container) -> None:
    """Serve on the settings' host and port, after printing the address; port 0 is any free one.

    At home a terminal is shown the link that opens the pages. SIGTERM and SIGINT end it with
    exit status 0, when the requests in hand are answered. Raises InvalidInput for a host that
    others than this machine can reach while there are no accounts.
    """
    settings = container.settings()
    _check_host(settings)
    token = container.home_token() if settings.access == "home" else None
    server = _Server(create_app(container), settings, token)
    if settings.log_format == "json":  # after uvicorn has set up its own
        log_as_json()
        log_as_json("uvicorn", logging.WARNING)
    # Uvicorn raises the signal again once it has shut down; then it only means the end.
    signal.signal(signal.SIGTERM, _end)
    signal.signal(signal.SIGINT, _end)
    server.run()


def _check_host(settings: Settings) -> None:
    if settings.access == "server" or settings.host.lower() == "localhost":
        return
    try:
        if ip_address(settings.host).is_loopback:
            return
    except ValueError:
        pass  # a name, which may lead anywhere
    raise InvalidInput(
        "CINESTATS_HOST",
        f"is {settings.host}, but at home only this machine is served: use 127.0.0.1, or"
        " CINESTATS_ACCESS=server with accounts",
    )


def _end(_: int, __: FrameType | None) -> None:
    # Python waits for every thread. One that is deep in a file has been told, and loses
    # nothing: what it has not appended to the log was never promised to anybody.
    last = threading.Timer(_END_SECONDS, os._exit, (0,))
    last.daemon = True
    last.start()
    sys.exit(0)
