"""The read models in MongoDB: exact without transactions, by a fence in every document.

A batch reads its checkpoint, adds to each document that has not seen it, and moves the
checkpoint last, from where it was. A document that was reached by an attempt that broke
off, or by another projector, is kept out of the bulk by its position; those few are read,
and get what they lack. So a batch may break off anywhere, come again with other bounds, or
be finished by a process that had been stopped: each event is counted once.

No document is deleted but a forgotten user's, because a deleted document has no fence; one
that counts plays of all loses its names instead, and keeps its id, which tells nothing. (A
projector that was stopped in the middle of a batch of that very user, before they were
forgotten, and goes on afterwards, can leave documents of theirs behind.)
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from functools import cached_property
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel, InsertOne, ReplaceOne
from pymongo.errors import DuplicateKeyError

from cinestats.application.figures.ports import Batch, Fenced, States, UserDocuments
from cinestats.application.figures.project import NetChanges, net_changes
from cinestats.application.log.ports import Recorded
from cinestats.application.ports import StoreBusy, StoreUnavailable
from cinestats.domain import projections
from cinestats.domain.projections import AFFINITY
from cinestats.domain.projections.projection import Projection

from .database import MongoDatabase, chunks
from .fenced_additions import Addition, Seen, additions_to, of_users
from .secret import secret_of
from .supersede import Standing, supersede

_ATTEMPTS = 20


class MongoDocuments:
    """The documents of collections with a prefix, written; times in ``zone``.

    Making one sends nothing to the server.
    """

    def __init__(self, database: MongoDatabase, zone: tzinfo, prefix: str = "") -> None:
        self.database = database
        self.zone = zone
        self.prefix = prefix

    def create_indexes(self) -> None:
        """Make the indexes that reads need; once, when a database is set up."""
        stand_in = not self.database.has_sessions()
        for each in projections.PROJECTIONS:
            if each is AFFINITY:
                fields = [("user_id", ASCENDING), ("type", ASCENDING), ("count", DESCENDING)]
            else:
                fields = [] if each.one_per_user else [(each.key_fields[0], ASCENDING)]
            indexes = [IndexModel(fields)] if fields else []
            if stand_in:  # which finds a document only by all fields of an index
                fence = [("_id", ASCENDING), ("position", ASCENDING)]
                indexes.append(IndexModel(fence, unique=True))
            if indexes:
                self.database.create_indexes(self.prefix + each.name, *indexes)

    def checkpoint(self, partition: int) -> int:
        return self.database.number(f"{self.prefix}checkpoints", partition)

    def apply(self, batch: Batch) -> None:
        partition, base, events, now = batch
        if self.checkpoint(partition) != base:
            raise Fenced
        newcomers: set[str] = set()
        for projection, changes in net_changes(events):
            late: list[Addition] = []
            added = self._additions(projection, changes, partition, self._written(now))
            for chunk in chunks(added):
                late += self._add(projection, chunk, base, newcomers)
            if late:
                self._add_late(projection, late, batch)
        self._move_checkpoint(partition, base, events[-1].position)

    def put_user(self, partition: int, base: int, documents: UserDocuments) -> None:
        """Replace a user's documents, each in one step; raises Fenced where one is ahead."""
        if self.checkpoint(partition) != base:
            raise Fenced
        now = self._written(documents.updated_at)
        standing = Standing(max(base, documents.position), base)
        for each in projections.of_user():
            states = documents.states.get(each.name, {})
            changes = {key: (state, documents.position) for key, state in states.items()}
            mine = of_users(each, [documents.user_id])
            existing = self.database.find(self.prefix + each.name, mine)
            wanted = [a.document() for a in self._additions(each, changes, partition, now)]
            if not supersede(
                self.database, each, self.prefix, existing, wanted, lambda _: standing
            ):
                raise Fenced

    def put_shared(self, partition: int, position: int, states: Mapping[str, States]) -> None:
        for each in projections.of_all():
            changes = {key: (state, position) for key, state in states[each.name].items()}
            for chunk in chunks(self._additions(each, changes, partition, "")):
                writes = [ReplaceOne({"_id": a.id}, a.document(), upsert=True) for a in chunk]
                self.database.write_all(self.prefix + each.name, writes)
        self._move_checkpoint(partition, 0, position)

    def _add(
        self,
        projection: Projection[Any, Any],
        additions: Sequence[Addition],
        base: int,
        newcomers: set[str],
    ) -> list[Addition]:
        """Add to the documents that have seen nothing behind ``base``; returns the others.

        One read tells which documents are new, to be inserted, and at what exact position
        the others stand. An upsert behind ``position <= base`` would save the read, but
        inserts are cheaper than upserts, and most documents of a large batch are new. In a
        partition's first batch all are, and in a later one all of the ``newcomers``, the
        users whose statistics were new: they are not asked for. What another attempt left
        of them keeps its insert out, and is late.
        """
        name = self.prefix + projection.name
        asked = [
            each for each in additions if base and each.constant.get("user_id") not in newcomers
        ]
        seen = self._seen(name, asked) if asked else {}
        late: list[Addition] = []
        inserted: list[Addition] = []
        updated: list[Addition] = []
        for addition in additions:
            stands = seen.get(addition.id)
            position = stands.position if stands else 0
            if stands is None:
                inserted.append(addition)
            elif position is not None and position <= base:
                updated.append(addition)
            else:
                late.append(addition)
        inserts = [InsertOne(each.document()) for each in inserted]
        updates = [each.update(seen[each.id]) for each in updated]
        written = self.database.write_all(name, [*inserts, *updates])
        if projection.one_per_user:
            newcomers.update(addition.id for addition in inserted)
        late += (inserted[index] for index in written.kept_out)
        return late if written.effective == len(updated) else late + updated

    def _add_late(
        self, projection: Projection[Any, Any], late: Sequence[Addition], batch: Batch
    ) -> None:
        """Add to each document the events behind its own position, if that stays there."""
        collection, now = self.prefix + projection.name, self._written(batch.now)
        for _ in range(_ATTEMPTS):
            behind = self._behind(collection, late)
            if not behind:
                return
            positions = {key: seen.position or 0 for key, seen in behind.items()}
            changes = _lacking(projection, batch.events, positions)
            for chunk in chunks(self._additions(projection, changes, batch.partition, now)):
                updates = [each.update(behind[each.key]) for each in chunk]
                self.database.write_all(collection, updates)
        raise StoreBusy(f"Others keep changing {projection.name}; try again.")

    def _behind(self, collection: str, late: Sequence[Addition]) -> dict[Any, Seen]:
        """Where those documents stand, by key, that have not seen all of the batch."""
        behind: dict[Any, Seen] = {}
        for chunk in chunks(late):
            stands = self._seen(collection, chunk)
            for addition in chunk:
                if addition.id not in stands:
                    raise Fenced  # forgotten meanwhile
                seen = stands[addition.id]
                if seen.position is None:
                    raise StoreUnavailable(
                        f"{collection} holds documents of another program ({addition.id!r} has"
                        " no position); rebuild the statistics to take them over."
                    )
                if seen.position < addition.position:
                    behind[addition.key] = seen
        return behind

    def _seen(self, collection: str, additions: Sequence[Addition]) -> dict[str, Seen]:
        """Where the documents stand that there are."""
        ids = [addition.id for addition in additions]
        sign = next(iter(additions[0].constant))  # every document has it that has names
        fields = {"position": 1, sign: 1}
        return {
            document["_id"]: Seen(document.get("position"), sign not in document)
            for document in self.database.find(collection, {"_id": {"$in": ids}}, fields)
        }

    def _additions(
        self, projection: Projection[Any, Any], changes: NetChanges, partition: int, now: str
    ) -> Iterator[Addition]:
        return additions_to(projection, changes, partition, now, self.secret)

    @cached_property
    def secret(self) -> bytes:
        """What the ids of documents are made with that count plays of all."""
        return secret_of(self.database)

    def _written(self, moment: datetime) -> str:
        return moment.astimezone(self.zone).isoformat()

    def _move_checkpoint(self, partition: int, base: int, position: int) -> None:
        checkpoints = self.database.collection(f"{self.prefix}checkpoints")
        try:
            moved = self.database.write(
                checkpoints.update_one,
                {"_id": partition, "position": base},
                {"$set": {"position": position}},
                upsert=base == 0,
            )
            if moved.matched_count or moved.upserted_id is not None:
                return
        except DuplicateKeyError:
            pass
        # When an answer was lost, the move that was sent again finds itself done.
        if self.checkpoint(partition) != position:
            raise Fenced


def _lacking(
    projection: Projection[Any, Any], events: Sequence[Recorded], behind: Mapping[Any, int]
) -> NetChanges:
    """The change of each document by the events that it is ``behind``."""
    changes: NetChanges = {}
    first = min(behind.values())
    for _, position, event in events:
        if event is not None and position > first:
            for key in projection.keys(event):
                if position > behind.get(key, position):
                    state, _ = changes.get(key, (None, 0))
                    changes[key] = projection.evolve(state, event, key), position
    return changes
