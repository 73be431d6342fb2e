"""Consume records of a topic: count the good ones in exactly once, park the others.

A topic holds one kind of records. Those that a relay published carry their position in the
log, and whatever is missing between two of them is read from there. Those that another
application published carry none: their place in the topic is their position.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, Protocol

from cinestats.application.figures.ports import Batch, Fenced, ReadModels
from cinestats.application.log.ports import EventLog, NewerEvent, Recorded
from cinestats.application.ports import Clock, StoreBusy
from cinestats.domain.errors import CinestatsError, InvalidInput
from cinestats.domain.events import Event
from cinestats.domain.partition import partition_of

from .dead_letters import DeadLetter, DeadLetters

_ATTEMPTS = 100


class TopicRecord(NamedTuple):
    """A record as it lies in a partition of the topic."""

    offset: int
    key: bytes | None
    value: bytes | None


class LogGap(CinestatsError):
    """Positions are missing from the topic, and the log does not have them either."""


class Outcome(NamedTuple):
    """What became of a partition's records; ``position`` is its checkpoint now.

    ``repeated`` were counted before; ``healed`` were missing and read from the log.
    """

    counted: int
    parked: int
    repeated: int
    healed: int
    position: int


class Positions(Protocol):
    """Where the events of a topic stand, and what is done about missing ones.

    ``relayed`` tells whether a log is behind the topic.
    """

    @property
    def relayed(self) -> bool: ...

    def locate(self, partition: int, offset: int, event: Event, given: int | None) -> int:
        """The position of an event that lies at ``offset`` and was ``given`` a position.

        Raises InvalidInput for an event of the kind that does not belong in the topic.
        """
        ...

    def complete(
        self, partition: int, base: int, events: Sequence[Recorded]
    ) -> Sequence[Recorded]:
        """``events``, in order and all behind ``base``, with what is missing between them.

        Raises LogGap where that cannot be had.
        """
        ...


class Consumer:
    """Counts the records of one topic into the read models."""

    def __init__(
        self,
        topic: str,
        partitions: int,
        read: Callable[[bytes], tuple[Event, int | None]],
        positions: Positions,
        models: ReadModels,
        dead_letters: DeadLetters,
        clock: Clock,
    ) -> None:
        self._topic = topic
        self._partitions = partitions
        self._read = read
        self._positions = positions
        self._models = models
        self._dead_letters = dead_letters
        self._clock = clock

    def consume(self, partition: int, records: Iterable[TopicRecord]) -> Outcome:
        """Count in the records of a partition, in the order of the topic.

        Safe to repeat with any records, and by any number of consumers at once: bad records
        are parked before the checkpoint can move past them, good ones count behind it.
        Raises LogGap, and NewerEvent in a topic with a log behind it, with nothing counted: an
        event that is parked there would be counted by nobody, and taken off by what follows it.
        """
        events: dict[int, Recorded] = {}
        parked: list[DeadLetter] = []
        repeated = 0
        for record in records:
            try:
                recorded = self._recorded(partition, record)
                first = events.setdefault(recorded.position, recorded)
                if first != recorded:
                    raise InvalidInput("position", "was given to another event too")
                repeated += first is not recorded
            except CinestatsError as error:
                if isinstance(error, NewerEvent) and self._positions.relayed:
                    raise
                parked.append(self._letter(partition, record, str(error)))
        if parked:
            self._dead_letters.park(parked)
        for _ in range(_ATTEMPTS):
            base = self._models.checkpoint(partition)
            fresh = [events[at] for at in sorted(events) if at > base]
            old = repeated + len(events) - len(fresh)
            if not fresh:
                return Outcome(0, len(parked), old, 0, base)
            run = self._positions.complete(partition, base, fresh)
            try:
                self._models.apply(Batch(partition, base, run, self._clock()))
            except Fenced:
                continue
            healed = len(run) - len(fresh)
            return Outcome(len(fresh), len(parked), old, healed, run[-1].position)
        raise StoreBusy(f"Others keep counting partition {partition} in; try again.")

    def _recorded(self, partition: int, record: TopicRecord) -> Recorded:
        if record.value is None:
            raise InvalidInput("value", "is null")
        event, given = self._read(record.value)
        if record.key != event.user_id.encode():
            raise InvalidInput("key", f"is not the user_id of the event, {event.user_id!r}")
        if partition_of(event.user_id, self._partitions) != partition:
            raise InvalidInput("key", f"{event.user_id!r} belongs into another partition")
        position = self._positions.locate(partition, record.offset, event, given)
        return Recorded(partition, position, event)

    def _letter(self, partition: int, record: TopicRecord, reason: str) -> DeadLetter:
        return DeadLetter(
            self._topic,
            partition,
            record.offset,
            record.key,
            record.value,
            reason,
            self._clock(),
        )


class LogPositions:
    """For a topic that relays fill: each event has its position in the log."""

    relayed = True

    def __init__(self, log: EventLog) -> None:
        self._log = log
        self._tails: dict[int, int] = {}

    def locate(
        self,
        partition: int,
        offset: int,  # noqa: ARG002 - relays may send an event twice: its place says nothing
        event: Event,
        given: int | None,
    ) -> int:
        if given is None or not event.event_id or not event.entry.entry_id:
            raise InvalidInput("position", "is missing, in a topic that a log is relayed to")
        if given > self._tails.get(partition, 0):
            self._tails[partition] = self._log.tail(partition)
        if not 0 < given <= self._tails[partition]:
            raise InvalidInput("position", f"{given} is not in the log")
        return given

    def complete(
        self, partition: int, base: int, events: Sequence[Recorded]
    ) -> Sequence[Recorded]:
        run: list[Recorded] = []
        at = base
        for recorded in events:
            while at + 1 < recorded.position:
                missing = self._log.read(partition, at, recorded.position - at - 1)
                if not missing or missing[0].position != at + 1:
                    raise LogGap(
                        f"Partition {partition} of the topic lacks position {at + 1}, and the"
                        " log does not have it either: restore the log, or rebuild."
                    )
                run += missing
                at = missing[-1].position
            run.append(recorded)
            at = recorded.position
        return run


class OffsetPositions:
    """For a topic that another application fills: an event's offset + 1 is its position."""

    relayed = False

    def locate(
        self,
        partition: int,  # noqa: ARG002 - offsets are those of the partition
        offset: int,
        event: Event,
        given: int | None,
    ) -> int:
        if given is not None or event.entry.entry_id:
            raise InvalidInput("position", "is given, in a topic that has no log behind it")
        return offset + 1

    def complete(
        self,
        partition: int,  # noqa: ARG002 - offsets have gaps of their own, which mean nothing
        base: int,  # noqa: ARG002
        events: Sequence[Recorded],
    ) -> Sequence[Recorded]:
        return events
