"""Conditional requests: who has the answer already is told so before it is worked out."""

import hashlib
import secrets
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from starlette.exceptions import HTTPException

from .answers import header

_PROCESS = secrets.token_hex(8)
"""What answers depend on besides their state, such as the code, changes with the process."""

_ETAG = {"ETag": header("Bring it back in `If-None-Match`.")}

CONDITIONAL: dict[int | str, dict[str, Any]] = {
    200: {"description": "The answer.", "headers": _ETAG},
    304: {
        "description": "The answer is still the one with the ETag in `If-None-Match`.",
        "headers": _ETAG,
    },
}
"""The ``responses`` of a route that takes a ``Condition``."""


class _Condition:
    """The request's ``If-None-Match``, and the answer that gets an ETag."""

    def __init__(self, request: Request, response: Response) -> None:
        self._request = request
        self._response = response

    def check(self, *state: object) -> None:
        """Go on only if the answer is new to the caller; else the answer is 304.

        ``state`` is all that the answer depends on besides the address and its query, such
        as a position or today's date. Read it before what the answer is made of: then an
        answer may be newer than its ETag says, and never older.
        """
        scope = self._request.scope
        address = scope["raw_path"].decode("latin-1"), scope["query_string"].decode("latin-1")
        said = "\n".join([_PROCESS, *address, *map(str, state)])
        etag = f'W/"{hashlib.sha256(said.encode()).hexdigest()[:32]}"'
        # Keep it, for this caller alone, and ask each time.
        headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
        if _names(self._request.headers.get("if-none-match", ""), etag):
            raise HTTPException(304, headers=headers)
        self._response.headers.update(headers)


async def _condition(request: Request, response: Response) -> _Condition:
    return _Condition(request, response)


Condition = Annotated[_Condition, Depends(_condition)]


def _names(if_none_match: str, etag: str) -> bool:
    """Whether the header names the ETag; the comparison is the weak one."""
    tags = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return "*" in tags or etag.removeprefix("W/") in tags
