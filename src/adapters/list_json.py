"""Lists of films and what happens to them as JSON: as stored, exported, and from outside."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast

import orjson

from cinestats.domain.days import parse_day
from cinestats.domain.errors import InvalidInput
from cinestats.domain.lists import (
    LIST_EVENT_TYPES,
    FilmList,
    ListEvent,
    Listing,
    ListKind,
    Lists,
    by_list,
    checked,
    checked_list,
)
from cinestats.domain.texts import clean_text

from . import strict_json
from .film_json import ids_document, read_ids
from .strict_json import Fields

_SCHEMA = 1
_MAX_ID_LENGTH = 200


def list_document(about: FilmList) -> dict[str, Any]:
    """A list without its films."""
    return {
        "service": about.service,
        "kind": about.kind,
        "name": about.name,
        "description": about.description,
        "url": about.url,
        "tags": list(about.tags),
    }


def listing_document(listing: Listing) -> dict[str, Any]:
    """A film on a list, without the list; ``title`` is null where only ids are known."""
    day = listing.listed_on
    return {
        "title": listing.title or None,
        "year": listing.year,
        "ids": ids_document(listing.ids),
        "position": listing.position,
        "note": listing.note,
        "listed_on": None if day is None else day.isoformat(),
    }


def lists_document(lists: Lists) -> list[dict[str, Any]]:
    """Each list with its films."""
    return [
        {**list_document(about), "films": list(map(listing_document, films))}
        for about, films in by_list(lists).items()
    ]


def encode_list_event(event: ListEvent) -> bytes:
    """The event as one line of JSON."""
    document = {
        "event_type": event.verb,
        "user_id": event.user_id,
        "timestamp": event.occurred_at,
        "event_id": event.event_id,
        "list": list_document(event.listing.list),
        "film": listing_document(event.listing),
        "schema": _SCHEMA,
    }
    if event.cause is not None:
        document["cause"] = event.cause
    return orjson.dumps(document)


def is_list_event(document: object) -> bool:
    """Whether a value of JSON is an event of a list, and not one of a diary."""
    if not isinstance(document, dict):
        return False
    return cast(Mapping[str, object], document).get("event_type") in LIST_EVENT_TYPES


def decode_list_event(data: bytes | str) -> ListEvent:
    """An event that ``encode_list_event`` wrote; raises ValueError where it is none."""
    try:
        return read_list_event(orjson.loads(data))
    except InvalidInput as error:
        raise ValueError(f"no event of a list: {error}") from error


def read_list_event(document: object) -> ListEvent:
    """An event from outside, fully checked; raises InvalidInput with the field's name."""
    fields = strict_json.as_object(document, "event")
    if fields.get("schema") != _SCHEMA:
        raise InvalidInput("schema", f"must be {_SCHEMA} in an event of a list")
    event_id, user_id = (
        clean_text(strict_json.text(fields, name), name, _MAX_ID_LENGTH)
        for name in ("event_id", "user_id")
    )
    written = strict_json.text(fields, "timestamp")
    try:
        moment = datetime.fromisoformat(written).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidInput(
            "timestamp", f"must be a time such as 2025-01-20T21:30:00Z, not {written[:40]!r}"
        ) from error
    about = read_list(strict_json.as_object(fields.get("list"), "list"))
    listing = read_listing(strict_json.as_object(fields.get("film"), "film"), about)
    cause = strict_json.optional_text(fields, "cause") or None
    return LIST_EVENT_TYPES[fields["event_type"]](event_id, user_id, moment, listing, cause)


def read_list(document: Fields) -> FilmList:
    """A list from outside, without its films, fully checked; raises InvalidInput."""
    return checked_list(
        FilmList(
            strict_json.text(document, "service"),
            cast(ListKind, strict_json.text(document, "kind")),
            strict_json.text(document, "name"),
            _words(document, "description"),
            strict_json.optional_text(document, "url") or None,
            strict_json.texts(document, "tags"),
        )
    )


def read_listing(document: Fields, about: FilmList) -> Listing:
    """A film on a list, from outside and fully checked; raises InvalidInput."""
    day = strict_json.optional_text(document, "listed_on")
    return checked(
        Listing(
            about,
            strict_json.optional_text(document, "title"),
            strict_json.whole(document, "year"),
            read_ids(document),
            strict_json.whole(document, "position"),
            _words(document, "note"),
            parse_day(day, "listed_on") if day else None,
        )
    )


def _words(document: Fields, field: str) -> str | None:
    return None if document.get(field) is None else strict_json.text(document, field)
