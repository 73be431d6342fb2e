"""The films of an application that comes from the original: a document a play."""

from collections.abc import Sequence
from datetime import date, datetime, time

from .database import Document, MongoDatabase

FILMS = "movies"
"""The collection's name."""


def films_of(database: MongoDatabase, user_id: str) -> Sequence[Document]:
    """All films of a user."""
    return database.find(FILMS, {"user_id": user_id})


def films_since(database: MongoDatabase, since: date) -> Sequence[Document]:
    """The films that were added, or watched where nothing says so, on ``since`` or later."""
    day, moment = since.isoformat(), datetime.combine(since, time.min)
    added = [{"added_at": {"$gte": each}} for each in (day, moment)]
    watched = [{"added_at": None, "date": {"$gte": each}} for each in (day, moment)]
    return database.find(FILMS, {"$or": [*added, *watched]})
