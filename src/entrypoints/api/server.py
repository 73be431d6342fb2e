"""Serve the application until the process is told to end."""

import logging
import signal
import socket
import sys
from types import FrameType

import uvicorn
from fastapi import FastAPI

from cinestats.entrypoints.container import Container
from cinestats.entrypoints.logs import log_as_json

from .app import create_app

_GRACE_SECONDS = 10


class _Server(uvicorn.Server):
    def __init__(self, app: FastAPI, host: str, port: int) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                host,
                port,
                log_level="warning",
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_graceful_shutdown=_GRACE_SECONDS,
            )
        )
        self._app = app

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            host, port = self.servers[0].sockets[0].getsockname()[:2]
            shown = f"[{host}]" if ":" in host else host
            print(f"cinestats is at http://{shown}:{port}/", flush=True)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # Streams never end by themselves, and uvicorn waits for every answer to be complete.
        self._app.state.services.background.announce_stop()
        await super().shutdown(sockets)


def serve(container: Container) -> None:
    """Serve on the settings' host and port, after printing the address; port 0 is any free one.

    SIGTERM and SIGINT end it with exit status 0, when the requests in hand are answered.
    """
    settings = container.settings()
    server = _Server(create_app(container), settings.host, settings.port)
    if settings.log_format == "json":  # after uvicorn has set up its own
        log_as_json()
        log_as_json("uvicorn", logging.WARNING)
    # Uvicorn raises the signal again once it has shut down; then it only means the end.
    signal.signal(signal.SIGTERM, _end)
    signal.signal(signal.SIGINT, _end)
    server.run()


def _end(_: int, __: FrameType | None) -> None:
    sys.exit(0)
