"""What is followed, in one MongoDB collection."""

from collections.abc import Sequence
from datetime import datetime

from pymongo import IndexModel
from pymongo.errors import DuplicateKeyError

from cinestats.adapters.records import plain, text_of
from cinestats.application.following.accounts import Asked, FollowedAccount, FollowedService

from .database import MongoDatabase
from .records import MongoRecords

_FOLLOWED = "followed"


class MongoFollowed:
    """Implements FollowedAccounts and FollowTurns.

    A user has numbered slots, the ``_id`` names user and slot: so no two processes together
    can make a user follow more accounts than there are slots.
    """

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database
        self._followed = MongoRecords(database, _FOLLOWED, FollowedAccount)

    def create_indexes(self) -> None:
        """Make the indexes that lookups need; once, when a database is set up."""
        self._database.create_indexes(
            _FOLLOWED,
            IndexModel(["user_id", "service", "name"], unique=True),
            IndexModel("asked.due_at"),
        )

    def add(self, account: FollowedAccount, limit: int) -> bool:
        document = self._followed.document(account)
        insert = self._followed.collection.insert_one
        for slot in range(limit):
            key = {"user_id": account.user_id, "slot": slot}
            try:
                self._database.write(insert, {"_id": key, **document})
            except DuplicateKeyError:
                # Sent twice because the answer was lost, it meets itself there.
                if account in self._followed.select({"_id": key}):
                    return True
            else:
                return True
        return False

    def of_user(self, user_id: str) -> Sequence[FollowedAccount]:
        return self._followed.select({"user_id": user_id}, sort=["service", "name"])

    def remove(self, user_id: str, service: FollowedService, name: str) -> bool:
        return self._followed.delete(user_id=user_id, service=service, name=name) == 1

    def remove_all(self, user_id: str) -> int:
        return self._followed.delete(user_id=user_id)

    def due(self, now: datetime, limit: int) -> Sequence[FollowedAccount]:
        due = {"asked.due_at": {"$lte": text_of(now)}}
        return self._followed.select(due, sort=["asked.due_at"], limit=limit)

    def save(self, account: FollowedAccount, asked: Asked) -> bool:
        as_it_was = {**self._followed.document(account), "asked": plain(account.asked)}
        return self._followed.update(as_it_was, {"asked": asked}) == 1

    def read_all(self) -> None:
        """Read every record; raises StoreUnavailable where one cannot be read."""
        self._followed.find()
