"""Parked records in one collection."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from pymongo import ASCENDING, IndexModel, UpdateOne

from cinestats.application.streaming.dead_letters import DeadLetter

from .database import Document, MongoDatabase

_LETTERS = "dead_letters"


class MongoDeadLetters:
    """Implements DeadLetters.

    A settled record leaves its id, so that a batch that is replayed does not park it again.
    """

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database

    def create_indexes(self) -> None:
        """Make the index that listings need; once, when a database is set up."""
        order = [("settled", ASCENDING), ("parked_at", ASCENDING), ("_id", ASCENDING)]
        self._database.create_indexes(_LETTERS, IndexModel(order))

    def park(self, letters: Iterable[DeadLetter]) -> None:
        self._database.write_all(
            _LETTERS,
            [
                UpdateOne({"_id": letter.id}, {"$setOnInsert": _document(letter)}, upsert=True)
                for letter in letters
            ],
        )

    def waiting(self, limit: int) -> Sequence[DeadLetter]:
        found = self._database.find(
            _LETTERS,
            {"settled": False},
            sort=[("parked_at", ASCENDING), ("_id", ASCENDING)],
            limit=limit,
        )
        return [_letter(document) for document in found]

    def find(self, letter_id: str) -> DeadLetter | None:
        found = self._database.find(_LETTERS, {"_id": letter_id, "settled": False})
        return _letter(found[0]) if found else None

    def settle(self, letter_id: str) -> bool:
        settled = self._database.write(
            self._database.collection(_LETTERS).replace_one,
            {"_id": letter_id, "settled": False},
            {"settled": True},
        )
        return settled.matched_count == 1


def _document(letter: DeadLetter) -> Document:
    return {
        "topic": letter.topic,
        "partition": letter.partition,
        "offset": letter.offset,
        "key": letter.key,
        "value": letter.value,
        "reason": letter.reason,
        "parked_at": letter.parked_at.astimezone(UTC).isoformat(),
        "settled": False,
    }


def _letter(document: Document) -> DeadLetter:
    return DeadLetter(
        document["topic"],
        document["partition"],
        document["offset"],
        document["key"],
        document["value"],
        document["reason"],
        datetime.fromisoformat(document["parked_at"]),
    )
