"""A collection of records: a document each, every field under its own name."""

from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar

from pymongo import DESCENDING
from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from cinestats.adapters.records import Taken, fields_of, names_of, plain, record_of

from .database import Document, MongoDatabase

_RecordT = TypeVar("_RecordT")


class MongoRecords(Generic[_RecordT]):
    """Implements Records: the dataclasses of one kind in a collection. A field that is
    None is left out.

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
        kept = {name: value for name, value in fields_of(record).items() if value is not None}
        return self._by_id(kept)

    def select(
        self, condition: Document, *, sort: Sequence[str | tuple[str, int]] = (), limit: int = 0
    ) -> list[_RecordT]:
        """The records of the documents that fit; ``limit`` 0 means every one."""
        absent: dict[str, Any] = dict.fromkeys(names_of(self._kind))

        def record(each: Document) -> _RecordT:
            return record_of(self._kind, {**absent, **each, self._key: each["_id"]})

        return self._database.read(self._name, condition, record, sort=sort, limit=limit)

    def find(self, **equal: str) -> list[_RecordT]:
        return self.select(self._by_id(equal), sort=["_id"])

    def latest(self, limit: int, before: str | None) -> list[_RecordT]:
        older = {} if before is None else {"_id": {"$lt": before}}
        return self.select(older, sort=[("_id", DESCENDING)], limit=limit)

    def insert(self, record: _RecordT) -> None:
        document = self.document(record)
        try:
            self._database.write(self.collection.insert_one, document)
        except DuplicateKeyError as error:
            # Perhaps it is ours, and the answer was lost.
            if record not in self.select({"_id": document["_id"]}):
                raise Taken(str(error)) from error

    def replace(self, old: _RecordT, new: _RecordT) -> bool:
        absent = dict.fromkeys(names_of(self._kind))  # None matches a field that was left out
        replace = self.collection.replace_one
        try:
            done = self._database.write(
                replace, {**absent, **self.document(old)}, self.document(new)
            )
        except DuplicateKeyError as error:
            raise Taken(str(error)) from error
        return done.matched_count == 1 or new in self.select({"_id": self.document(new)["_id"]})

    def update(self, equal: Mapping[str, Any], changes: Mapping[str, object]) -> int:
        change = {"$set": {name: plain(value) for name, value in changes.items()}}
        update = self.collection.update_many
        return self._database.write(update, self._by_id(equal), change).matched_count

    def delete(self, **equal: str) -> int:
        delete = self.collection.delete_many
        return self._database.write(delete, self._by_id(equal)).deleted_count

    def _by_id(self, equal: Mapping[str, Any]) -> Document:
        return {"_id" if name == self._key else name: value for name, value in equal.items()}
