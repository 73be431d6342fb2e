"""Project the log into the read models, batch by batch (V6: incremental)."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from cinestats.application.gc_paused import gc_paused
from cinestats.application.log.ports import EventLog, Recorded
from cinestats.application.ports import Clock
from cinestats.domain import projections
from cinestats.domain.projections.projection import Projection, moves_of

from .ports import Batch, Fenced, ReadModels

BATCH_SIZE = 2000
_LITTLE = 500

NetChanges = dict[Any, tuple[Any, int]]
"""Of each document of a projection: the change, and the position of its last event."""


def net_changes(events: Sequence[Recorded]) -> list[tuple[Projection[Any, Any], NetChanges]]:
    """Fold events of one partition into the net change of every document they touch."""
    moves = [
        move
        for _, position, event in events
        if event is not None
        for move in moves_of(position, event)
    ]
    return [(each, each.fold(moves)) for each in projections.PROJECTIONS]


@dataclass
class Projector:
    """Moves the read models up to the log's tail, one batch a step."""

    log: EventLog
    models: ReadModels
    clock: Clock
    batch_size: int = BATCH_SIZE

    @gc_paused()
    def step(self, partition: int) -> int:
        """Project the next batch of a partition; returns how many events it had.

        Another projector at work on the same models does no harm: the fence lets one in.
        """
        base = self.models.checkpoint(partition)
        events = self.log.read(partition, base, self.batch_size)
        if events:
            with suppress(Fenced):  # they are counted, by the other one: look again
                self.models.apply(Batch(partition, base, events, self.clock()))
        return len(events)

    def catch_up(self) -> int:
        """Project until every partition's tail is reached; returns the number of events."""
        total = 0
        for partition in range(self.log.partitions):
            while done := self.step(partition):
                total += done
        return total


@dataclass
class ProjectedElsewhere(Projector):
    """Leaves the projecting to other processes, such as a stream's workers.

    Where ``little_here`` says so it counts what those would not: what is appended beside a
    topic that is taken in. A long tail is in the hands of whoever takes the topic in.
    """

    little_here: Callable[[], bool] = lambda: False

    def step(self, partition: int) -> int:
        if not self.little_here():
            return 0
        waiting = self.log.tail(partition) - self.models.checkpoint(partition)
        return super().step(partition) if waiting <= _LITTLE else 0
