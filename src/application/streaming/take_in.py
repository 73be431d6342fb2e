"""Take the records of another application's topic into the log: each of them once.

The position of the topic tells what was taken in. A crash may leave it behind what was
appended: then the log refuses the ids of the events, which follow from the records.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from cinestats.application.ports import Clock, IdFrom
from cinestats.application.upkeep.ports import TakingIn
from cinestats.domain.errors import CinestatsError, InvalidInput
from cinestats.domain.events import Event

from .append_taken import Appender, Told
from .dead_letters import DeadLetters
from .ports import TopicPositions
from .records import Parking, ReadRecord, Refused, TopicRecord, event_in, with_id


class ForeignRules(NamedTuple):
    """How another application's topic is read: into the ``log``, or only counted.

    ``park_unknown`` parks an event of which the diary holds no play.
    """

    log: bool = True
    park_unknown: bool = False


INTO_THE_LOG = ForeignRules()


class TakenIn(NamedTuple):
    """What became of a partition's records; ``repeated`` were taken in before."""

    taken: int
    parked: int
    repeated: int


@dataclass(frozen=True, slots=True)
class TakeIn:
    """Takes one topic in. ``partitions`` are those of the topic, not of the log."""

    topic: str
    partitions: int
    read: ReadRecord
    appender: Appender
    positions: TopicPositions
    taking_in: TakingIn
    dead_letters: DeadLetters
    clock: Clock
    id_from: IdFrom

    def take_in(self, partition: int, records: Iterable[TopicRecord]) -> TakenIn:
        """Append what a partition's records tell, in their order.

        Safe to repeat with any records, and by any number of consumers at once: bad records
        are parked, and good ones appended, before the position of the topic moves past them.
        """
        start = self._begins(partition)
        every = {record.offset: record for record in records}
        fresh = [every[offset] for offset in sorted(every) if offset >= start]
        unread: list[Refused] = []
        told: list[Told] = []
        for record in fresh:
            try:
                told.append(Told(record, self._event(partition, record)))
            except CinestatsError as error:
                unread.append((record, error))
        if fresh:
            self.taking_in.begin(self.topic, partition, fresh[-1].offset + 1)
        parking = Parking(self.topic, partition, self.dead_letters, self.clock)
        done = self.appender.append(told, parking, lambda: self._begins(partition))
        parking.park(unread)
        if fresh:
            self.positions.advance(self.topic, partition, fresh[-1].offset + 1)
        bad = len(unread) + len(done.refused)
        repeated = len(every) - len(fresh) + done.repeated
        return TakenIn(len(every) - bad - repeated, bad, repeated)

    def _begins(self, partition: int) -> int:
        return self.positions.get(self.topic, partition) or 0

    def _event(self, partition: int, record: TopicRecord) -> Event:
        """The event of a record, with an id that follows from the record where it has none."""
        event, position = event_in(partition, record, self.partitions, self.read)
        if position is not None:
            raise InvalidInput("position", "is given, in a topic that no log is relayed to")
        place, text = f"{self.topic}-{partition}", (record.value or b"").decode("latin-1")
        return with_id(event, lambda: self.id_from("topic", place, event.user_id, text))
