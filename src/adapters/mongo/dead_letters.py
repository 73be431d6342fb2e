"""Parked records in one collection."""

from collections.abc import Iterable, Sequence

from pymongo import ASCENDING, IndexModel, UpdateOne

from cinestats.application.streaming.dead_letters import DeadLetter

from .database import MongoDatabase
from .records import document_of, record_from

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
        self._database.write_all(_LETTERS, [_parking(letter) for letter in letters])

    def waiting(self, limit: int) -> Sequence[DeadLetter]:
        found = self._database.find(
            _LETTERS,
            {"settled": False},
            sort=[("parked_at", ASCENDING), ("_id", ASCENDING)],
            limit=limit,
        )
        return [record_from(DeadLetter, document) for document in found]

    def find(self, letter_id: str) -> DeadLetter | None:
        found = self._database.find(_LETTERS, {"_id": letter_id, "settled": False})
        return record_from(DeadLetter, found[0]) if found else None

    def settle(self, letter_id: str) -> bool:
        settled = self._database.write(
            self._database.collection(_LETTERS).replace_one,
            {"_id": letter_id, "settled": False},
            {"settled": True},
        )
        return settled.matched_count == 1


def _parking(letter: DeadLetter) -> UpdateOne:
    document = {**document_of(letter), "settled": False}
    return UpdateOne({"_id": letter.id}, {"$setOnInsert": document}, upsert=True)
