"""Events as JSON: what is written to the log and to the topic, and what is read from them."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, tzinfo
from typing import Any, NamedTuple, assert_never, cast

import orjson

import cinestats
from cinestats.application.log.ports import NewerEvent
from cinestats.domain.days import local_day
from cinestats.domain.entry import Entry
from cinestats.domain.errors import InvalidInput
from cinestats.domain.events import (
    EVENT_TYPES,
    EntryCorrected,
    Event,
    MovieAdded,
    MovieDeleted,
    RatingUpdated,
)
from cinestats.domain.rating import parse_rating, stars
from cinestats.domain.texts import clean_text

from . import strict_json
from .entry_json import entry_of, read_said, said_document
from .film_json import film_document, movie_of, read_movie
from .strict_json import Fields, as_object, flag, optional_text, text, whole

SCHEMA = max(type_.names.schema for type_ in EVENT_TYPES)
"""The latest version that can be read."""
UPCASTS: dict[int, Callable[[Fields], Fields]] = {}
"""From a schema that was written once to the next one."""

MAX_ID_LENGTH = 200
TYPES: Mapping[str, type[Event]] = {
    **{type_.names.verb: type_ for type_ in EVENT_TYPES},
    "BULK_IMPORT": MovieAdded,  # the original's
    "UPDATE": RatingUpdated,
}
"""What each ``event_type`` is read as."""


def _newer(field: str, found: object) -> NewerEvent:
    known = ", ".join(type_.names.verb for type_ in EVENT_TYPES)
    reads = f"reads schema {SCHEMA} with {known}"
    return NewerEvent(
        field,
        f"{found} is of a newer cinestats; this is {cinestats.__version__}, which {reads}:"
        " upgrade cinestats",
    )


class WireEvent(NamedTuple):
    """An event from outside.

    ``position`` is None where it carries none. In the original producer's form the event
    also has neither event id nor entry id (both ``""``), and its credits may be missing.
    """

    event: Event
    position: int | None


def encode(event: Event, position: int | None = None) -> bytes:
    """The event as one line of JSON."""
    entry = event.entry
    document: dict[str, Any] = {
        "event_type": event.names.verb,
        "user_id": event.user_id,
        "movie": _play(entry),
        "timestamp": event.occurred_at,
        "event_id": event.event_id,
        "entry_id": entry.entry_id,
        "added_on": entry.added_on,
        "schema": event.names.schema,
    }
    match event:
        case MovieAdded(again=again):
            if again:
                document["again"] = True
        case MovieDeleted():
            pass
        case RatingUpdated():
            document["old_rating"] = _stars(entry.rating)
            document["new_rating"] = _stars(event.new_rating)
            if event.rating_of != "play":
                document["rating_of"] = event.rating_of
            if event.said_by is not None:
                document["said_by"] = event.said_by
        case EntryCorrected():
            document["corrected"] = _play(event.corrected)
        case _ as never:
            assert_never(never)
    if event.cause is not None:
        document["cause"] = event.cause
    if event.as_published:
        document["as_published"] = True
    if position is not None:
        document["position"] = position
    return orjson.dumps(document)


def _play(entry: Entry) -> dict[str, Any]:
    """An entry's film, with what is said of the play."""
    play = film_document(entry.movie)
    play["director"] = _director(entry.movie.directors)
    play["rating"] = _stars(entry.rating)
    play["watched_date"] = entry.watched_on
    return play | said_document(entry)


def refuse_newer_schema(schema: int) -> None:
    """Raise NewerEvent for a schema that this version cannot read."""
    if schema > SCHEMA:
        raise _newer("schema", schema)


