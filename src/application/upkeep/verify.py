"""Verify that what was counted incrementally equals a recompute from the log."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from cinestats.application.figures.ports import ReadModels, Statistics
from cinestats.application.figures.project import Projector
from cinestats.application.log.ports import EventHistory, EventLog
from cinestats.application.ports import Clock, StoreBusy
from cinestats.domain.affinity import AFFINITY_TYPES, Affinity
from cinestats.domain.global_trend import FilmDay
from cinestats.domain.partition import partition_of
from cinestats.domain.user_stats import UserStats

from .rebuild import entries_at, recompute_user

_ATTEMPTS = 100


@dataclass(frozen=True, slots=True)
class Difference:
    """A field of a document that is not what the log says."""

    document: str
    field: str
    stored: object
    recomputed: object


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was compared and what differed."""

    users: int
    documents: int
    differences: Sequence[Difference]

    @property
    def equal(self) -> bool:
        return not self.differences


class Verifier:
    """Compares every document of the read models with a recompute, at a fixed position."""

    def __init__(
        self,
        log: EventLog,
        history: EventHistory,
        models: ReadModels,
        statistics: Statistics,
        projector: Projector,
        clock: Clock,
    ) -> None:
        self._log = log
        self._history = history
        self._models = models
        self._statistics = statistics
        self._projector = projector
        self._clock = clock

    def verify(self, user_id: str | None = None) -> Verdict:
        """Compare one user's documents, or all and the global days. Projects first."""
        self._projector.catch_up()
        users = self._history.users() if user_id is None else [user_id]
        differences: list[Difference] = []
        documents = 0
        for each in users:
            n, found = self._verify_user(each)
            documents += n
            differences += found
        if user_id is None:
            n, found = self._verify_days(users)
            documents += n
            differences += found
        return Verdict(len(users), documents, differences)

    def _verify_user(self, user_id: str) -> tuple[int, list[Difference]]:
        partition = partition_of(user_id, self._log.partitions)
        for _ in range(_ATTEMPTS):
            position = self._models.checkpoint(partition)
            stored = self._statistics.user_stats(user_id)
            affinities = {
                f"{type_} {document.name}": document.affinity
                for type_ in AFFINITY_TYPES
                for document in self._statistics.affinities(user_id, type_)
            }
            if self._models.checkpoint(partition) == position:
                break
        else:
            raise StoreBusy(f"The statistics of {user_id} keep changing; try again.")
        documents, _ = recompute_user(
            user_id, self._history.of_user(user_id), position, self._clock()
        )
        recomputed = {f"{d.type} {d.name}": d.affinity for d in documents.affinities}
        found = list(
            _stats_differences(
                user_id, stored.stats if stored else UserStats(), documents.stats.stats
            )
        )
        for name in sorted(affinities.keys() | recomputed.keys()):
            a, b = affinities.get(name, Affinity()), recomputed.get(name, Affinity())
            found += _differences(
                f"user_affinities {user_id} {name}", _affinity_fields(a), _affinity_fields(b)
            )
        return 1 + len(recomputed), found

    def _verify_days(self, users: Sequence[str]) -> tuple[int, list[Difference]]:
        for _ in range(_ATTEMPTS):
            positions = self._positions()
            stored = Counter[FilmDay]()
            for film_day, count in self._statistics.film_days(date.min):
                stored[film_day] += count.count
            recomputed = Counter(
                FilmDay(entry.added_on, entry.movie.film_key)
                for user_id in users
                for entry in entries_at(
                    self._history.of_user(user_id),
                    positions[partition_of(user_id, len(positions))],
                )
            )
            if self._positions() == positions:
                break
        else:
            raise StoreBusy("The global trends keep changing; try again.")
        found: list[Difference] = []
        for key in sorted(stored.keys() | recomputed.keys()):
            if stored[key] != recomputed[key]:
                name = f"global_days {key.day} {key.film_key}"
                found.append(Difference(name, "count", stored[key], recomputed[key]))
        return len(recomputed), found

    def _positions(self) -> list[int]:
        return [self._models.checkpoint(p) for p in range(self._log.partitions)]


def _stats_differences(user_id: str, a: UserStats, b: UserStats) -> Iterator[Difference]:
    def fields(stats: UserStats) -> dict[str, object]:
        return {
            "total_watched": stats.total_watched,
            "rated_count": stats.rated_count,
            "sum_ratings": stats.sum_ratings / 2,
            "watch_time_minutes": stats.watch_time_minutes,
            "rating_distribution": {k: n for k, n in stats.rating_distribution.items() if n},
            "monthly_counts": {k: n for k, n in stats.monthly_counts.items() if n},
        }

    yield from _differences(f"user_stats {user_id}", fields(a), fields(b))


def _differences(
    document: str, stored: dict[str, object], recomputed: dict[str, object]
) -> Iterator[Difference]:
    for field, value in stored.items():
        if value != recomputed[field]:
            yield Difference(document, field, value, recomputed[field])


def _affinity_fields(affinity: Affinity) -> dict[str, object]:
    return {
        "count": affinity.plays,
        "rated_count": affinity.rated_count,
        "rating_sum": affinity.rating_sum / 2,
    }
