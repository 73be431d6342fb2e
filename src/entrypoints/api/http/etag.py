"""Conditional requests: who has the answer already is told so before it is worked out."""

import hashlib
import secrets
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Request, Response

from .answers import PROBLEMS, header

_PROCESS = secrets.token_hex(8)
"""What answers depend on besides their state, such as the code, changes with the process."""

_CACHE_CONTROL = "private, no-cache"  # keep it, for this caller alone, and ask each time

_ETAG = {"ETag": header("Bring it back in `If-None-Match`.")}

CONDITIONAL: dict[int | str, dict[str, Any]] = {
    **PROBLEMS,
    200: {"description": "The answer.", "headers": _ETAG},
    304: {
        "description": "The answer is still the one with the ETag in `If-None-Match`.",
        "headers": _ETAG,
    },
}
"""The ``responses`` of a route that takes a ``Condition``."""


class NotModified(Exception):
    """The caller has the answer; not an error, but the way out of a handler."""

    def __init__(self, etag: str) -> None:
        super().__init__(etag)
        self.etag = etag


class _Condition:
    """The request's ``If-None-Match``, and the answer that gets an ETag."""

    def __init__(self, request: Request, response: Response) -> None:
        self._request = request
        self._response = response

    def check(self, *state: object) -> None:
        """Go on only if the answer is new to the caller; else raise NotModified.

        ``state`` is all that the answer depends on besides the address and its query, such
        as a position or today's date. Read it before what the answer is made of: then an
        answer may be newer than its ETag says, and never older.
        """
        url = self._request.url
        said = "\n".join([_PROCESS, url.path, url.query, *map(str, state)])
        etag = f'W/"{hashlib.sha256(said.encode()).hexdigest()[:32]}"'
        if _names(self._request.headers.get("if-none-match", ""), etag):
            raise NotModified(etag)
        self._response.headers.update(_headers(etag))


async def _condition(request: Request, response: Response) -> _Condition:
    return _Condition(request, response)


Condition = Annotated[_Condition, Depends(_condition)]


def install(app: FastAPI) -> None:
    """Make the app answer NotModified with 304."""
    app.exception_handler(NotModified)(_not_modified)


async def _not_modified(_: Request, reason: NotModified) -> Response:
    return Response(status_code=304, headers=_headers(reason.etag))


def _headers(etag: str) -> dict[str, str]:
    return {"ETag": etag, "Cache-Control": _CACHE_CONTROL}


def _names(if_none_match: str, etag: str) -> bool:
    """Whether the header names the ETag; the comparison is the weak one."""
    tags = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return "*" in tags or etag.removeprefix("W/") in tags