def decode(data: bytes | str) -> Event:
    """An event that ``encode`` wrote; what it says was checked when it was accepted.

    Raises NewerEvent.
    """
    document = orjson.loads(data)
    document = _upcast(document, document["schema"])
    type_ = TYPES.get(document["event_type"])
    if type_ is None:
        raise _newer("event_type", document["event_type"])
    film = document["movie"]
    ids = {"entry_id": document["entry_id"], "added_on": document["added_on"]}
    entry = entry_of(movie_of(film), ids | film)
    common = (
        document["event_id"],
        document["user_id"],
        datetime.fromisoformat(document["timestamp"]),
        entry,
    )
    cause, stray = document.get("cause"), document.get("as_published", False)
    if issubclass(type_, RatingUpdated):
        rated = _half_stars(document["new_rating"])
        of, by = document.get("rating_of", "play"), document.get("said_by")
        return type_(*common, rated, cause, of, by, as_published=stray)
    if issubclass(type_, EntryCorrected):
        film = document["corrected"]
        corrected = entry_of(movie_of(film), ids | film)
        return type_(*common, corrected, cause, as_published=stray)
    if issubclass(type_, MovieAdded):
        return type_(*common, cause, document.get("again", False), as_published=stray)
    return type_(*common, cause, as_published=stray)


_KEY = re.compile(rb'"\s*:')
_NESTED = (dict, list)


def read_event(data: bytes, zone: tzinfo) -> WireEvent:
    """A record's bytes as an event; raises InvalidInput as ``parse_event`` does."""
    return parse_event(parse_record(data), zone)


def parse_record(data: bytes, *, values: bool = True) -> object:
    """A record's bytes as a JSON value; raises InvalidInput as ``strict_json.parse`` does.

    orjson does not tell when an object has a key twice. Where there are as many keys in the
    result as things that look like one in the text, it has not; else the strict parser looks.
    """
    try:
        document: object = orjson.loads(data)
    except orjson.JSONDecodeError:
        return strict_json.parse(data, values=values)  # says what is wrong, and where
    if len(_KEY.findall(data)) != _keys_in(document):
        return strict_json.parse(data, values=values)
    return document


