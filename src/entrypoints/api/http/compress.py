"""Answers go out compressed where that gives nothing away.

Whoever can make a browser ask with words of theirs, and sees how long the answers are, may
guess what stands beside these words (BREACH). So nothing that holds a secret is compressed:
only reads of a diary and its figures, which have a weak ETag and tell no token, link or key;
the frames of the pages; and the document of the API.
"""

import gzip
import re

from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LEAST = 1000
"""Bytes below which compressing gains nothing."""
AT_ONCE = 64 * 1024
"""Bytes up to which a thread of its own costs more than it saves."""
_LEVEL = 1  # each answer is made once: more takes twice the time for a tenth less
_REFUSED = re.compile(r"q=0(\.0*)?")
_OPEN = frozenset({"/openapi.json"})


class Compress:
    """Compresses answers of ``app`` that come in one piece; streams stay as they are."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        wanted = accepts(Headers(scope=scope).get("accept-encoding", ""), "gzip")
        held: Message | None = None

        async def send_compressed(message: Message) -> None:
            nonlocal held
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if _gives_nothing_away(scope["path"], headers):
                    headers.add_vary_header("Accept-Encoding")
                    if wanted and message["status"] == 200:
                        held = message
                        return
            elif held is not None:
                start, held = held, None
                body = message.get("body", b"")
                if not message.get("more_body", False) and len(body) >= LEAST:
                    body = await _compressed(body)
                    headers = MutableHeaders(scope=start)
                    headers["Content-Encoding"] = "gzip"
                    headers["Content-Length"] = str(len(body))
                await send(start)
                message = {**message, "body": body}
            await send(message)

        await self._app(scope, receive, send_compressed)


async def _compressed(body: bytes) -> bytes:
    if len(body) <= AT_ONCE:
        return gzip.compress(body, _LEVEL, mtime=0)
    return await run_in_threadpool(gzip.compress, body, _LEVEL, mtime=0)


def accepts(header: str, encoding: str) -> bool:
    """Whether a header Accept-Encoding names the encoding, and not as one that is refused.

    >>> accepts("gzip, br;q=0", "gzip"), accepts("gzip, br;q=0", "br"), accepts("", "gzip")
    (True, False, False)
    """
    for part in header.lower().split(","):
        name, _, weight = part.partition(";")
        if name.strip() == encoding:
            return _REFUSED.fullmatch(weight.replace(" ", "")) is None
    return False


def _gives_nothing_away(path: str, headers: Headers) -> bool:
    kind = headers.get("content-type", "")
    if kind.startswith("application/json") or not kind:  # a 304 has no type
        return path in _OPEN or headers.get("etag", "").startswith("W/")
    return kind.startswith("text/html")
