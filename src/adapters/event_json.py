"""Events as JSON: the wire's verbs and field names live here and nowhere else."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, tzinfo
from functools import lru_cache
from typing import Any, Literal, NamedTuple, cast

import orjson

from cinestats.domain.days import local_day
from cinestats.domain.entry import Entry
from cinestats.domain.errors import InvalidInput
from cinestats.domain.events import Event, MovieAdded, MovieDeleted, RatingUpdated
from cinestats.domain.movie import MAX_TITLE_LENGTH, Movie, clean_text
from cinestats.domain.rating import parse_rating, stars

from . import strict_json

SCHEMA = 1
MAX_ID_LENGTH = 200
_ADDS = ("ADD", "BULK_IMPORT")
_UPDATES = ("UPDATE_RATING", "UPDATE")
_VERBS = (*_ADDS, "DELETE", *_UPDATES)


class WireEvent(NamedTuple):
    """An event from outside.

    ``position`` is None where it carries none. In the original producer's form the event
    also has neither event id nor entry id (both ``""``), and its credits may be missing.
    """

    event: Event
    position: int | None


def encode(event: Event, position: int | None = None) -> bytes:
    """The event as one line of JSON."""
    entry, movie = event.entry, event.entry.movie
    document: dict[str, Any] = {
        "event_type": verb_of(event),
        "user_id": event.user_id,
        "movie": {
            "name": movie.title,
            "year": movie.year,
            "rating": _stars(entry.rating),
            "genres": movie.genres,
            "actors": movie.actors,
            "director": _director(movie.directors),
            "duration": movie.duration,
            "watched_date": entry.watched_on,
            "poster_url": movie.poster_url,
            "film_key": movie.film_key,
        },
        "timestamp": event.occurred_at,
        "event_id": event.event_id,
        "entry_id": entry.entry_id,
        "added_on": entry.added_on,
        "schema": SCHEMA,
    }
    if isinstance(event, RatingUpdated):
        document["old_rating"] = _stars(entry.rating)
        document["new_rating"] = _stars(event.new_rating)
    if event.cause is not None:
        document["cause"] = event.cause
    if position is not None:
        document["position"] = position
    return orjson.dumps(document)


def decode(data: bytes) -> Event:
    """An event that ``encode`` wrote; what it says was checked when it was accepted."""
    document = orjson.loads(data)
    film = document["movie"]
    watched = film["watched_date"]
    director = film["director"]
    movie = Movie(
        film["name"],
        film["year"],
        film["film_key"],
        tuple(film["genres"]),
        (director,) if isinstance(director, str) else tuple(director or ()),
        tuple(film["actors"]),
        film["duration"],
        film["poster_url"],
    )
    entry = Entry(
        document["entry_id"],
        movie,
        _half_stars(film["rating"]),
        None if watched is None else date.fromisoformat(watched),
        date.fromisoformat(document["added_on"]),
    )
    common = (
        document["event_id"],
        document["user_id"],
        datetime.fromisoformat(document["timestamp"]),
        entry,
    )
    cause = document.get("cause")
    match document["event_type"]:
        case "ADD":
            return MovieAdded(*common, cause)
        case "DELETE":
            return MovieDeleted(*common, cause)
        case _:
            return RatingUpdated(*common, _half_stars(document["new_rating"]), cause)


_KEY = re.compile(rb'"\s*:')
_NESTED = (dict, list)
_MOST = 2**63 - 1


def read_event(data: bytes, zone: tzinfo) -> WireEvent:
    """A record's bytes as an event; raises InvalidInput as ``parse_event`` does.

    orjson does not tell when an object has a key twice. Where there are as many keys in the
    result as things that look like one in the text, it has not; else the strict parser looks.
    """
    try:
        document = orjson.loads(data)
    except orjson.JSONDecodeError:
        document = strict_json.parse(data)  # says what is wrong, and where
    else:
        if len(_KEY.findall(data)) != _keys_in(document):
            document = strict_json.parse(data)
    return parse_event(document, zone)


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


def parse_event(document: object, zone: tzinfo) -> WireEvent:
    """An event from outside, in our form or in the original producer's, fully checked.

    In the original's form a missing ``watched_date`` (also written ``date``) is the day of
    the ``timestamp`` in ``zone``, and ratings before and after may stand in the movie.
    Raises InvalidInput with the name of the field that is wrong.
    """
    fields = _object(document, "event")
    schema = fields.get("schema")
    if schema is not None and schema != SCHEMA:
        raise InvalidInput("schema", f"must be {SCHEMA} or absent, not {schema!r}")
    verb = fields.get("event_type")
    if verb not in _VERBS:
        raise InvalidInput(
            "event_type", f"must be ADD, DELETE or UPDATE_RATING, not {str(verb)[:40]!r}"
        )
    user_id = clean_text(_text(fields, "user_id"), "user_id", MAX_ID_LENGTH)
    occurred_at = _moment(fields)
    film = _object(fields.get("movie"), "movie")
    day = local_day(occurred_at, zone)
    watched_on = _day(film, "watched_date") or _day(film, "date")
    if watched_on is None and schema is None:
        watched_on = day
    rating_source = fields if "old_rating" in fields else film
    old_name = "old_rating" if "old_rating" in rating_source else "rating"
    is_update = verb in _UPDATES
    rating = parse_rating(rating_source.get(old_name) if is_update else film.get("rating"))
    entry = Entry(
        _optional_text(fields, "entry_id"),
        _movie(film),
        rating,
        watched_on,
        _day(fields, "added_on") or day,
    )
    common = (_optional_text(fields, "event_id"), user_id, occurred_at, entry)
    cause = _optional_text(fields, "cause") or None
    position = _whole(fields, "position")
    if verb in _ADDS:
        return WireEvent(MovieAdded(*common, cause), position)
    if verb == "DELETE":
        return WireEvent(MovieDeleted(*common, cause), position)
    source = fields if "new_rating" in fields else film
    new_rating = parse_rating(source.get("new_rating", film.get("rating")))
    return WireEvent(RatingUpdated(*common, new_rating, cause), position)


def _movie(film: Mapping[str, Any]) -> Movie:
    # Their types are checked here: to the cache, true and 1.0 are the same as 1.
    return _checked_movie(
        _text(film, "name"),
        _whole(film, "year"),
        _optional_text(film, "film_key"),
        _texts(film, "genres"),
        _names(film, "director"),
        _names(film, "actors"),
        _whole(film, "duration"),
        _optional_text(film, "poster_url"),
    )


@lru_cache(maxsize=10_000)  # the same films come again and again
def _checked_movie(
    name: str,
    year: int | None,
    film_key: str,
    genres: tuple[str, ...],
    directors: tuple[str, ...],
    actors: tuple[str, ...],
    duration: int | None,
    poster_url: str,
) -> Movie:
    return Movie.create(
        clean_text(name, "name", MAX_TITLE_LENGTH),
        year=year,
        film_key=film_key or None,
        genres=genres,
        directors=directors,
        actors=actors,
        duration=duration,
        poster_url=poster_url or None,
    )


def verb_of(event: Event) -> Literal["ADD", "DELETE", "UPDATE_RATING"]:
    """The ``event_type`` that the event is written with."""
    match event:
        case MovieAdded():
            return "ADD"
        case MovieDeleted():
            return "DELETE"
        case RatingUpdated():
            return "UPDATE_RATING"


def _director(names: tuple[str, ...]) -> str | tuple[str, ...] | None:
    """One name plain, as the original has it; a list where "A, B" would be taken apart."""
    if len(names) == 1 and "," not in names[0]:
        return names[0]
    return names or None


def _stars(rating: int | None) -> float | None:
    return None if rating is None else stars(rating)


def _half_stars(rating: float | None) -> int | None:
    return None if rating is None else int(rating * 2)


def _object(value: object, field: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise InvalidInput(field, f"must be a JSON object, not {_kind(value)}")
    return cast(dict[str, Any], value)


def _text(fields: Mapping[str, Any], field: str) -> str:
    value = fields.get(field)
    if not isinstance(value, str):
        raise InvalidInput(field, f"must be text, not {_kind(value)}")
    return value


def _optional_text(fields: Mapping[str, Any], field: str) -> str:
    if fields.get(field) is None:
        return ""
    return clean_text(_text(fields, field), field, 2000)


def _texts(fields: Mapping[str, Any], field: str) -> tuple[str, ...]:
    value = fields.get(field)
    if value is None:
        return ()
    if isinstance(value, str):
        return (value,)
    items = cast(list[object], value) if isinstance(value, list) else [value]
    texts = tuple([item for item in items if isinstance(item, str)])
    if len(texts) < len(items):
        raise InvalidInput(field, "must be a list of texts")
    return texts


def _names(fields: Mapping[str, Any], field: str) -> tuple[str, ...]:
    """Names as a list, or in one text "A, B" that is parted at every comma, as the original is.

    (Where a name of ours holds a comma, ``encode`` writes a list.)
    """
    value = fields.get(field)
    if not isinstance(value, str):
        return _texts(fields, field)
    return tuple([name for part in value.split(",") if (name := part.strip())])


def _whole(fields: Mapping[str, Any], field: str) -> int | None:
    value = fields.get(field)
    if value is None:
        return None
    if type(value) is not int:
        raise InvalidInput(field, f"must be a whole number, not {_kind(value)}")
    if abs(value) > _MOST:  # orjson reads up to twice as much
        raise InvalidInput(field, f"must be at most {_MOST}, not {value}")
    return value


def _day(fields: Mapping[str, Any], field: str) -> date | None:
    value = fields.get(field)
    if value is None:
        return None
    try:
        return date.fromisoformat(_text(fields, field)[:10])
    except ValueError as error:
        raise InvalidInput(field, f"must be a day such as 2025-01-20, not {value!r}") from error


def _moment(fields: Mapping[str, Any]) -> datetime:
    text = _text(fields, "timestamp")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput(
            "timestamp", f"must be a time such as 2025-01-20T21:30:00+01:00, not {text[:40]!r}"
        ) from error
    if moment.tzinfo is None:
        raise InvalidInput("timestamp", f"must say its zone, as in {text[:40]}+01:00")
    if not 1970 <= moment.year <= 2200:
        raise InvalidInput("timestamp", f"must be from 1970 to 2200, not {text[:40]}")
    return moment


def _kind(value: object) -> str:
    if value is None:
        return "absent or null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "a number"
    return "text" if isinstance(value, str) else "a list or an object"
