"""Every user's present entries in one collection; it can be rebuilt from the log.

There are no transactions, so a batch is applied entry by entry, and the partition's
position is moved last. Each document carries the position of the event that last touched
its entry, and is replaced by the entry's state after the batch only where that is newer.
A batch that broke off is applied again from the same position, with the same end; a
writer that was stopped and goes on later changes nothing that has moved on. Meanwhile
readers may see part of a batch, never anything that is not in the log.

A deleted entry leaves a mark, without any of its data, as a fence against such a late
writer. The server removes marks after ``MARK_DAYS``.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from pymongo import IndexModel, ReplaceOne, UpdateOne
from pymongo.errors import DuplicateKeyError

from cinestats.adapters.entry_json import SAID_FIELDS, entry_of, play_document
from cinestats.adapters.film_json import SOMETIMES, film_document, movie_of
from cinestats.application.diary.ports import EntryKey
from cinestats.application.log.ports import Recorded
from cinestats.domain.entry import Entry
from cinestats.domain.titles import normalize_title

from .database import Document, MongoDatabase, chunks, text

MARK_DAYS = 7
_ENTRIES = "diary"
_POSITIONS = "diary_positions"


class MongoDiaryStore:
    """The entries, with the log position they stand at."""

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database
        database.create_indexes(
            _ENTRIES,
            *(IndexModel(["user_id", key]) for key in ("entry_id", "film_key", "title_key")),
            IndexModel("deleted_at", expireAfterSeconds=MARK_DAYS * 24 * 60 * 60),
        )

    def position(self, partition: int) -> int:
        return self._database.number(_POSITIONS, partition)

    def apply(self, partition: int, base: int, events: Sequence[Recorded]) -> None:
        if self.position(partition) != base:
            return
        writes = [_write(_id, outcome) for _id, outcome in _outcomes(events).items()]
        for chunk in chunks(writes):
            # What is kept out has a newer state already.
            self._database.write_all(_ENTRIES, chunk)
        try:
            place = {"_id": partition, "position": base}
            moved = {"$set": {"position": events[-1].position}}
            self._database.update(_POSITIONS, place, moved, upsert=base == 0)
        except DuplicateKeyError:
            return  # somebody else moved it

    def entries(self, user_id: str) -> Sequence[Entry]:
        return self._find({"user_id": user_id})

    def count(self, user_id: str) -> int:
        count = self._database.collection(_ENTRIES).count_documents
        return self._database.write(count, {"user_id": user_id})

    def lookup(self, user_id: str, keys: Iterable[EntryKey]) -> Sequence[Entry]:
        values: defaultdict[str, list[str]] = defaultdict(list)
        for kind, value in keys:
            values[kind].append(value)
        fits = [{"user_id": user_id, kind: {"$in": each}} for kind, each in values.items()]
        return self._find({"$or": fits}) if fits else []

    def _find(self, condition: Document) -> Sequence[Entry]:
        return self._database.read(_ENTRIES, condition, _entry, sort=["added_position"])


def _entry(document: Document) -> Entry:
    text(document["entry_id"])
    return entry_of(movie_of(document), document)


class _Outcome(NamedTuple):
    """What a batch makes of an entry; ``added`` is None where it was there before.

    ``entry`` is None where the entry is deleted.
    """

    user_id: str
    position: int
    added: int | None
    entry: Entry | None


def _outcomes(events: Sequence[Recorded]) -> dict[bytes, _Outcome]:
    outcomes: dict[bytes, _Outcome] = {}
    for _, position, event in events:
        if event is None or event.as_published:
            continue
        user_id = event.user_id
        _id = _document_id(user_id, event.entry.entry_id)
        known = outcomes.get(_id)
        if event.before is None or event.after is None:
            added = None if event.after is None else position
        elif known is not None and known.entry is None:
            continue  # it is deleted, and there is none to change
        else:
            added = None if known is None else known.added
        outcomes[_id] = _Outcome(user_id, position, added, event.after)
    return outcomes


_MAYBE_ABSENT = (*SAID_FIELDS, *SOMETIMES)
"""What a document has only where there is any: a correction may take it away."""


def _document_id(user_id: str, entry_id: str) -> bytes:
    """A digest: the mark of a deleted entry must not name its user."""
    return hashlib.sha256(f"{user_id}\x1f{entry_id}".encode()).digest()[:16]


def _write(_id: bytes, outcome: _Outcome) -> ReplaceOne[Document] | UpdateOne:
    user_id, position, added, entry = outcome
    older = {"_id": _id, "position": {"$lt": position}}
    if entry is None:
        mark = {"position": position, "deleted_at": datetime.now(UTC)}
        return ReplaceOne(older, mark, upsert=True)
    document = {
        "user_id": user_id,
        **play_document(entry),
        **film_document(entry.movie),
        "title_key": normalize_title(entry.movie.title),
        "position": position,
    }
    if added is None:
        gone = {name: "" for name in _MAYBE_ABSENT if name not in document}
        change = {"$set": document, "$unset": gone} if gone else {"$set": document}
        return UpdateOne({**older, "user_id": user_id}, change)
    return ReplaceOne(older, {**document, "added_position": added}, upsert=True)