def _keys_in(value: object) -> int:
    """How many keys the objects in a JSON value have, at any depth."""
    keys, waiting = 0, [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            mapping = cast(dict[str, object], each)
            keys += len(mapping)
            inner: Iterable[object] = mapping.values()
        else:
            inner = cast(list[object], each) if isinstance(each, list) else ()
        waiting += [item for item in inner if isinstance(item, _NESTED)]
    return keys


def _upcast(document: Fields, schema: int) -> Fields:
    """The event as the present version writes it; raises NewerEvent."""
    refuse_newer_schema(schema)
    while schema in UPCASTS:
        document = UPCASTS[schema](document)
        schema += 1
    return document


def parse_event(document: object, zone: tzinfo) -> WireEvent:
    """An event from outside, in our form or in the original producer's, fully checked.

    In the original's form a missing ``watched_date`` (also written ``date``) is the day of
    the ``timestamp`` in ``zone``, and ratings before and after may stand in the movie: there
    the movie's own rating is the new one where no other is said.
    Raises InvalidInput with the name of the field that is wrong, and NewerEvent.
    """
    fields = as_object(document, "event")
    schema, verb = fields.get("schema"), fields.get("event_type")
    type_ = TYPES.get(verb) if isinstance(verb, str) else None
    if schema is not None:
        if type(schema) is not int or schema < 1:
            raise InvalidInput("schema", f"must be {SCHEMA} or absent, not {schema!r}")
        fields = _upcast(fields, schema)
        if type_ is None and isinstance(verb, str):
            raise _newer("event_type", verb[:40].encode(errors="replace").decode())
    if type_ is None:
        raise InvalidInput(
            "event_type",
            f"must be ADD, DELETE, UPDATE_RATING or CORRECT, not {str(verb)[:40]!r}",
        )
    user_id = clean_text(text(fields, "user_id"), "user_id", MAX_ID_LENGTH)
    occurred_at = read_moment(fields)
    film = as_object(fields.get("movie"), "movie")
    day = local_day(occurred_at, zone)
    told = "old_rating" if type_ is RatingUpdated else "rating"
    ids = optional_text(fields, "entry_id"), _day(fields, "added_on") or day
    # The original's form has no day where it was the day of the event.
    unknown_day = day if schema is None else None
    entry = _read_play(film, _rating(fields, film, told), *ids, unknown_day)
    common = (optional_text(fields, "event_id"), user_id, occurred_at, entry)
    cause = optional_text(fields, "cause") or None
    position = whole(fields, "position")
    if issubclass(type_, RatingUpdated):
        new_rating = _new_rating(fields, film)
        of = read_said({"rating_of": fields.get("rating_of")}).get("rating_of", "play")
        by = optional_text(fields, "said_by")
        return WireEvent(type_(*common, new_rating, cause, of, by or None), position)
    if issubclass(type_, EntryCorrected):
        film = as_object(fields.get("corrected"), "corrected")
        corrected = _read_play(film, parse_rating(film.get("rating")), *ids, unknown_day)
        if corrected.rating != entry.rating:
            raise InvalidInput("rating", "must be the same before and after a correction")
        return WireEvent(type_(*common, corrected, cause), position)
    if issubclass(type_, MovieAdded):
        return WireEvent(type_(*common, cause, flag(fields, "again")), position)
    return WireEvent(type_(*common, cause), position)


def _director(names: tuple[str, ...]) -> str | tuple[str, ...] | None:
    """One name plain, as the original has it; a list where "A, B" would be taken apart."""
    if len(names) == 1 and "," not in names[0]:
        return names[0]
    return names or None


def _stars(rating: int | None) -> float | None:
    return None if rating is None else stars(rating)


def _half_stars(rating: float | None) -> int | None:
    return None if rating is None else int(rating * 2)


def _rating(fields: Fields, film: Fields, told: str) -> int | None:
    """The rating of that name, in the event or in the film; else the film's own."""
    if told != "rating":
        for source in (fields, film):
            if told in source:
                return parse_rating(source[told], told)
    return parse_rating(film.get("rating"))


def _new_rating(fields: Fields, film: Fields) -> int | None:
    """The rating that an UPDATE_RATING says; raises InvalidInput where it says none."""
    if all("new_rating" not in each for each in (fields, film)) and film.get("rating") is None:
        form = "must be the rating from now on, or null to take it away"
        raise InvalidInput("new_rating", f"{form}; neither it nor a rating is there")
    return _rating(fields, film, "new_rating")


def _read_play(
    film: Fields, rating: int | None, entry_id: str, added_on: date, unknown_day: date | None
) -> Entry:
    """An entry from outside; ``unknown_day`` is when it was watched, if it does not say."""
    watched_on = _day(film, "watched_date") or _day(film, "date") or unknown_day
    return Entry(entry_id, read_movie(film), rating, watched_on, added_on, **read_said(film))


def _day(fields: Fields, field: str) -> date | None:
    value = fields.get(field)
    if value is None:
        return None
    try:
        return date.fromisoformat(text(fields, field)[:10])
    except ValueError as error:
        raise InvalidInput(field, f"must be a day such as 2025-01-20, not {value!r}") from error


def read_moment(fields: Fields) -> datetime:
    """The time of an event from outside; raises InvalidInput."""
    written = text(fields, "timestamp")
    try:
        moment = datetime.fromisoformat(written)
    except ValueError as error:
        raise InvalidInput(
            "timestamp",
            f"must be a time such as 2025-01-20T21:30:00+01:00, not {written[:40]!r}",
        ) from error
    if moment.tzinfo is None and ":" not in written:
        form = "must be a time such as 2025-01-20T21:30:00+01:00"
        raise InvalidInput("timestamp", f"{form}, not the day {written[:40]!r} alone")
    if moment.tzinfo is None:
        raise InvalidInput("timestamp", f"must say its zone, as in {written[:40]}+01:00")
    if not 1970 <= moment.year <= 2200:
        raise InvalidInput("timestamp", f"must be from 1970 to 2200, not {written[:40]}")
    return moment
