"""The read models in dictionaries."""

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from cinestats.application.figures.ports import (
    AffinityDocument,
    Batch,
    Fenced,
    UserDocuments,
    UserStatsDocument,
)
from cinestats.application.figures.project import net_changes
from cinestats.domain import affinity, user_stats
from cinestats.domain.affinity import Affinity, AffinityType
from cinestats.domain.global_trend import DayCount, FilmDay, GlobalTrend
from cinestats.domain.user_stats import UserStats

AffinityKey = tuple[str, AffinityType, str]
DayKey = tuple[int, FilmDay]


@dataclass(slots=True)
class _Documents:
    checkpoints: dict[int, int] = field(default_factory=dict[int, int])
    users: dict[str, UserStatsDocument] = field(default_factory=dict[str, UserStatsDocument])
    affinities: dict[AffinityKey, AffinityDocument] = field(
        default_factory=dict[AffinityKey, AffinityDocument]
    )
    days: dict[DayKey, DayCount] = field(default_factory=dict[DayKey, DayCount])


class MemoryReadModels:
    """The projections, written and read."""

    def __init__(self) -> None:
        self._documents = _Documents()
        self._trend: tuple[GlobalTrend, datetime] | None = None
        self._lock = threading.RLock()

    def checkpoint(self, partition: int) -> int:
        return self._documents.checkpoints.get(partition, 0)

    def apply(self, batch: Batch) -> None:
        changes = net_changes(batch.events)
        with self._lock:
            self._move_checkpoint(batch.partition, batch.base, batch.events[-1].position)
            docs, now = self._documents, batch.now
            for user_id, (change, position) in changes.users.items():
                old = docs.users.get(user_id)
                stats = user_stats.combine(old.stats if old else UserStats(), change)
                docs.users[user_id] = UserStatsDocument(user_id, stats, now, position)
            for user_id, mine in changes.affinities.items():
                for credit, (delta, position) in mine.items():
                    key = (user_id, *credit)
                    known = docs.affinities.get(key)
                    total = affinity.combine(known.affinity if known else Affinity(), delta)
                    docs.affinities[key] = AffinityDocument(*key, total, now, position)
            for film_day, (count, _) in changes.days.items():
                self._add_day(batch.partition, film_day, count)

    def put_user(self, partition: int, base: int, documents: UserDocuments) -> None:
        with self._lock:
            self._move_checkpoint(partition, base, base)
            self._drop_affinities(documents.stats.user_id)
            self._documents.users[documents.stats.user_id] = documents.stats
            for document in documents.affinities:
                key = document.user_id, document.type, document.name
                self._documents.affinities[key] = document

    def forget_user(self, user_id: str) -> None:
        with self._lock:
            stored = self._documents.users.get(user_id)
            if stored is not None and stored.stats.total_watched == 0:
                del self._documents.users[user_id]
                self._drop_affinities(user_id)

    def replacement(self) -> "MemoryReplacement":
        return MemoryReplacement(self)

    def user_stats(self, user_id: str) -> UserStatsDocument | None:
        return self._documents.users.get(user_id)

    def affinities(
        self,
        user_id: str,
        type_: AffinityType,
        by: Literal["count", "rating"] = "count",
        limit: int | None = None,
    ) -> Sequence[AffinityDocument]:
        def order(document: AffinityDocument) -> tuple[float, str]:
            plays, rated, total = (
                document.affinity.plays,
                document.affinity.rated_count,
                document.affinity.rating_sum,
            )
            return -(plays if by == "count" else total / rated if rated else 0), document.name

        with self._lock:
            mine = [
                document
                for key, document in self._documents.affinities.items()
                if key[:2] == (user_id, type_) and document.affinity.plays
            ]
        return sorted(mine, key=order)[:limit]

    def film_days(self, since: date) -> Sequence[tuple[FilmDay, DayCount]]:
        with self._lock:
            days = list(self._documents.days.items())
        return [(film_day, count) for (_, film_day), count in days if film_day.day >= since]

    def put(self, trend: GlobalTrend, updated_at: datetime) -> None:
        self._trend = trend, updated_at

    def get(self) -> tuple[GlobalTrend, datetime] | None:
        return self._trend

    def _move_checkpoint(self, partition: int, base: int, position: int) -> None:
        if self.checkpoint(partition) != base:
            raise Fenced
        self._documents.checkpoints[partition] = position

    def _add_day(self, partition: int, film_day: FilmDay, change: DayCount) -> None:
        days = self._documents.days
        known = days.get((partition, film_day))
        count = change.count + (known.count if known else 0)
        days[partition, film_day] = DayCount(count, known.movie if known else change.movie)

    def _drop_affinities(self, user_id: str) -> None:
        for key in [k for k in self._documents.affinities if k[0] == user_id]:
            del self._documents.affinities[key]


class MemoryReplacement(MemoryReadModels):
    """Documents beside the live ones, which take their place in the end."""

    def __init__(self, live: MemoryReadModels) -> None:
        super().__init__()
        self._live = live

    def put_days(
        self, partition: int, position: int, days: Iterable[tuple[FilmDay, DayCount]]
    ) -> None:
        self._move_checkpoint(partition, 0, position)
        for film_day, count in days:
            self._add_day(partition, film_day, count)

    def adopt(self) -> bool:
        with self._live._lock:
            live = self._live._documents.checkpoints
            if any(position > self.checkpoint(p) for p, position in live.items()):
                return False
            self._live._documents = self._documents
            return True
