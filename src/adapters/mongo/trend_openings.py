"""Plays of the last days that no event told: the trends begin with them.

Of the ``films`` of an application, as they were when the program came; or of ``frames`` of
counts, which count as long as nothing else counts the plays.

A day is told once. Events that are counted of a day before the films were looked at tell of
the same plays: from the first of these days on, the events have the say, and no film.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Literal

from pymongo import InsertOne, UpdateOne

from cinestats.domain.global_trend import DayCount, FilmDay, first_day
from cinestats.domain.movie import Movie

from .database import Document, MongoDatabase, chunks, whole
from .fenced_additions import film_of, film_shown

_OPENINGS = "trend_openings"

Origin = Literal["films", "frames"]


def film_days(database: MongoDatabase, since: date) -> Sequence[tuple[FilmDay, DayCount]]:
    """The plays from ``since`` on, by day and film, that no event tells of."""
    found = database.find(_OPENINGS, {"day": {"$gte": since.isoformat()}})
    looked = next((each["looked"] for each in found if "looked" in each), None)
    told = None if looked is None else _first_told(database, date.fromisoformat(looked))
    kept = [each for each in found if each["origin"] == "frames" or not _is_told(each, told)]
    return [database.decoded(_OPENINGS, each, _film_day) for each in kept]


def _first_told(database: MongoDatabase, looked: date) -> str | None:
    """The first day before ``looked`` that counted events tell of, of those that count."""
    days = {"$gte": first_day(looked).isoformat(), "$lt": looked.isoformat()}
    counted = {"day": days, "count": {"$gt": 0}}
    found = database.find("global_days", counted, {"day": 1}, sort=["day"], limit=1)
    return found[0]["day"] if found else None


def _is_told(document: Document, told: str | None) -> bool:
    return told is not None and document["day"] >= told


def put_films(
    database: MongoDatabase, days: Iterable[tuple[FilmDay, DayCount]], looked: date
) -> None:
    """Set the plays of an application's films, looked at on that day, in place of others."""
    drop(database, "films")
    for chunk in chunks(days):
        films = [_document(*each) | {"looked": looked.isoformat()} for each in chunk]
        database.write_all(_OPENINGS, [InsertOne(film) for film in films])


def add_frame(database: MongoDatabase, day: date, plays: Mapping[Movie, int]) -> None:
    """Add plays of a day, or take them off."""
    for chunk in chunks(plays.items()):
        updates: list[UpdateOne] = []
        for movie, count in chunk:
            document = _document(FilmDay(day, movie.film_key), DayCount(count, movie))
            document["origin"] = "frames"
            place = {"_id": f"frames|{day}|{movie.film_key}"}
            added = {"count": document.pop("count")}
            updates.append(UpdateOne(place, {"$inc": added, "$set": document}, upsert=True))
        database.write_all(_OPENINGS, updates)


def drop(database: MongoDatabase, origin: Origin) -> None:
    """Forget the plays of that origin."""
    database.write(database.collection(_OPENINGS).delete_many, {"origin": origin})


def drop_before(database: MongoDatabase, day: date) -> None:
    """Forget the plays of earlier days: no trend counts them any more."""
    earlier = {"day": {"$lt": day.isoformat()}}
    database.write(database.collection(_OPENINGS).delete_many, earlier)


def _document(day: FilmDay, count: DayCount) -> Document:
    return {
        "origin": "films",
        "day": day.day.isoformat(),
        "film_key": day.film_key,
        **film_shown(count.movie),
        "count": count.plays,
    }


def _film_day(document: Document) -> tuple[FilmDay, DayCount]:
    day = FilmDay(date.fromisoformat(document["day"]), document["film_key"])
    return day, DayCount(whole(document["count"]), film_of(document))
