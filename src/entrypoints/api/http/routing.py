"""What routes are asked for: names stay whole in the path, and HEAD is answered as GET is.

A server decodes the path before any route sees it, so that "/" inside a name would part the
path. Here it is kept apart until a route has taken its parameters.
"""

from urllib.parse import unquote_to_bytes

from starlette.convertors import PathConvertor, StringConvertor, register_url_convertor
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# In a path it stands for the "/" of a name: no name has it, as it is no character of Unicode.
_SLASH = "\udcaf"


class _Segment(StringConvertor):
    def convert(self, value: str) -> str:
        return value.replace(_SLASH, "/")


class _Rest(PathConvertor):
    def convert(self, value: str) -> str:
        return value.replace(_SLASH, "/")


register_url_convertor("str", _Segment())
register_url_convertor("path", _Rest())


class WholeNames:
    """Gives ``app`` a path of which no name's "/" parts two segments."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope["path"] = _SLASH.join(map(_decoded, _parts(scope["raw_path"])))
        await self._app(scope, receive, send)


def _parts(raw_path: bytes) -> list[bytes]:
    return raw_path.replace(b"%2f", b"%2F").split(b"%2F")


def _decoded(part: bytes) -> str:
    return unquote_to_bytes(part).decode(errors="surrogateescape")


class HeadAsGet:
    """Answers HEAD with the head of what GET gets, and waits for no more of it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return
        told = False

        async def send_head(message: Message) -> None:
            nonlocal told
            if message["type"] == "http.response.start":
                scope["method"] = "HEAD"
                told = True
                await send(message)
                await send({"type": "http.response.body", "body": b"", "more_body": False})

        async def receive_until_told() -> Message:
            return {"type": "http.disconnect"} if told else await receive()

        scope["method"] = "GET"
        await self._app(scope, receive_until_told, send_head)
