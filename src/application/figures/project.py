"""Project the log into the read models, batch by batch (V6: incremental)."""

from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple

from cinestats.application.gc_paused import gc_paused
from cinestats.application.log.ports import EventLog, Recorded
from cinestats.application.ports import Clock
from cinestats.domain import affinity, global_trend, user_stats
from cinestats.domain.affinity import Affinity, AffinityType
from cinestats.domain.global_trend import DayCount, FilmDay
from cinestats.domain.user_stats import UserStats

from .ports import Batch, Fenced, ReadModels

BATCH_SIZE = 2000


Credit = tuple[AffinityType, str]
"""Which of a user's ``user_affinities`` documents: its type and name."""


class NetChanges(NamedTuple):
    """What a batch changes, per document, with the position of its last event there.

    A document that nets to zero is listed all the same: its fence has to move.
    """

    users: dict[str, tuple[UserStats, int]]
    affinities: dict[str, dict[Credit, tuple[Affinity, int]]]
    days: dict[FilmDay, tuple[DayCount, int]]


def net_changes(events: Sequence[Recorded]) -> NetChanges:
    """Fold events of one partition into the net change of every document they touch."""
    changes = NetChanges({}, {}, {})
    users, affinities, days = changes
    new_user, nothing = (UserStats(), 0), Affinity()
    for _, position, event in events:
        if event is None:
            continue
        user_id = event.user_id
        stats, _ = users.get(user_id, new_user)
        users[user_id] = user_stats.evolve(stats, event), position
        mine = affinities.setdefault(user_id, {})
        change = affinity.evolve(nothing, event), position  # the same for all its credits
        for credit in affinity.credits_of(event.entry):
            known = mine.get(credit)
            if known is None:
                mine[credit] = change
            else:
                mine[credit] = affinity.combine(known[0], change[0]), position
        film_day = global_trend.film_day(event)
        count = days[film_day][0] if film_day in days else None
        days[film_day] = global_trend.evolve(count, event), position
    return changes


class Projector:
    """Moves the read models up to the log's tail, one batch a step."""

    def __init__(
        self, log: EventLog, models: ReadModels, clock: Clock, batch_size: int = BATCH_SIZE
    ) -> None:
        self._log = log
        self._models = models
        self._clock = clock
        self._batch_size = batch_size

    @gc_paused()
    def step(self, partition: int) -> int:
        """Project the next batch of a partition; returns how many events it had.

        Another projector at work on the same models does no harm: the fence lets one in.
        """
        base = self._models.checkpoint(partition)
        events = self._log.read(partition, base, self._batch_size)
        if events:
            with suppress(Fenced):  # they are counted, by the other one: look again
                self._models.apply(Batch(partition, base, events, self._clock()))
        return len(events)

    def catch_up(self) -> int:
        """Project until every partition's tail is reached; returns the number of events."""
        total = 0
        for partition in range(self._log.partitions):
            while done := self.step(partition):
                total += done
        return total


class ProjectedElsewhere(Projector):
    """Leaves the projecting to other processes, such as a stream's workers."""

    def step(self, partition: int) -> int:  # noqa: ARG002 - whichever it is
        return 0
