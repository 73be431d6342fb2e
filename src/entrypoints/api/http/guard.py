"""What another site could make a browser do to this server, refused before any route.

Another site must reach neither the data (DNS rebinding: its name led to this address) nor
the writes (a form or script that posts here), and the pages load nothing from elsewhere.
"""

import re
from ipaddress import ip_address
from urllib.parse import unquote_to_bytes, urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .headers import SECURITY_HEADERS
from .principal import SESSION_COOKIE, bearer_of
from .problems import problem

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]*)(?::(\d{0,5}))?", re.IGNORECASE | re.ASCII)
_LAST_PORT = 65_535


class Guard:
    """Lets a request pass to ``app``, or refuses it; adds the headers to every answer.

    ``host`` is the name or address that the server was told to listen on, ``public_url``
    where a proxy shows it to the world.
    """

    def __init__(self, app: ASGIApp, host: str, public_url: str | None = None) -> None:
        self._app = app
        self._host = host.lower()
        self._public_origin = public_url
        self._names = {"localhost", self._host, urlsplit(public_url or "").hostname}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(SECURITY_HEADERS)
                headers.setdefault("Cache-Control", "private, no-cache")
            await send(message)

        refusal = self._refusal(scope, HTTPConnection(scope))
        answer = self._app if refusal is None else problem(*refusal)
        await answer(scope, receive, send_with_headers)

    def _refusal(self, scope: Scope, connection: HTTPConnection) -> tuple[int, str] | None:
        """The status and the sentence that the request gets; None for one that may pass."""
        hosts = connection.headers.getlist("host")
        host = hosts[0] if hosts else ""
        if len(hosts) > 1 or not _is_well_formed(host):
            return 400, "The header Host is not a name or an address with its port."
        if _is_ambiguous(scope, connection):
            return 400, "The headers leave open where the body ends."
        if not self._is_ours(host):
            return 421, "This server answers only to the names it is known by."
        try:
            unquote_to_bytes(scope["raw_path"]).decode()
        except UnicodeDecodeError:
            return 400, "The address is not UTF-8."
        if scope["method"] not in _SAFE_METHODS and not self._comes_from_here(connection, host):
            return 403, "Another site must not write here."
        return None

    def _comes_from_here(self, connection: HTTPConnection, host: str) -> bool:
        """Whether no other site has made a browser send this.

        Programs say nothing of sites; but who shows the cookie is a browser, and must.
        """
        headers = connection.headers
        origin, site = headers.get("origin"), headers.get("sec-fetch-site")
        if site == "cross-site":
            return False
        if origin is not None:
            return origin.partition("://")[2] == host or origin == self._public_origin
        by_cookie = SESSION_COOKIE in connection.cookies and bearer_of(connection) is None
        return site == "same-origin" or not by_cookie

    def _is_ours(self, host: str) -> bool:
        name = urlsplit(f"//{host}").hostname or ""
        if name in self._names:
            return True
        try:
            address = ip_address(name)
        except ValueError:
            return False
        # A rebound name is never an address; on all interfaces any address may be this one.
        return address.is_loopback or self._host in ("0.0.0.0", "::")


def _is_well_formed(host: str) -> bool:
    found = _HOST.fullmatch(host)
    if found is None or int(found[2] or 0) > _LAST_PORT:
        return False
    try:
        return urlsplit(f"//{host}").hostname is not None or not host
    except ValueError:
        return False  # what stands in brackets is no address


def _is_ambiguous(scope: Scope, connection: HTTPConnection) -> bool:
    """Whether a proxy in front may take another place for the end of the body (smuggling)."""
    headers = connection.headers
    if "transfer-encoding" not in headers:
        return False
    return "content-length" in headers or scope.get("http_version") == "1.0"
