"""What happened to lists, in one MongoDB collection."""

from collections.abc import Sequence

from pymongo import IndexModel

from cinestats.adapters.list_json import decode_list_event, encode_list_event
from cinestats.domain.lists import ListEvent

from .database import Document, MongoDatabase

_LISTS = "lists"


class MongoLists:
    """Implements ListLog.

    The ``_id`` names user and number: of two writers behind the same event one meets the
    other's, and stops. Events are written in order, so a crash leaves no gap.
    """

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database

    def create_indexes(self) -> None:
        """Make the index by user; once, when a database is set up."""
        self._database.create_indexes(_LISTS, IndexModel(["_id.user_id", "_id.number"]))

    def of_user(self, user_id: str) -> Sequence[ListEvent]:
        mine, order = {"_id.user_id": user_id}, ["_id.number"]
        return self._database.read(_LISTS, mine, _event, sort=order)

    def append(self, user_id: str, after: int, events: Sequence[ListEvent]) -> bool:
        if after and not self._database.get(_LISTS, _id(user_id, after)):
            return False  # somebody erased them
        rest: list[Document] = [
            {"_id": _id(user_id, number), "body": encode_list_event(event).decode()}
            for number, event in enumerate(events, after + 1)
        ]
        while rest:
            met = self._database.insert_in_order(_LISTS, rest)
            if met is None:
                break
            # Sent twice because the answer was lost, an event meets itself there.
            if self._database.get(_LISTS, rest[met]["_id"]) != rest[met]:
                return False
            rest = rest[met + 1 :]
        return True

    def users(self) -> Sequence[str]:
        return self._database.texts(_LISTS, "_id.user_id")

    def read_all(self) -> None:
        """Read every event; raises StoreUnavailable where one cannot be read."""
        self._database.read(_LISTS, {}, _event)

    def remove_all(self, user_id: str) -> int:
        erase = self._database.collection(_LISTS).delete_many
        return self._database.write(erase, {"_id.user_id": user_id}).deleted_count


def _event(document: Document) -> ListEvent:
    event = decode_list_event(document["body"])
    if event.user_id != document["_id"]["user_id"]:
        raise ValueError("it is another user's")
    return event


def _id(user_id: str, number: int) -> Document:
    return {"user_id": user_id, "number": number}
