"""A collection of records: a document each, every field under its own name."""

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from pymongo import ASCENDING
from pymongo.collection import Collection

from cinestats.adapters.records import fields_of, names_of, record_of

from .database import Document, MongoDatabase

_RecordT = TypeVar("_RecordT")


class Records(Generic[_RecordT]):
    """The dataclasses of one kind in a collection. A field that is None is left out.

    The field ``key`` is the document's ``_id``. Other names in a document are not looked at.
    """

    def __init__(
        self, database: MongoDatabase, name: str, kind: type[_RecordT], key: str = "_id"
    ) -> None:
        self._database = database
        self._name = name
        self._kind = kind
        self._key = key

    @property
    def collection(self) -> Collection[Document]:
        """The collection, for what only one store does with it."""
        return self._database.collection(self._name)

    def document(self, record: _RecordT) -> Document:
        """What is kept of a record."""
        return {
            "_id" if name == self._key else name: value
            for name, value in fields_of(record).items()
            if value is not None
        }

    def find(
        self,
        condition: Document,
        *,
        sort: Sequence[tuple[str, int]] = (("_id", ASCENDING),),
        limit: int = 0,
    ) -> list[_RecordT]:
        """The records that fit; ``limit`` 0 means every one."""
        found = self._database.find(self._name, condition, sort=sort, limit=limit)
        absent: dict[str, Any] = dict.fromkeys(names_of(self._kind))
        return [
            record_of(self._kind, {**absent, **each, self._key: each["_id"]}) for each in found
        ]

    def first(self, condition: Document) -> _RecordT | None:
        """The record that fits, if there is one."""
        found = self.find(condition, limit=1)
        return found[0] if found else None

    def put(self, record: _RecordT) -> None:
        """Keep a record, in place of any with the same key."""
        document = self.document(record)
        place = {"_id": document["_id"]}
        self._database.write(self.collection.replace_one, place, document, upsert=True)

    def update(self, condition: Document, changes: Document) -> bool:
        """Set fields of the document that fits; returns whether there is one."""
        updated = self._database.write(self.collection.update_one, condition, {"$set": changes})
        return updated.matched_count == 1

    def delete(self, condition: Document) -> bool:
        """Delete the document that fits; returns whether there was one."""
        return self._database.write(self.collection.delete_one, condition).deleted_count == 1
