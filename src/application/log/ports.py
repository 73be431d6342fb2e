"""What the application needs of the log of events."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

from cinestats.application.ports import StoreDamaged, StoreUnavailable
from cinestats.domain.errors import InvalidInput
from cinestats.domain.events import Event

from .chain import Seal

_WAY_OUT = "put a good copy back, with cinestats restore FILE or from MongoDB's dump"


class DamagedLog(StoreDamaged):
    """What the log holds is not what was written to it."""

    def __init__(self, partition: int, position: int, what: str) -> None:
        super().__init__(
            f"The log is damaged at position {position} of partition {partition}: {what};"
            f" {_WAY_OUT}."
        )


class NewerEvent(StoreUnavailable, InvalidInput):
    """An event is of a later version, in a form that this one cannot read.

    In a log nothing goes on then: what is derived from it may leave nothing out.
    """


class PositionTaken(Exception):
    """Another writer appended first: read the log again and decide anew."""


class Recorded(NamedTuple):
    """An event at its place in the log; ``event`` is None where it has been erased."""

    partition: int
    position: int
    event: Event | None


class Stored(NamedTuple):
    """An event as it lies in the store: with what it is found by, its bytes and its seal."""

    recorded: Recorded
    user_id: str | None
    event_id: str | None
    body: bytes | None
    seal: Seal | None


class EventLog(Protocol):
    """A partitioned, append-only log; positions in a partition are 1, 2, 3 … without a gap."""

    @property
    def partitions(self) -> int:
        """How many partitions there are; fixed when the log is created."""
        ...

    def tail(self, partition: int) -> int:
        """The last position in use; 0 when the partition is empty."""
        ...

    def append(self, partition: int, after: int, events: Sequence[Event]) -> None:
        """Store the events at ``after + 1`` …, all or none; on return they are durable.

        Raises PositionTaken unless ``after`` is the tail, and when a user's ``event_id``
        is in the log already.
        """
        ...

    def read(self, partition: int, after: int, limit: int) -> Sequence[Recorded]:
        """Up to ``limit`` events behind position ``after``, in order."""
        ...


class EventHistory(Protocol):
    """The log seen by user and by event."""

    def of_user(self, user_id: str) -> Iterator[Recorded]:
        """All events of a user in order, without the erased."""
        ...

    def users(self) -> Sequence[str]:
        """Every user with an event that is not erased, sorted."""
        ...

    def find(self, user_id: str, event_id: str) -> Recorded | None:
        """The user's event with that id."""
        ...

    def erase(self, user_id: str, through: int) -> int:
        """Blank the user's events up to a position; their positions stay. Returns how many."""
        ...


class SealedLog(Protocol):
    """The log with its checksums; application/log/chain.py tells what they are."""

    def stored(self, partition: int, after: int, limit: int) -> Sequence[Stored]:
        """Up to ``limit`` events behind position ``after``, as they lie in the store.

        Raises DamagedLog for one that cannot be read.
        """
        ...

    def chain_at(self, partition: int, position: int) -> bytes | None:
        """The running hash at a position; None where the log has none there."""
        ...


class LogSize(Protocol):
    """How much of the log is whose."""

    def size_of(self, user_id: str) -> int:
        """The bytes of a user's events, without the erased."""
        ...


class CheckedLog(EventLog, SealedLog, Protocol):
    """The log by position, with its checksums."""


class Log(EventLog, EventHistory, SealedLog, LogSize, Protocol):
    """The log, by position, by user, and as it is stored."""
