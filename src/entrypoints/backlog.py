"""How many events wait for the relay, and where that is too many."""

from collections.abc import Callable, Sequence

from cinestats.application.log.ports import EventLog
from cinestats.application.streaming.ports import RelayPositions
from cinestats.application.streaming.relay import waiting
from cinestats.domain.errors import CinestatsError


class BacklogFull(CinestatsError):
    """More events wait to be published than may; the relay or Kafka has been down for long."""


class Backlog:
    """What is in the log and not yet in the topic.

    The log keeps events for as long as it takes. The limit is for statistics that would fall
    behind for days without anybody's notice. A log of another application's topic
    (``is_foreign``) is relayed nowhere, so nothing waits.
    """

    def __init__(
        self,
        log: EventLog,
        positions: RelayPositions,
        limit: int,
        is_foreign: Callable[[], bool] = lambda: False,
    ) -> None:
        self._log = log
        self._positions = positions
        self._limit = limit
        self._is_foreign = is_foreign
        self._waiting: int | None = None

    def published(self, partition: int) -> int:
        """The position up to which all of a partition is in the topic."""
        if self._is_foreign():
            return self._log.tail(partition)
        return self._positions.get(partition)

    def events(self) -> Sequence[int]:
        """How many events of each partition wait at this moment."""
        if self._is_foreign():
            return [0] * self._log.partitions
        return waiting(self._log, self._positions)

    def refresh(self) -> None:
        """Look how many wait, for ``check`` to know."""
        self._waiting = sum(self.events())

    def check(self) -> None:
        """Raise BacklogFull when the limit was reached at the last ``refresh``.

        It costs nothing, so every write can ask. What is written between two refreshes may
        exceed the limit.
        """
        if self._waiting is None:
            self.refresh()
        waiting = self._waiting or 0
        if waiting >= self._limit:
            raise BacklogFull(
                f"{waiting:,} events wait for Kafka, and {self._limit:,} may; nothing was"
                " recorded, try again later."
            )
