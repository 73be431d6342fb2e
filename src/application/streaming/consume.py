"""Consume records of a topic: count the good ones in exactly once, park the others.

A topic holds one kind of records. Those that a relay published carry their position in the
log, and whatever is missing between two of them is read from there. Those that another
application published carry none: their place in the topic is their position.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from cinestats.application.figures.ports import Batch, Fenced, ReadModels
from cinestats.application.log.ports import EventLog, NewerEvent, Recorded
from cinestats.application.ports import Clock, StoreBusy
from cinestats.domain.errors import CinestatsError, InvalidInput
from cinestats.domain.events import Event

from .dead_letters import DeadLetters
from .records import Parking, ReadRecord, Refused, TopicRecord, event_in

_ATTEMPTS = 100


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


@dataclass(frozen=True, slots=True)
class Positions:
    """Where the events of a topic stand, and what is done about missing ones.

    Relays fill a topic that has a ``log`` behind it: each event has its position there. In a
    topic that another application fills, an event's offset + 1 is its position.
    """

    log: EventLog | None
    _tails: dict[int, int] = field(default_factory=dict[int, int], init=False)

    def locate(self, partition: int, offset: int, event: Event, given: int | None) -> int:
        """The position of an event that lies at ``offset`` and was ``given`` a position.

        Raises InvalidInput for an event of the kind that does not belong in the topic.
        """
        if self.log is None:
            if given is not None or event.entry.entry_id:
                raise InvalidInput("position", "is given, in a topic that has no log behind it")
            return offset + 1
        if given is None or not event.event_id or not event.entry.entry_id:
            raise InvalidInput("position", "is missing, in a topic that a log is relayed to")
        if given > self._tails.get(partition, 0):
            self._tails[partition] = self.log.tail(partition)
        if not 0 < given <= self._tails[partition]:
            raise InvalidInput("position", f"{given} is not in the log")
        return given  # relays may send an event twice: its place in the topic says nothing

    def complete(
        self, partition: int, base: int, events: Sequence[Recorded]
    ) -> Sequence[Recorded]:
        """``events``, in order and all behind ``base``, with what is missing between them.

        Raises LogGap where that cannot be had. Offsets have gaps of their own, which mean
        nothing.
        """
        if self.log is None:
            return events
        run: list[Recorded] = []
        at = base
        for recorded in events:
            while at + 1 < recorded.position:
                missing = self.log.read(partition, at, recorded.position - at - 1)
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


@dataclass(frozen=True, slots=True)
class Consumer:
    """Counts the records of one topic into the read models."""

    topic: str
    partitions: int
    read: ReadRecord
    positions: Positions
    models: ReadModels
    dead_letters: DeadLetters
    clock: Clock

    def consume(self, partition: int, records: Iterable[TopicRecord]) -> Outcome:
        """Count in the records of a partition, in the order of the topic.

        Safe to repeat with any records, and by any number of consumers at once: bad records
        are parked before the checkpoint can move past them, good ones count behind it.
        Raises LogGap, and NewerEvent in a topic with a log behind it, with nothing counted: an
        event that is parked there would be counted by nobody, and taken off by what follows it.
        """
        events: dict[int, Recorded] = {}
        parked: list[Refused] = []
        repeated = 0
        for record in records:
            try:
                recorded = self._recorded(partition, record)
                first = events.setdefault(recorded.position, recorded)
                if first != recorded:
                    raise InvalidInput("position", "was given to another event too")
                repeated += first is not recorded
            except CinestatsError as error:
                if isinstance(error, NewerEvent) and self.positions.log is not None:
                    raise
                parked.append((record, error))
        Parking(self.topic, partition, self.dead_letters, self.clock).park(parked)
        for _ in range(_ATTEMPTS):
            base = self.models.checkpoint(partition)
            fresh = [events[at] for at in sorted(events) if at > base]
            old = repeated + len(events) - len(fresh)
            if not fresh:
                return Outcome(0, len(parked), old, 0, base)
            run = self.positions.complete(partition, base, fresh)
            try:
                self.models.apply(Batch(partition, base, run, self.clock()))
            except Fenced:
                continue
            healed = len(run) - len(fresh)
            return Outcome(len(fresh), len(parked), old, healed, run[-1].position)
        raise StoreBusy(f"Others keep counting partition {partition} in; try again.")

    def _recorded(self, partition: int, record: TopicRecord) -> Recorded:
        event, given = event_in(partition, record, self.partitions, self.read)
        position = self.positions.locate(partition, record.offset, event, given)
        return Recorded(partition, position, event)
