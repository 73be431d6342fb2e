"""Read models in the making, which take the place of the live ones document by document.

There is no transaction over collections, and renaming them would not do either: readers
would see some renamed and others not, a projector in the middle of a batch would write one
half into the old and the other into the new ones, and documents that the new ones lack
would leave no fence behind. So the new documents are made in collections of their own
(``next_…``), and ``adopt`` then replaces each live document that differs, if it has seen no
event that its replacement has not. Live documents are never removed and live checkpoints
never moved: projectors go on counting, before and after the step of each document.

Readers therefore see every document either as it was or as recomputed, each exact for its
position, and none is missing at any moment. While an adoption runs, some documents are
ahead of others, as they are while a batch is written.
"""

from collections.abc import Iterable, Mapping

from pymongo import ReplaceOne

from cinestats.domain.global_trend import DayCount, FilmDay

from .database import CHUNK, Document
from .fenced_additions import COLLECTIONS, day_fields, day_id
from .read_models import MongoReadModels
from .supersede import Standing, supersede

_USERS_AT_A_TIME = 100
_NEW = Standing(0, 0)  # of a partition in which nothing has happened


class MongoReplacement(MongoReadModels):
    """Implements Replacement. Making one drops what an unfinished one has left."""

    prefix = "next_"

    def __init__(self, live: MongoReadModels) -> None:
        super().__init__(live.database, live.zone)
        self._drop()
        self.create_indexes()
        self._users: list[str] | None = None
        self._days: list[str] | None = None

    def put_days(
        self, partition: int, position: int, days: Iterable[tuple[FilmDay, DayCount]]
    ) -> None:
        writes: list[ReplaceOne[Document]] = []
        for film_day, count in days:
            document = {
                "_id": day_id(film_day, partition),
                **day_fields(film_day, partition, count.movie),
                "count": count.count,
                "position": position,
            }
            writes.append(ReplaceOne({"_id": document["_id"]}, document, upsert=True))
        for start in range(0, len(writes), CHUNK):
            self.database.write_all("next_global_days", writes[start : start + CHUNK])
        self._move_checkpoint(partition, 0, position)

    def adopt(self) -> bool:
        """Replace the live documents, each in one step.

        Returns False while a live checkpoint or document is ahead. What is replaced by then
        stays so, and the next call sees to the others only.
        """
        standings = self._standings()
        if any(checkpoint > through for through, checkpoint in standings.values()):
            return False
        if self._users is None or self._days is None:
            self._users = self._all_users()
            self._days = self._all_days()
        self._users = [
            user_id
            for start in range(0, len(self._users), _USERS_AT_A_TIME)
            for user_id in self._adopt_users(
                self._users[start : start + _USERS_AT_A_TIME], standings
            )
        ]
        self._days = [day for day in self._days if not self._adopt_day(day, standings)]
        if self._users or self._days:
            return False
        self._drop()
        return True

    def _adopt_users(self, users: list[str], standings: Mapping[int, Standing]) -> list[str]:
        """Adopt the documents of some users; returns those for whom it has to be repeated."""
        mine = {"_id": {"$in": users}}
        new = self.database.find("next_user_stats", mine)
        old = self.database.find("user_stats", mine)
        partitions = {d["_id"]: d["partition"] for d in (*old, *new) if "partition" in d}

        def standing(document: Document) -> Standing:
            return standings.get(partitions.get(document["user_id"], -1), _NEW)

        theirs = {"user_id": {"$in": users}}
        done = supersede(self.database, "user_stats", old, new, standing)
        done &= supersede(
            self.database,
            "user_affinities",
            self.database.find("user_affinities", theirs),
            self.database.find("next_user_affinities", theirs),
            standing,
        )
        return [] if done else users

    def _adopt_day(self, day: str, standings: Mapping[int, Standing]) -> bool:
        return supersede(
            self.database,
            "global_days",
            self.database.find("global_days", {"day": day}),
            self.database.find("next_global_days", {"day": day}),
            lambda document: standings.get(document["partition"], _NEW),
        )

    def _standings(self) -> dict[int, Standing]:
        """Of each partition: how far the new documents go, and the live checkpoint."""
        through, live = (
            {d["_id"]: d["position"] for d in self.database.find(collection, {})}
            for collection in ("next_checkpoints", "checkpoints")
        )
        return {
            partition: Standing(through.get(partition, 0), live.get(partition, 0))
            for partition in through.keys() | live.keys()
        }

    def _all_users(self) -> list[str]:
        return sorted(
            {
                document["_id"]
                for collection in ("user_stats", "next_user_stats")
                for document in self.database.find(collection, {}, {"_id": 1})
            }
        )

    def _all_days(self) -> list[str]:
        with self.database.translated():
            return sorted(
                {
                    day
                    for collection in ("global_days", "next_global_days")
                    for day in self.database.collection(collection).distinct("day")
                }
            )

    def _drop(self) -> None:
        for collection in (*COLLECTIONS, "checkpoints"):
            self.database.write(self.database.collection(f"next_{collection}").drop)
