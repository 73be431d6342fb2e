"""Plays of the last days that no event told: the trends begin with them.

Of the ``films`` of an application, as they were when the program came; or of ``frames`` of
counts, which count as long as nothing else counts the plays.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Literal

from pymongo import InsertOne, UpdateOne

from cinestats.domain.global_trend import DayCount, FilmDay
from cinestats.domain.movie import Movie

from .database import Document, MongoDatabase, chunks, whole
from .fenced_additions import film_of, film_shown

_OPENINGS = "trend_openings"

Origin = Literal["films", "frames"]


def film_days(database: MongoDatabase, since: date) -> Sequence[tuple[FilmDay, DayCount]]:
    """The plays from ``since`` on, by day and film."""
    return database.read(_OPENINGS, {"day": {"$gte": since.isoformat()}}, _film_day)


def put_films(database: MongoDatabase, days: Iterable[tuple[FilmDay, DayCount]]) -> None:
    """Set the plays of an application's films, in place of those that were there."""
    drop(database, "films")
    for chunk in chunks(days):
        inserts = [InsertOne(_document(day, count)) for day, count in chunk]
        database.write_all(_OPENINGS, inserts)


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
