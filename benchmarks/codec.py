"""Codec: decode and validate one event, ours beside pydantic, msgspec, orjson and json.

    python -m benchmarks.codec [--events 5000] [--repeat 5]

Each side reads the same records into what its users would work with. The checks are as equal
as each library can declare them without extra code. One broken record for each check of ours
shows what a side accepts all the same. No result is a pass or a fail.
"""

import json
import math
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import msgspec
import orjson
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter

from cinestats.adapters import event_json, strict_json
from cinestats.domain.errors import InvalidInput
from cinestats.domain.events import Event, MovieAdded, MovieDeleted, RatingUpdated

from .plays import additions, event_of
from .report import Claim, Figures, Result, Side, Stopwatch, machine, publish, run_in_turn
from .report import parser as make_parser

_ZONE = ZoneInfo("Europe/Rome")
_ROUNDS = 5
Decode = Callable[[bytes], object]


# ── pydantic ─────────────────────────────────────────────────────────────────────────────

_Rating = Annotated[float, Field(ge=0.5, le=5, multiple_of=0.5, strict=True)]
_Name = Annotated[str, Field(min_length=1, max_length=200)]


class PydanticMovie(BaseModel):
    model_config = ConfigDict(str_strip_whitespace=True, allow_inf_nan=False)

    name: Annotated[str, Field(min_length=1, max_length=500)]
    year: Annotated[int, Field(ge=1870, le=2200, strict=True)] | None = None
    rating: _Rating | None = None
    genres: Annotated[list[_Name], Field(max_length=30)] = []
    actors: list[_Name] = []
    director: str | list[_Name] | None = None
    duration: Annotated[int, Field(ge=0, le=60_000, strict=True)] | None = None
    watched_date: date | None = None
    poster_url: Annotated[str, Field(max_length=2000)] | None = None
    film_key: Annotated[str, Field(max_length=2000)] | None = None


class PydanticEvent(BaseModel):
    model_config = ConfigDict(str_strip_whitespace=True, allow_inf_nan=False)

    event_type: Literal["ADD", "BULK_IMPORT", "DELETE", "UPDATE_RATING", "UPDATE"]
    user_id: _Name
    movie: PydanticMovie
    timestamp: AwareDatetime
    event_id: Annotated[str, Field(max_length=2000)] = ""
    entry_id: Annotated[str, Field(max_length=2000)] = ""
    added_on: date | None = None
    position: Annotated[int, Field(strict=True)] | None = None
    schema_: Annotated[Literal[1] | None, Field(alias="schema")] = None
    old_rating: _Rating | None = None
    new_rating: _Rating | None = None


# ── msgspec ──────────────────────────────────────────────────────────────────────────────

_HalfStars = Annotated[float, msgspec.Meta(ge=0.5, le=5, multiple_of=0.5)]
_Word = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class MsgspecMovie(msgspec.Struct):
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
    year: Annotated[int, msgspec.Meta(ge=1870, le=2200)] | None = None
    rating: _HalfStars | None = None
    genres: Annotated[list[_Word], msgspec.Meta(max_length=30)] = []
    actors: list[_Word] = []
    director: str | list[_Word] | None = None
    duration: Annotated[int, msgspec.Meta(ge=0, le=60_000)] | None = None
    watched_date: date | None = None
    poster_url: Annotated[str, msgspec.Meta(max_length=2000)] | None = None
    film_key: Annotated[str, msgspec.Meta(max_length=2000)] | None = None


class MsgspecEvent(msgspec.Struct):
    event_type: Literal["ADD", "BULK_IMPORT", "DELETE", "UPDATE_RATING", "UPDATE"]
    user_id: _Word
    movie: MsgspecMovie
    timestamp: Annotated[datetime, msgspec.Meta(tz=True)]
    event_id: Annotated[str, msgspec.Meta(max_length=2000)] = ""
    entry_id: Annotated[str, msgspec.Meta(max_length=2000)] = ""
    added_on: date | None = None
    position: int | None = None
    schema: Literal[1] | None = None
    old_rating: _HalfStars | None = None
    new_rating: _HalfStars | None = None


def _strict(data: bytes) -> object:
    return event_json.parse_event(strict_json.parse(data), _ZONE)


DECODERS: dict[str, Decode] = {
    "ours": partial(event_json.read_event, zone=_ZONE),
    "ours, the strict parser alone": _strict,
    "ours, from our own store": event_json.decode,
    "pydantic": TypeAdapter(PydanticEvent).validate_json,
    "msgspec": msgspec.json.Decoder(MsgspecEvent).decode,
    "orjson": orjson.loads,
    "json": json.loads,
}
_REFUSALS = (InvalidInput, ValueError, RecursionError, KeyError, TypeError, AttributeError)


