"""Cursors of lists: the place of a page's last item, written for the caller to bring back."""

import base64
import binascii
from typing import Annotated, cast

import orjson
from fastapi import Query

from cinestats.domain.errors import InvalidInput

MAX_PAGE = 1000

Limit = Annotated[int, Query(ge=1, le=MAX_PAGE, description="How many at most.")]
Cursor = Annotated[
    str | None, Query(max_length=8000, description="The `next_cursor` of the page before.")
]


def encode_cursor(*place: str) -> str:
    """The cursor for the items behind a place.

    >>> encode_cursor("watched", "2025-01-20")
    'WyJ3YXRjaGVkIiwiMjAyNS0wMS0yMCJd'
    """
    return base64.urlsafe_b64encode(orjson.dumps(place)).decode()


def decode_cursor(cursor: str) -> tuple[str, ...]:
    """The place in a cursor; raises InvalidInput for what ``encode_cursor`` has not made.

    >>> decode_cursor("WyJ3YXRjaGVkIiwiMjAyNS0wMS0yMCJd")
    ('watched', '2025-01-20')
    """
    try:
        found: object = orjson.loads(base64.urlsafe_b64decode(cursor))
    except (binascii.Error, ValueError) as error:
        raise invalid_cursor() from error
    parts = cast(list[object], found) if isinstance(found, list) else []
    if not parts or not all(isinstance(part, str) for part in parts):
        raise invalid_cursor()
    return tuple(map(str, parts))


def invalid_cursor() -> InvalidInput:
    """The error for a cursor that is none of the list's."""
    return InvalidInput("cursor", "is not the next_cursor of a page of this list")
