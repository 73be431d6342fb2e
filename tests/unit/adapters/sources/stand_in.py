"""A server on loopback that stands in for a source, and misbehaves on cue."""

import json
import threading
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit


class Asked(NamedTuple):
    path: str
    parameters: Mapping[str, str]
    headers: Mapping[str, str]


class Reply(NamedTuple):
    """What is sent; a body that is shorter than ``length`` says is cut off."""

    status: int = 200
    body: bytes = b"{}"
    headers: Mapping[str, str] = {}
    length: int | None = None


def json_reply(value: Any, status: int = 200) -> Reply:
    return Reply(status, json.dumps(value).encode())


SERVER_ERROR = Reply(500, b"<h1>Internal Server Error</h1>")
NO_JSON = Reply(200, b"<html>")
A_LIST = Reply(200, b"[]")
TRUNCATED = Reply(200, b'{"id": 1', length=1000)
ELSEWHERE = Reply(302, b"", {"Location": "http://127.0.0.1:9/elsewhere"})
TOO_FAST = Reply(429, b"{}", {"Retry-After": "7"})
REFUSED = Reply(401, b'{"status_code": 7}')
FAULTS = {
    "500": SERVER_ERROR,
    "no JSON": NO_JSON,
    "a list": A_LIST,
    "truncated": TRUNCATED,
    "elsewhere": ELSEWHERE,
    "429": TOO_FAST,
}


class StandIn:
    """``answer`` says what is sent; the replies in ``faults`` are sent first, one a request."""

    def __init__(self, answer: Callable[[Asked], Reply]) -> None:
        self.answer = answer
        self.faults: list[Reply] = []
        self.asked: list[Asked] = []
        self.url = ""

    def reply(self, asked: Asked) -> Reply:
        self.asked.append(asked)
        return self.faults.pop(0) if self.faults else self.answer(asked)


@contextmanager
def served(stand_in: StandIn) -> Generator[StandIn]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            parameters = {name: values[-1] for name, values in parse_qs(parts.query).items()}
            reply = stand_in.reply(Asked(parts.path, parameters, dict(self.headers)))
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(reply.length or len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    stand_in.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield stand_in
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class StoodTimer:
    """Time passes only where somebody sleeps."""

    def __init__(self) -> None:
        self.time = 1000.0
        self.slept: list[float] = []

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds
