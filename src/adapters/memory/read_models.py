"""The read models in dictionaries."""

import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from cinestats.application.figures import ports
from cinestats.application.figures.project import net_changes
from cinestats.domain import projections
from cinestats.domain.affinity import AffinityType, RankBy
from cinestats.domain.global_trend import DayCount, FilmDay, GlobalTrend, film_told
from cinestats.domain.projections import AFFINITY, FILM_DAYS, USER_STATS
from cinestats.domain.projections.projection import Projection

_NEVER = datetime.fromtimestamp(0, UTC)  # documents that count plays of all show no time


class _Stored(NamedTuple):
    state: Any
    updated_at: datetime
    position: int


class MemoryDocuments:
    """The documents and their checkpoints, written."""

    def __init__(self) -> None:
        self._checkpoints: dict[int, int] = {}
        self._documents: dict[str, dict[Any, _Stored]] = {
            each.name: {} for each in projections.PROJECTIONS
        }
        self._lock = threading.RLock()

    def checkpoint(self, partition: int) -> int:
        return self._checkpoints.get(partition, 0)

    def apply(self, batch: ports.Batch) -> None:
        changes = net_changes(batch.events)
        with self._lock:
            self._move_checkpoint(batch.partition, batch.base, batch.events[-1].position)
            for each, changed in changes:
                for key, (state, position) in changed.items():
                    place = each.place(key, batch.partition)
                    known = self._documents[each.name].get(place)
                    total = each.combine(known.state, state) if known else state
                    self._documents[each.name][place] = _Stored(total, batch.now, position)

    def put_user(self, partition: int, base: int, documents: ports.UserDocuments) -> None:
        with self._lock:
            self._move_checkpoint(partition, base, base)
            self._drop(documents.user_id)
            for name, states in documents.states.items():
                self._documents[name] |= {
                    key: _Stored(state, documents.updated_at, documents.position)
                    for key, state in states.items()
                }

    def put_shared(
        self, partition: int, position: int, states: Mapping[str, ports.States]
    ) -> None:
        self._move_checkpoint(partition, 0, position)
        for each in projections.of_all():
            self._documents[each.name] |= {
                each.place(key, partition): _Stored(state, _NEVER, position)
                for key, state in states[each.name].items()
            }

    def _move_checkpoint(self, partition: int, base: int, position: int) -> None:
        if self.checkpoint(partition) != base:
            raise ports.Fenced
        self._checkpoints[partition] = position

    def _drop(self, user_id: str) -> None:
        for each in projections.of_user():
            documents = self._documents[each.name]
            for key in [key for key in documents if key[0] == user_id]:
                del documents[key]


class MemoryReadModels(MemoryDocuments):
    """The live documents, written and read."""

    def __init__(self) -> None:
        super().__init__()
        self._trend: tuple[GlobalTrend, datetime] | None = None

    def forget_user(
        self, user_id: str, partition: int, shared: Mapping[str, Sequence[Any]] = ports.NO_KEYS
    ) -> None:
        stored = self.user_stats(user_id)
        with self._lock:
            if stored is not None and stored.stats.total_watched == 0:
                self._drop(user_id)
            for each in projections.of_all():
                documents = self._documents[each.name]
                for key in shared.get(each.name, ()):
                    place = each.place(key, partition)
                    if place in documents and not documents[place].state[0]:
                        del documents[place]

    def replacement(self) -> ports.Replacement:
        documents = MemoryDocuments()
        return ports.Replacement(documents, lambda: self._adopt(documents))

    def user_stats(self, user_id: str) -> ports.UserStatsDocument | None:
        stored = self._documents[USER_STATS.name].get((user_id,))
        return None if stored is None else ports.UserStatsDocument(user_id, *stored)

    def affinities(
        self, user_id: str, type_: AffinityType, by: RankBy = "count", limit: int | None = None
    ) -> Sequence[ports.AffinityDocument]:
        def order(document: ports.AffinityDocument) -> tuple[float, int, str]:
            plays, rated, total = document.affinity
            if by == "count":
                return -plays, 0, document.name
            return -(total / rated if rated else 0), -rated, document.name

        with self._lock:
            mine = [
                ports.AffinityDocument(*key, *stored)  # type: ignore[call-arg]
                for key, stored in self._documents[AFFINITY.name].items()
                if key[:2] == (user_id, type_) and stored.state.plays
            ]
        return sorted(mine, key=order)[:limit]

    def film_days(self, since: date) -> Sequence[tuple[FilmDay, DayCount]]:
        with self._lock:
            days = list(self._documents[FILM_DAYS.name].items())
        return [
            (
                FilmDay(date.fromisoformat(day), film_key),
                DayCount(stored.state[0], film_told(film_key, film)),
            )
            for (day, film_key, film, _), stored in days
            if day >= since.isoformat()
        ]

    def counts(self, projection: Projection[Any, Any], owner: str | int) -> ports.Counts:
        with self._lock:
            documents = list(self._documents[projection.name].items())
        n = len(projection.key_fields)
        return {
            projection.label(place[:n]): stored.state[: len(projection.counted)]
            for place, stored in documents
            if owner == place[0 if projection.of_user else n]
        }

    def begin_anew(self) -> dict[str, dict[Any, Any]]:
        """Let every document count on from position 1; returns what they count by now."""
        with self._lock:
            self._checkpoints = {}
            for documents in self._documents.values():
                documents |= {key: each._replace(position=0) for key, each in documents.items()}
            return {
                name: {key: each.state for key, each in documents.items()}
                for name, documents in self._documents.items()
            }

    def put(self, trend: GlobalTrend, updated_at: datetime) -> None:
        self._trend = trend, updated_at

    def get(self) -> tuple[GlobalTrend, datetime] | None:
        return self._trend

    def _adopt(self, documents: MemoryDocuments) -> bool:
        with self._lock:
            if any(at > documents.checkpoint(p) for p, at in self._checkpoints.items()):
                return False
            self._checkpoints = documents._checkpoints
            self._documents = documents._documents
            return True
