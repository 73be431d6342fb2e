"""Relay the log to the outside: publish, then mark. Whatever crashes, nothing is left out.

Every relay sends contiguous runs from a position up to which all is acknowledged. So what
arrives first of each event arrives in order, however often relays crash before they mark and
however many of them run at once.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event as Signal

from cinestats.application.log.ports import CheckedLog, EventLog
from cinestats.application.ports import StoreBusy, StoreFull, StoreUnavailable
from cinestats.domain.errors import CinestatsError

from .ports import EventPublisher, Published, RelayPositions, TransportUnavailable

BATCH_SIZE = 2000
_POLL_SECONDS = 0.2
_GATHER_SECONDS = 0.05
_FIRST_BACKOFF_SECONDS = 0.5
_LAST_BACKOFF_SECONDS = 5.0
_PASSING = (TransportUnavailable, StoreBusy, StoreFull, StoreUnavailable)

_logger = logging.getLogger(__name__)


class RelayAhead(CinestatsError):
    """The topic holds something else than the log: an older log was put back."""


def waiting(log: EventLog, positions: RelayPositions) -> list[int]:
    """How many events of each partition are still to be published."""
    return [max(log.tail(p) - positions.get(p), 0) for p in range(log.partitions)]


class ForeignTopic(CinestatsError):
    """The topic is another application's."""


@dataclass(slots=True)
class Relay:
    """Publishes each partition from its own position on."""

    log: CheckedLog
    positions: RelayPositions
    publisher: EventPublisher
    batch_size: int = BATCH_SIZE
    is_foreign: Callable[[], bool] = lambda: False
    """Whether another application fills the topic."""
    failure: str | None = field(default=None, init=False)
    """Why the last round of ``run`` did not succeed, in a sentence."""
    _topic_is_checked: bool = field(default=False, init=False)

    def backlog(self) -> list[int]:
        """How many events of each partition are still to be published."""
        return waiting(self.log, self.positions)

    def step(self, partition: int) -> int:
        """Publish the next run of a partition; returns how many positions it moved on.

        Raises what ``EventPublisher.publish`` raises, RelayAhead and ForeignTopic.
        """
        self._refuse_foreign()
        base = self.positions.get(partition)
        self._refuse_another_log(partition, base)
        events = self.log.read(partition, base, self.batch_size)
        if not events:
            return 0
        reached = self.publisher.publish(partition, events)
        self.positions.advance(partition, reached)
        if (chain := self.log.chain_at(partition, reached)) is not None:
            self.positions.note(partition, Published(reached, chain))
        return reached - base

    def _refuse_foreign(self) -> None:
        if self.is_foreign():
            raise ForeignTopic(
                "Another application publishes to the topic, and what it published must not"
                " come back to it: set CINESTATS_KAFKA_TOPIC to a topic of our own."
            )

    def _refuse_another_log(self, partition: int, base: int) -> None:
        """Raise RelayAhead where the topic holds what this log does not.

        Positions of a log that was put back are taken again by other events, and consumers
        would take these for what they have counted.
        """
        tail = self.log.tail(partition)
        noted = self.positions.noted(partition)
        if tail < base:
            what = f"up to position {base}, but the log ends at {tail}"
        elif noted and self.log.chain_at(partition, noted.position) != noted.chain:
            what = f"up to position {noted.position} from another log than this one"
        else:
            return
        raise RelayAhead(
            f"Partition {partition} was published {what}: an older log was put back. Set"
            " CINESTATS_KAFKA_TOPIC to a new name and rebuild, so that consumers do not take"
            " new events for old ones."
        )

    def drain(self) -> int:
        """Publish up to the tail of every partition; returns how many positions that were.

        Raises what ``step`` and ``EventPublisher.ensure_topic`` raise; what was published by
        then is marked.
        """
        self._refuse_foreign()
        self.publisher.ensure_topic(self.log.partitions)
        total = 0
        for partition in range(self.log.partitions):
            while done := self.step(partition):
                total += done
        return total

    def run(self, stop: Signal) -> None:
        """Publish whatever is appended until ``stop`` is set.

        What may pass is tried again, ever more slowly, while the events wait in the log; any
        other error is raised, PartitionsDiffer, RelayAhead and ForeignTopic too.
        """
        failures = 0
        while not stop.is_set():
            moved, error = self._round(stop)
            if error is not None:
                self.failure = str(error)
                _logger.warning("The relay waits: %s", self.failure)
                backoff = _FIRST_BACKOFF_SECONDS * 2 ** min(failures, 10)
                failures += 1
                stop.wait(min(backoff, _LAST_BACKOFF_SECONDS))
            else:
                if failures:
                    _logger.warning("The relay goes on; %d events to go.", sum(self.backlog()))
                failures, self.failure = 0, None
                if moved < self.batch_size:
                    # What comes meanwhile goes together: a round for one event costs as much.
                    stop.wait(_GATHER_SECONDS if moved else _POLL_SECONDS)

    def _round(self, stop: Signal) -> tuple[int, CinestatsError | None]:
        """One run of every partition; a partition that fails does not hold up the others."""
        moved = 0
        problem: CinestatsError | None = None
        self._refuse_foreign()
        try:
            if not self._topic_is_checked:
                self.publisher.ensure_topic(self.log.partitions)
                self._topic_is_checked = True
        except _PASSING as error:
            return moved, error
        for partition in range(self.log.partitions):
            if stop.is_set():
                break
            try:
                moved += self.step(partition)
            except _PASSING as error:
                problem = error
                self._topic_is_checked = False  # it may have been made anew meanwhile
        return moved, problem
