"""The read models in MongoDB: exact without transactions, by a fence in every document.

A batch reads its checkpoint, adds to each document that has not seen it, and moves the
checkpoint last, from where it was. A document that was reached by an attempt that broke
off, or by another projector, is kept out of the bulk by its position; those few are read,
and get what they lack. So a batch may break off anywhere, come again with other bounds, or
be finished by a process that had been stopped: each event is counted once.

No document is deleted but a forgotten user's, because a deleted document has no fence. (A
projector that was stopped in the middle of a batch of that very user, before they were
forgotten, and goes on afterwards, can leave documents of theirs behind.)
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, tzinfo
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from pymongo import ASCENDING, DESCENDING, IndexModel, InsertOne, UpdateOne
from pymongo.errors import DuplicateKeyError

from cinestats.adapters.documents.read_models import (
    AffinityAnswer,
    TrendsAnswer,
    UserStatsAnswer,
    trend_of,
)
from cinestats.application.figures.ports import (
    AffinityDocument,
    Batch,
    Fenced,
    UserDocuments,
    UserStatsDocument,
)
from cinestats.application.figures.project import net_changes
from cinestats.application.log.ports import Recorded
from cinestats.application.ports import StoreBusy, StoreUnavailable
from cinestats.domain.affinity import Affinity, AffinityType
from cinestats.domain.global_trend import DayCount, FilmDay, GlobalTrend
from cinestats.domain.movie import Movie
from cinestats.domain.user_stats import UserStats

from .database import CHUNK, Document, MongoDatabase
from .fenced_additions import COLLECTIONS, Addition, Additions, additions_to
from .supersede import Standing, supersede

if TYPE_CHECKING:
    from .replacement import MongoReplacement

_ATTEMPTS = 20
_Item = TypeVar("_Item")


class MongoReadModels:
    """The projections, written and read. Making one sends nothing to the server.

    Times are written in ``zone``.
    """

    prefix = ""

    def __init__(self, database: MongoDatabase, zone: tzinfo) -> None:
        self.database = database
        self.zone = zone

    def create_indexes(self) -> None:
        """Make the indexes that reads need; once, when a database is set up."""
        self.database.create_indexes(
            f"{self.prefix}user_affinities",
            IndexModel([("user_id", ASCENDING), ("type", ASCENDING), ("count", DESCENDING)]),
        )
        self.database.create_indexes(
            f"{self.prefix}global_days", IndexModel([("day", ASCENDING)])
        )
        if not self.database.has_sessions():
            # A stand-in for MongoDB, which finds a document only by all fields of an index.
            for collection in COLLECTIONS:
                self.database.create_indexes(
                    self.prefix + collection,
                    IndexModel([("_id", ASCENDING), ("position", ASCENDING)], unique=True),
                )

    # ── Writing ──────────────────────────────────────────────────────────────────────────

    def checkpoint(self, partition: int) -> int:
        found = self.database.find(f"{self.prefix}checkpoints", {"_id": partition})
        return found[0]["position"] if found else 0

    def apply(self, batch: Batch) -> None:
        if self.checkpoint(batch.partition) != batch.base:
            raise Fenced
        changes = net_changes(batch.events)
        now = self._written(batch.now)
        newcomers: set[str] = set()
        for collection in COLLECTIONS:
            additions = additions_to(collection, batch.partition, now)
            late: list[Addition] = []
            for chunk in _chunks(additions(changes)):
                late += self._add(collection, chunk, batch.base, newcomers)
            if late:
                self._add_late(collection, late, additions, batch.events)
        self._move_checkpoint(batch.partition, batch.base, batch.events[-1].position)

    def put_user(self, partition: int, base: int, documents: UserDocuments) -> None:
        """Replace a user's documents, each in one step; raises Fenced where one is ahead."""
        if self.checkpoint(partition) != base:
            raise Fenced
        user_id = documents.stats.user_id
        standing = Standing(max(base, documents.stats.position), base)
        stats = UserStatsAnswer.stored(documents.stats, self.zone).document()
        stats["partition"] = partition
        affinities = [
            AffinityAnswer.stored(each, self.zone).document() for each in documents.affinities
        ]
        for collection, key, wanted in (
            ("user_stats", "_id", [stats]),
            ("user_affinities", "user_id", affinities),
        ):
            existing = self.database.find(self.prefix + collection, {key: user_id})
            if not supersede(
                self.database,
                self.prefix + collection,
                existing,
                wanted,
                lambda _: standing,
            ):
                raise Fenced

    def forget_user(self, user_id: str) -> None:
        for collection, condition in (
            ("user_stats", {"_id": user_id, "total_watched": 0}),
            ("user_affinities", {"user_id": user_id, "count": 0}),
        ):
            self.database.write(
                self.database.collection(self.prefix + collection).delete_many, condition
            )

    def replacement(self) -> "MongoReplacement":
        from .replacement import MongoReplacement  # which derives from this class

        return MongoReplacement(self)

    def _add(
        self,
        collection: str,
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
        name = self.prefix + collection
        asked = [
            each for each in additions if base and each.constant.get("user_id") not in newcomers
        ]
        positions = self._positions(name, asked) if asked else {}
        late: list[Addition] = []
        inserted: list[Addition] = []
        updated: list[Addition] = []
        for addition in additions:
            position = positions.get(addition.id, 0)
            if addition.id not in positions:
                inserted.append(addition)
            elif position is not None and position <= base:
                updated.append(addition)
            else:
                late.append(addition)
        written = self.database.write_all(
            name,
            [
                *(InsertOne(addition.document()) for addition in inserted),
                *(
                    UpdateOne({"_id": each.id, "position": positions[each.id]}, each.update())
                    for each in updated
                ),
            ],
        )
        if collection == "user_stats":
            newcomers.update(addition.id for addition in inserted)
        late += (inserted[index] for index in written.kept_out)
        return late if written.effective == len(updated) else late + updated

    def _add_late(
        self,
        collection: str,
        late: Sequence[Addition],
        additions: Additions,
        events: Sequence[Recorded],
    ) -> None:
        """Add to each document the events behind its own position, if that stays there."""
        for _ in range(_ATTEMPTS):
            behind = self._behind(self.prefix + collection, late)
            if not behind:
                return
            touching: defaultdict[str, list[Recorded]] = defaultdict(list)
            first = min(behind.values())
            for event in events:
                if event.position > first:
                    for addition in additions(net_changes([event])):
                        if event.position > behind.get(addition.id, event.position):
                            touching[addition.id].append(event)
            lacking = (
                addition
                for _id, mine in touching.items()
                for addition in additions(net_changes(mine))
                if addition.id == _id
            )
            for chunk in _chunks(lacking):
                self.database.write_all(
                    self.prefix + collection,
                    [
                        UpdateOne({"_id": each.id, "position": behind[each.id]}, each.update())
                        for each in chunk
                    ],
                )
        raise StoreBusy(f"Others keep changing {collection}; try again.")

    def _behind(self, collection: str, late: Sequence[Addition]) -> dict[str, int]:
        """The positions of those documents that have not seen all of the batch."""
        behind: dict[str, int] = {}
        for chunk in _chunks(iter(late)):
            positions = self._positions(collection, chunk)
            for addition in chunk:
                if addition.id not in positions:
                    raise Fenced  # forgotten meanwhile
                position = positions[addition.id]
                if position is None:
                    raise StoreUnavailable(
                        f"{collection} holds documents of another program ({addition.id!r} has"
                        " no position); rebuild the statistics to take them over."
                    )
                if position < addition.position:
                    behind[addition.id] = position
        return behind

    def _positions(
        self, collection: str, additions: Sequence[Addition]
    ) -> dict[str, int | None]:
        """Where the documents stand that there are; None for another program's."""
        ids = [addition.id for addition in additions]
        found = self.database.find(collection, {"_id": {"$in": ids}}, {"position": 1})
        return {document["_id"]: document.get("position") for document in found}

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

    def _written(self, moment: datetime) -> str:
        return moment.astimezone(self.zone).isoformat()

    # ── Reading ──────────────────────────────────────────────────────────────────────────

    def user_stats(self, user_id: str) -> UserStatsDocument | None:
        found = self.database.find("user_stats", {"_id": user_id})
        if not found or (found[0].get("gone") and not found[0]["total_watched"]):
            return None
        document = found[0]
        return UserStatsDocument(
            user_id,
            _stats(document),
            datetime.fromisoformat(document["updated_at"]),
            document["position"],
        )

    def affinities(
        self,
        user_id: str,
        type_: AffinityType,
        by: Literal["count", "rating"] = "count",
        limit: int | None = None,
    ) -> Sequence[AffinityDocument]:
        ranked = by == "count"
        documents = self.database.find(
            "user_affinities",
            {"user_id": user_id, "type": type_, "count": {"$gt": 0}},
            sort=[("count", DESCENDING), ("name", ASCENDING)] if ranked else (),
            limit=limit or 0 if ranked else 0,
        )
        if not ranked:
            documents.sort(key=_by_mean_rating)
        return [
            AffinityDocument(
                user_id,
                type_,
                document["name"],
                Affinity(
                    document["count"],
                    document["rated_count"],
                    _half_stars(document["rating_sum"]),
                ),
                datetime.fromisoformat(document["updated_at"]),
                document["position"],
            )
            for document in documents[:limit]
        ]

    def film_days(self, since: date) -> Sequence[tuple[FilmDay, DayCount]]:
        found = self.database.find(
            "global_days", {"day": {"$gte": since.isoformat()}, "count": {"$ne": 0}}
        )
        return [
            (
                FilmDay(date.fromisoformat(document["day"]), document["film_key"]),
                DayCount(document["count"], _movie(document)),
            )
            for document in found
        ]

    def put(self, trend: GlobalTrend, updated_at: datetime) -> None:
        # Replaced as a whole: film titles are keys in it, and must not become paths.
        self.database.write(
            self.database.collection("global_stats").replace_one,
            {"_id": "global"},
            TrendsAnswer.stored(trend, updated_at, self.zone).document(),
            upsert=True,
        )

    def get(self) -> tuple[GlobalTrend, datetime] | None:
        found = self.database.find("global_stats", {"_id": "global"})
        if not found:
            return None
        return trend_of(found[0]), datetime.fromisoformat(found[0]["updated_at"])


def _chunks(items: Iterator[_Item]) -> Iterator[list[_Item]]:
    """Lists of at most ``CHUNK`` items."""
    while chunk := [item for _, item in zip(range(CHUNK), items, strict=False)]:
        yield chunk


def _stats(document: Mapping[str, Any]) -> UserStats:
    return UserStats(
        document["total_watched"],
        document["rated_count"],
        _half_stars(document["sum_ratings"]),
        document["watch_time_minutes"],
        {_rating(key): n for key, n in document["rating_distribution"].items() if n},
        {
            (int(year), int(month)): n
            for year, months in document["monthly_counts"].items()
            for month, n in months.items()
            if n
        },
    )


def _rating(key: str) -> int:
    """Half stars of a key of ``rating_distribution``, such as ``4_5``."""
    whole, _, half = key.partition("_")
    return int(whole) * 2 + bool(half)


def _half_stars(total: float) -> int:
    return int(total * 2)


def _by_mean_rating(document: Document) -> tuple[bool, float, str]:
    rated = document["rated_count"]
    mean = document["rating_sum"] / rated if rated else 0
    return not rated, -mean, document["name"]


def _movie(document: Document) -> Movie:
    return Movie(
        document["name"],
        document["year"],
        document["film_key"],
        genres=tuple(document["genres"]),
        poster_url=document["poster_url"],
    )
