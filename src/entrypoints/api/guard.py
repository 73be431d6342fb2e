"""What a browser could be made to do to a server at home, refused before any route.

Another site must reach neither the data (DNS rebinding: its name led to this address) nor
the writes (a form or script that posts here), and the pages load nothing from elsewhere.
"""

from ipaddress import ip_address
from urllib.parse import unquote_to_bytes, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .headers import SECURITY_HEADERS
from .problems import problem

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class _Refused(Exception):
    """The request is not let in."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


class Guard:
    """Lets a request pass to ``app``, or refuses it; adds the headers to every answer.

    ``host`` is the name or address that the server was told to listen on.
    """

    def __init__(self, app: ASGIApp, host: str) -> None:
        self._app = app
        self._host = host.lower()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(SECURITY_HEADERS)
                headers.setdefault("Cache-Control", "no-cache")
            await send(message)

        try:
            self._check(scope, HTTPConnection(scope).headers)
        except _Refused as refusal:
            await problem(refusal.status, str(refusal))(scope, receive, send_with_headers)
        else:
            await self._app(scope, receive, send_with_headers)

    def _check(self, scope: Scope, headers: Headers) -> None:
        host = headers.get("host", "")
        if not self._is_ours(host):
            raise _Refused(421, "This server answers only to the names it is known by at home.")
        try:
            unquote_to_bytes(scope["raw_path"]).decode()
        except UnicodeDecodeError as error:
            raise _Refused(400, "The address is not UTF-8.") from error
        if scope["method"] in _SAFE_METHODS:
            return
        origin = headers.get("origin")
        if headers.get("sec-fetch-site") == "cross-site" or (
            origin is not None and origin.partition("://")[2] != host
        ):
            raise _Refused(403, "Another site must not write here.")

    def _is_ours(self, host: str) -> bool:
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        if name in ("localhost", self._host):
            return True
        try:
            address = ip_address(name)
        except ValueError:
            return False
        # A rebound name is never an address; on all interfaces any address may be this one.
        return address.is_loopback or self._host in ("0.0.0.0", "::")
