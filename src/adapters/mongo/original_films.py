"""The films of an application that comes from the original: a document a play."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from bson import ObjectId

from .database import Document, MongoDatabase

FILMS = "movies"
"""The collection's name."""
ADDED = ("added_at", "added_on", "date", "watched_date")
"""The fields that may say when a film was added: the first that says anything does."""

_NOTHING = (None, "")
_ISO_DAY = r"^\d{4}-\d\d-\d\d"
_LARGEST = 2**63 - 1


def films_of(database: MongoDatabase, user_id: str) -> Sequence[Document]:
    """All films of a user, whose id is kept as text, as a whole number, or as an ObjectId."""
    return database.find(FILMS, {"user_id": {"$in": _written(user_id)}})


def films_since(database: MongoDatabase, since: date) -> Sequence[Document]:
    """The films, but for those that were surely added before ``since``.

    A film that says its day in another form than a time of MongoDB's or 2025-01-20 is among
    them: whoever reads its day decides.
    """
    return database.find(FILMS, {"$nor": list(_added_before(since))})


def _written(user_id: str) -> list[Any]:
    """Every value that reads as this id: they are one user's."""
    found: list[Any] = [user_id]
    if user_id.isascii() and user_id.removeprefix("-").isdigit():
        number = int(user_id)
        if str(number) == user_id and abs(number) <= _LARGEST:
            found.append(number)
    if ObjectId.is_valid(user_id) and user_id == user_id.lower():
        found.append(ObjectId(user_id))
    return found


def _added_before(since: date) -> Iterator[Document]:
    day = since.isoformat()
    moment = datetime.combine(since - timedelta(days=1), time.min)  # it is later in the east
    for n, field in enumerate(ADDED):
        unsaid = {earlier: {"$in": list(_NOTHING)} for earlier in ADDED[:n]}
        yield {**unsaid, field: {"$lt": moment}}
        yield {**unsaid, "$and": [{field: {"$regex": _ISO_DAY}}, {field: {"$lt": day}}]}
