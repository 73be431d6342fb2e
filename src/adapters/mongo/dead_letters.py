"""Parked records in one collection."""

from collections.abc import Iterable, Sequence

from pymongo import IndexModel, UpdateOne

from cinestats.application.streaming.dead_letters import DeadLetter, names

from .database import MongoDatabase
from .records import MongoRecords

_LETTERS = "dead_letters"


class MongoDeadLetters:
    """Implements DeadLetters.

    A settled record leaves its id, so that a batch that is replayed does not park it again.
    """

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database
        self._letters = MongoRecords(database, _LETTERS, DeadLetter)

    def create_indexes(self) -> None:
        """Make the index that listings need; once, when a database is set up."""
        order = ["settled", "parked_at", "_id"]
        self._database.create_indexes(_LETTERS, IndexModel(order))

    def park(self, letters: Iterable[DeadLetter]) -> None:
        self._database.write_all(_LETTERS, [self._parking(letter) for letter in letters])

    def waiting(self, limit: int) -> Sequence[DeadLetter]:
        order = ["parked_at", "_id"]
        return self._letters.select({"settled": False}, sort=order, limit=limit)

    def read_all(self) -> None:
        """Read every record that waits; raises StoreUnavailable where one cannot be read."""
        self._letters.select({"settled": False})

    def find(self, letter_id: str) -> DeadLetter | None:
        found = self._letters.select({"_id": letter_id, "settled": False})
        return found[0] if found else None

    def settle(self, letter_id: str) -> bool:
        waiting = {"_id": letter_id, "settled": False}
        replace = self._letters.collection.replace_one
        return self._database.write(replace, waiting, {"settled": True}).matched_count == 1

    def drop_of(self, user_id: str) -> None:
        """Settle every record that names the user."""
        with self._database.translated():
            found = self._letters.collection.find({"settled": False}, {"key": 1, "value": 1})
            named = [d["_id"] for d in found if names(d["key"], d["value"], user_id)]
        for letter_id in named:
            self.settle(letter_id)

    def _parking(self, letter: DeadLetter) -> UpdateOne:
        # Others read these documents: a key or a value that is missing is null there.
        document = {"key": None, "value": None, **self._letters.document(letter)}
        document["settled"] = False
        return UpdateOne({"_id": letter.id}, {"$setOnInsert": document}, upsert=True)
