"""JSON of an OIDC issuer over HTTP: guarded, within a bounded time, and of a bounded size."""

import time
from collections.abc import Mapping
from http import HTTPStatus
from http.client import HTTPException
from typing import cast
from urllib.parse import SplitResult, urlencode, urlsplit

import cinestats
from cinestats.domain.errors import InvalidInput

from . import strict_json
from .environment import LOOPBACK
from .guarded_http import GuardedHttp

SECONDS = 5.0
MAX_BYTES = 1024 * 1024

JsonObject = Mapping[str, object]


class IssuerSilent(Exception):
    """The issuer did not answer, or not with what can be read; the text says which."""


class IssuerHttp:
    """One request, ``seconds`` for all of it; no redirect is followed.

    Who runs the server chose the issuer, so it may be in a private network. Only an issuer
    that is itself at a loopback address may be asked without TLS, or name such addresses.
    """

    def __init__(self, issuer: str, seconds: float = SECONDS) -> None:
        self._http = GuardedHttp(private_addresses=True)
        self._seconds = seconds
        self._at_home = _is_loopback(urlsplit(issuer))

    def get(self, url: str) -> JsonObject:
        """The JSON object at an address. Raises IssuerSilent."""
        status, answer = self._ask("GET", url, None, {})
        if status != HTTPStatus.OK:
            raise IssuerSilent(f"it answered {status}")
        return answer

    def post(
        self, url: str, form: Mapping[str, str], headers: Mapping[str, str]
    ) -> tuple[int, JsonObject]:
        """Status and JSON object of the answer to a form. Raises IssuerSilent."""
        typed = {"Content-Type": "application/x-www-form-urlencoded", **headers}
        return self._ask("POST", url, urlencode(form).encode(), typed)

    def usable(self, url: object) -> str:
        """An address that the issuer names. Raises IssuerSilent unless it may be asked."""
        if not isinstance(url, str) or not (url.isascii() and url.isprintable()):
            raise IssuerSilent("an address is missing from its description")
        try:
            parts = urlsplit(url)
            loopback = _is_loopback(parts)
            _ = parts.port  # ValueError for what is none
        except ValueError as error:
            raise IssuerSilent("an address in its description is none") from error
        schemes = ("http", "https") if loopback else ("https",)
        if not parts.hostname or parts.scheme not in schemes or "@" in parts.netloc:
            raise IssuerSilent("an address in its description is not of https://")
        if loopback and not self._at_home:
            raise IssuerSilent("an address in its description leads to this machine")
        return url

    def _ask(
        self, method: str, url: str, body: bytes | None, more: Mapping[str, str]
    ) -> tuple[int, JsonObject]:
        parts = urlsplit(self.usable(url))
        deadline = time.monotonic() + self._seconds
        headers = {
            "Host": parts.netloc,
            "User-Agent": f"cinestats/{cinestats.__version__}",
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "Connection": "close",
            **more,
        }
        try:
            with self._http.connection(parts, deadline) as http:
                path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
                http.request(method, path, body, headers)
                with http.getresponse() as answer:
                    data = answer.read(MAX_BYTES + 1)
                    if time.monotonic() >= deadline:  # the connection was ended under it
                        raise TimeoutError
                    if len(data) > MAX_BYTES:
                        raise IssuerSilent("its answer is too large")
                    return answer.status, _object(data)
        except (OSError, HTTPException, UnicodeError) as error:
            late = time.monotonic() >= deadline
            why = f"not within {self._seconds:g} s" if late else type(error).__name__
            raise IssuerSilent(f"it did not answer: {why}") from error


def _object(data: bytes) -> JsonObject:
    try:
        value = strict_json.parse(data)
    except InvalidInput as error:
        raise IssuerSilent("its answer is no JSON") from error
    if not isinstance(value, dict):
        raise IssuerSilent("its answer is no JSON object")
    return cast(JsonObject, value)


def _is_loopback(url: SplitResult) -> bool:
    return url.hostname in LOOPBACK