def records(folder: Path | None, count: int) -> list[bytes]:
    """Encoded events: of ten, one re-rates and one deletes the play before."""
    made: list[bytes] = []
    for n, command in enumerate(additions(folder, count)):
        added = event_of(command)
        made.append(event_json.encode(_varied(added, n % 10), n + 1))
    return made


def _varied(added: Event, kind: int) -> Event:
    common = (f"{added.event_id}-next", added.user_id, added.occurred_at, added.entry)
    match kind:
        case 8:
            return RatingUpdated(*common, 5)
        case 9:
            return MovieDeleted(*common)
        case _:
            assert isinstance(added, MovieAdded)
            return added


def broken_records(good: bytes) -> dict[str, bytes]:
    """A record for each thing that ours refuses, by what is wrong with it.

    ``good`` is the record of an addition.
    """

    def changed(**fields: object) -> bytes:
        return json.dumps(orjson.loads(good) | fields).encode()

    def movie(**fields: object) -> bytes:
        return changed(movie=orjson.loads(good)["movie"] | fields)

    deep = b"[" * 100_000 + b"]" * 100_000
    later = (date.today() + timedelta(days=1)).replace(year=9999)  # noqa: DTZ011 - any day
    return {
        "rating NaN": movie(rating=math.nan),
        "rating Infinity": movie(rating=math.inf),
        "rating out of range": movie(rating=6),
        "rating off the half steps": movie(rating=3.7),
        "rating true": movie(rating=True),
        "rating as text": movie(rating="5"),
        "number beyond 64 bits": changed(position=2**63),
        "number of 5,000 digits": good.replace(b"{", b'{"n":' + b"9" * 5000 + b",", 1),
        "nested 100,000 deep": good.replace(b"{", b'{"n":' + deep + b",", 1),
        "a key twice": good.replace(b"{", b'{"user_id":"other",', 1),
        "lone surrogate": changed(user_id="\ud800"),
        "NUL in a text": movie(name="A\0B"),
        "blank title": movie(name="  "),
        "title of 1 MB": movie(name="x" * 1_000_000),
        "empty genre": movie(genres=[""]),
        "time without a zone": changed(timestamp="2025-01-20T21:30:00"),
        "year 9999": changed(timestamp=f"{later.isoformat()}T00:00:00+00:00"),
        "unknown type": changed(event_type="WATCH"),
        "newer schema": changed(schema=event_json.SCHEMA + 1),
        "no user": changed(user_id=None),
        "not UTF-8": good.replace(b'"name":"', b'"name":"\xff', 1),
    }


def let_through(decode: Decode, broken: dict[str, bytes]) -> list[str]:
    """What is wrong with the broken records that ``decode`` takes."""
    passed: list[str] = []
    for what, data in broken.items():
        try:
            decode(data)
        except _REFUSALS:
            continue
        passed.append(what)
    return passed


def read_all(name: str, folder: Path | None, count: int) -> Figures:
    """Decode every record, ``_ROUNDS`` times."""
    decode, made = DECODERS[name], records(folder, count)
    broken = broken_records(made[0])
    for record in made[: count // 10]:
        decode(record)
    watch = Stopwatch()
    with watch:
        for _ in range(_ROUNDS):
            for record in made:
                decode(record)
    return {
        "event_us": watch.seconds / (_ROUNDS * count) * 1e6,
        "cpu_seconds": watch.cpu_seconds,
        "lets_through": len(let_through(decode, broken)),
        "of_broken": len(broken),
        "record_bytes": sum(map(len, made)) / count,
    }


def claims_of(results: list[Result], folder: Path | None) -> list[Claim]:
    """Each side beside ours, with what it lets through."""
    mine = results[0].median("event_us")
    broken = broken_records(records(folder, 1)[0])
    claims: list[Claim] = []
    for result in results[1:]:
        passed = let_through(DECODERS[result.side], broken)
        without = f" (lets through: {', '.join(passed)})" if passed else ""
        claims.append(Claim(f"ours ÷ {result.side}{without}", mine / result.median("event_us")))
    return claims


def main(arguments: list[str] | None = None) -> None:
    parser = make_parser(__doc__, repeat=5)
    parser.add_argument("--events", type=int, default=5_000)
    options = parser.parse_args(arguments)
    where = machine("orjson", "pydantic", "msgspec")
    sides = [
        Side("one event", name, read_all, (name, options.folder, options.events))
        for name in DECODERS
    ]
    results = run_in_turn(sides, options.repeat)
    publish("codec", options, where, results, claims_of(results, options.folder))


if __name__ == "__main__":
    main()
