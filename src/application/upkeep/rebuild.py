"""Recompute read models from the whole log (V3), sharing nothing with the incremental fold."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime

from cinestats.application.figures.ports import (
    AffinityDocument,
    Batch,
    Fenced,
    ReadModels,
    Rebuilding,
    Replacement,
    UserDocuments,
    UserStatsDocument,
)
from cinestats.application.figures.project import Projector
from cinestats.application.log.ports import EventHistory, EventLog, Recorded
from cinestats.application.ports import Clock, StoreBusy
from cinestats.domain.diary import evolve
from cinestats.domain.entry import Entry
from cinestats.domain.global_trend import DayCount, FilmDay
from cinestats.domain.movie import Movie
from cinestats.domain.partition import partition_of
from cinestats.domain.recompute import compute_user_stats

_ATTEMPTS = 100
_BATCH = 2000


def entries_at(history: Iterable[Recorded], through: int) -> list[Entry]:
    """The entries that a user's events up to position ``through`` leave."""
    events = (r.event for r in history if r.event and r.position <= through)
    return list(evolve({}, events).values())


def recompute_user(
    user_id: str, history: Iterable[Recorded], through: int, now: datetime
) -> tuple[UserDocuments, list[Entry]]:
    """A user's documents from their events up to position ``through``, and their entries."""
    recorded = [r for r in history if r.position <= through]
    entries = entries_at(recorded, through)
    full = compute_user_stats(entries)
    position = max((r.position for r in recorded), default=0)
    documents = UserDocuments(
        UserStatsDocument(user_id, full.stats, now, position),
        [
            AffinityDocument(user_id, type_, name, affinity, now, position)
            for (type_, name), affinity in full.affinities.items()
        ],
    )
    return documents, entries


class Rebuilder:
    """Replaces read models by recomputed ones while reads and writes go on."""

    def __init__(
        self,
        log: EventLog,
        history: EventHistory,
        models: ReadModels,
        rebuilding: Rebuilding,
        projector: Projector,
        clock: Clock,
    ) -> None:
        self._log = log
        self._history = history
        self._models = models
        self._rebuilding = rebuilding
        self._projector = projector
        self._clock = clock

    def rebuild_user(self, user_id: str) -> None:
        """Replace one user's documents, in one step."""
        self._projector.catch_up()  # a rebuild may have left documents ahead of the checkpoint
        partition = partition_of(user_id, self._log.partitions)
        for _ in range(_ATTEMPTS):
            base = self._models.checkpoint(partition)
            documents, _ = recompute_user(
                user_id, self._history.of_user(user_id), base, self._clock()
            )
            try:
                self._models.put_user(partition, base, documents)
            except Fenced:
                continue
            return
        raise StoreBusy(f"The statistics of {user_id} keep changing; try again.")

    def rebuild(self) -> int:
        """Replace all read models; returns the number of users recomputed.

        Readers see the old documents up to the moment at which they see the new ones.
        """
        replacement = self._rebuilding.replacement()
        tails = [self._log.tail(p) for p in range(self._log.partitions)]
        days: list[Counter[FilmDay]] = [Counter() for _ in tails]
        films: dict[FilmDay, Movie] = {}
        users = self._history.users()
        for user_id in users:
            partition = partition_of(user_id, len(tails))
            documents, entries = recompute_user(
                user_id, self._history.of_user(user_id), tails[partition], self._clock()
            )
            replacement.put_user(partition, 0, documents)
            for entry in entries:
                film_day = FilmDay(entry.added_on, entry.movie.film_key)
                days[partition][film_day] += 1
                films.setdefault(film_day, entry.movie)
        for partition, tail in enumerate(tails):
            counts = ((day, DayCount(n, films[day])) for day, n in days[partition].items())
            replacement.put_days(partition, tail, counts)
        for _ in range(_ATTEMPTS):
            self._follow(replacement)
            if replacement.adopt():
                self._projector.catch_up()
                return len(users)
        raise StoreBusy("The log grows faster than it can be read; try the rebuild again.")

    def _follow(self, replacement: Replacement) -> None:
        """Count in what was appended since the recompute began."""
        for partition in range(self._log.partitions):
            for base, events in self._appended(replacement, partition):
                replacement.apply(Batch(partition, base, events, self._clock()))

    def _appended(
        self, replacement: Replacement, partition: int
    ) -> Iterator[tuple[int, list[Recorded]]]:
        while True:
            base = replacement.checkpoint(partition)
            events = self._log.read(partition, base, _BATCH)
            if not events:
                return
            yield base, list(events)
