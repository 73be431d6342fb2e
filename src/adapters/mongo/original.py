"""Count on from documents that the original wrote.

They lack ``position``, so nothing is added to them: nobody can tell which events they hold.
Where the log (or topic) still has every event, a rebuild takes them over. Where it does
not, whoever moves says up to which position of each partition the original had counted.

A document moves to the ``_id`` that ours has; several that belong there become one, whose
counts are the sum. First the new one is written, then the others are deleted, so that an
adoption which broke off anywhere can be run again.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import reduce
from itertools import islice
from typing import Any, NamedTuple, TypeVar

from pymongo import DeleteMany, InsertOne, ReplaceOne
from pymongo.errors import DuplicateKeyError

from cinestats.application.ports import StoreBusy
from cinestats.domain.errors import InvalidInput
from cinestats.domain.partition import partition_of
from cinestats.domain.projections import AFFINITY, USER_STATS
from cinestats.domain.projections.projection import Projection
from cinestats.domain.user_stats import UserStats

from .database import Document, MongoDatabase, WriteModel, chunks
from .fenced_additions import additions_to
from .original_documents import read_affinity, read_stats, user_of

_COLLECTIONS = USER_STATS.name, AFFINITY.name
_META, _ADOPTION = "meta", "adoption"
_UNPLACED: Mapping[str, Any] = {"position": None}
_SHOWN = 5
_USERS = 200
_Read = TypeVar("_Read")


class Examined(NamedTuple):
    """What lies there of the original.

    ``nameless`` affinities have a blank name, or one that no event can have. Plays ``unrated``
    or ``undated`` are counted in the total, and in no distribution. ``uneven`` users have
    ratings that do not add up to their plays; ``below_zero`` counts documents.
    """

    users: int
    affinities: int
    nameless: int = 0
    unrated: int = 0
    undated: int = 0
    uneven: int = 0
    below_zero: int = 0


def examine_original(database: MongoDatabase) -> Examined:
    """Read every document of the original, and change nothing.

    Raises InvalidInput that names the first documents which cannot be read, and why;
    StoreBusy where the log has events, or cinestats has counted here already.
    """
    if database.find("events", {}, limit=1):
        raise StoreBusy("The log has events: cinestats rebuild counts these instead.")
    if database.find("global_days", _UNPLACED, limit=1):
        raise StoreBusy(
            "The collection global_days holds documents of another program, which the original"
            " has not; drop or rename it first."
        )
    adoption = database.get(_META, _ADOPTION)
    if not adoption and database.find("checkpoints", {}, limit=1):
        raise _counted_already()
    if adoption.get("done"):
        _refuse_newcomers(database)
    stats = list(_readable(database, "user_stats", read_stats))
    names = list(_readable(database, "user_affinities", read_affinity))
    plays = [each.stats.total_watched for each in stats]
    plays += [found[1].plays for found in names if found]
    return Examined(
        len({each.user_id for each in stats}),
        len(names),
        nameless=names.count(None),
        unrated=sum(each.unrated for each in stats),
        undated=sum(each.undated for each in stats),
        uneven=sum(each.is_uneven for each in stats),
        below_zero=sum(n < 0 for n in plays),
    )


def adopt_original(database: MongoDatabase, counted: Sequence[int]) -> int:
    """Take ``user_stats`` and ``user_affinities`` without a position for counted so far.

    ``counted`` has, for each partition, the position of the last event that the original
    counted; projection goes on behind it. Returns the number of documents taken over. May be
    broken off anywhere and repeated; until it is through, no consumer starts. Raises StoreBusy
    once projection has begun, where it was begun with other positions, and when the original
    still writes.

    A later rebuild sets these figures to what the log says.
    """
    _begin(database, counted)
    if database.get(_META, _ADOPTION)["done"]:
        _refuse_newcomers(database)
    users = iter(sorted(_users(database)))
    taken = _Taken(database, counted, datetime.now(UTC).isoformat())
    adopted = 0
    while some := list(islice(users, _USERS)):
        mine = {"$in": some}
        either = {"$or": [{"_id": mine}, {"user_id": mine}]}
        adopted += taken.over(USER_STATS, either, _stats)
        adopted += taken.over(AFFINITY, {"user_id": mine}, read_affinity)
    _refuse_newcomers(database)
    database.update(_META, {"_id": _ADOPTION}, {"$set": {"done": True}})
    return adopted


def refuse_half_adopted(database: MongoDatabase) -> None:
    """Raise StoreBusy where an adoption was broken off."""
    adoption = database.get(_META, _ADOPTION)
    if adoption and not adoption.get("done"):
        raise StoreBusy(
            "The original's documents are adopted in part; run cinestats adopt again, with the"
            f" same offsets: {','.join(map(str, adoption['counted']))}."
        )


def _begin(database: MongoDatabase, counted: Sequence[int]) -> None:
    """Note where the original had counted to, before anything is changed."""
    wanted = {"_id": _ADOPTION, "counted": list(counted)}
    try:
        database.update(_META, wanted, {"$setOnInsert": {"done": False}}, upsert=True)
    except DuplicateKeyError as error:
        begun = database.get(_META, _ADOPTION)["counted"]
        raise StoreBusy(
            f"An adoption was begun with other offsets: {','.join(map(str, begun))}."
        ) from error
    for partition, position in enumerate(counted):
        try:
            mark = {"position": position}
            place = {"_id": partition, **mark}
            database.update("checkpoints", place, {"$set": mark}, upsert=True)
        except DuplicateKeyError as error:
            raise _counted_already() from error


def _counted_already() -> StoreBusy:
    return StoreBusy(
        "These figures are counted by cinestats already; to begin again, stop the consumer and"
        " drop the collection checkpoints first."
    )


def _refuse_newcomers(database: MongoDatabase) -> None:
    if any(database.find(name, _UNPLACED, limit=1) for name in _COLLECTIONS):
        raise StoreBusy(
            "The original has gone on writing: stop it, put its collections back from a dump"
            " that was made after that, and adopt them with the offsets of then."
        )


def _users(database: MongoDatabase) -> set[str]:
    return {
        user_of(document)
        for collection in _COLLECTIONS
        for document in _unplaced(database, collection)
    }


def _unplaced(database: MongoDatabase, collection: str) -> Iterator[Document]:
    """The documents without a position, one by one: they may be many."""
    with database.translated():
        yield from database.collection(collection).find(_UNPLACED)


def _readable(
    database: MongoDatabase, collection: str, read: Callable[[Document], _Read]
) -> Iterator[_Read]:
    problems: list[str] = []
    for document in _unplaced(database, collection):
        try:
            yield read(document)
        except InvalidInput as error:
            problems.append(f"{document['_id']!r}: {error}")
    if problems:
        more = len(problems) - _SHOWN
        others = f" and {more:,} others" if more > 0 else ""
        raise InvalidInput(
            collection,
            f"has documents that cannot be read; mend or delete {'; '.join(problems[:_SHOWN])}"
            f"{others}",
        )


def _stats(document: Document) -> tuple[tuple[str], UserStats]:
    read = read_stats(document)
    return (read.user_id,), read.stats


@dataclass(frozen=True, slots=True)
class _Taken:
    """Takes documents over that are counted so far; ``now`` is when, in ISO form."""

    database: MongoDatabase
    counted: Sequence[int]
    now: str

    def over(
        self,
        projection: Projection[Any, Any],
        condition: Document,
        read: Callable[[Document], tuple[Any, Any] | None],
    ) -> int:
        """Write ours, then delete what lies elsewhere; returns how many were the original's."""
        there = self.database.find(projection.name, condition)
        placed = {each["_id"] for each in there if each.get("position") is not None}
        groups: dict[Any, list[tuple[Any, Document]]] = {}
        gone: list[object] = []
        for document in there:
            if document.get("position") is not None:
                continue
            if (found := read(document)) is None:
                gone.append(document["_id"])
            else:
                key, state = found
                groups.setdefault(key, []).append((state, document))
        replaced: list[WriteModel] = []
        inserted: list[WriteModel] = []
        for key, group in groups.items():
            new = self._ours(projection, key, group)
            gone += (old["_id"] for _, old in group if old["_id"] != new["_id"])
            same = [old for _, old in group if old["_id"] == new["_id"]]
            if same:
                # What was read of it is what is there still.
                at = {"_id": new["_id"], **_UNPLACED, "updated_at": same[0].get("updated_at")}
                replaced.append(ReplaceOne(at, new))
            elif new["_id"] not in placed:  # else an earlier attempt has written it
                inserted.append(InsertOne(new))
        self._write(projection.name, replaced, inserted, gone)
        return sum(map(len, groups.values()))

    def _ours(
        self, projection: Projection[Any, Any], key: Any, group: Sequence[tuple[Any, Document]]
    ) -> Document:
        """One document for those of a group, with what else they hold."""
        state = reduce(projection.combine, (state for state, _ in group))
        partition = partition_of(key[0], len(self.counted))
        changes = {key: (state, self.counted[partition])}
        secret = b""  # it hides films, and these are of users
        (addition,) = additions_to(projection, changes, partition, self.now, secret)
        new: Document = {}
        for _, old in group:
            new |= old
        return new | addition.document()

    def _write(
        self,
        collection: str,
        replaced: Sequence[WriteModel],
        inserted: Sequence[WriteModel],
        gone: Sequence[object],
    ) -> None:
        effective = sum(
            self.database.write_all(collection, chunk).effective for chunk in chunks(replaced)
        )
        if effective < len(replaced):
            raise StoreBusy("Documents change while they are adopted; stop the original first.")
        for chunk in chunks(inserted):
            self.database.write_all(collection, chunk)
        for ids in chunks(gone):
            delete = DeleteMany({"_id": {"$in": ids}, **_UNPLACED})
            self.database.write_all(collection, [delete])
