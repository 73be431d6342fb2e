"""Take the records of another application's topic into the log: each of them once.

The position of the topic tells what was taken in. A crash may leave it behind what was
appended: then the log refuses the ids of the events, which follow from the records.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from cinestats.application.ports import Clock, IdFrom
from cinestats.domain.errors import CinestatsError, InvalidInput
from cinestats.domain.events import EntryCorrected, Event
from cinestats.domain.partition import partition_of

from .append_taken import Appender, Parking, Refused, Told
from .consume import TopicRecord
from .dead_letters import DeadLetter, DeadLetters
from .ports import TopicPositions

_CHUNK = 2000


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
    read: Callable[[bytes], tuple[Event, int | None]]
    appender: Appender
    positions: TopicPositions
    dead_letters: DeadLetters
    clock: Clock
    id_from: IdFrom

    def take_in(self, partition: int, records: Iterable[TopicRecord]) -> TakenIn:
        """Append what a partition's records tell, in their order.

        Safe to repeat with any records, and by any number of consumers at once: bad records
        are parked, and good ones appended, before the position of the topic moves past them.
        """
        start = self.positions.get(self.topic, partition) or 0
        every = {record.offset: record for record in records}
        fresh = [every[offset] for offset in sorted(every) if offset >= start]
        parked: list[DeadLetter] = []
        told: defaultdict[int, list[Told]] = defaultdict(list)
        for record in fresh:
            try:
                event = self._event(partition, record)
            except CinestatsError as error:
                parked.append(self._letter(partition, record, error))
            else:
                told[self.appender.partition_of(event)].append(Told(record, event))
        repeated, refused = len(every) - len(fresh), 0
        parking = self._parking(partition)
        for log_partition, events in told.items():
            for at in range(0, len(events), _CHUNK):
                done = self.appender.append(log_partition, events[at : at + _CHUNK], parking)
                repeated += done.repeated
                refused += len(done.refused)
        if parked:
            self.dead_letters.park(parked)
        if fresh:
            self.positions.advance(self.topic, partition, fresh[-1].offset + 1)
        bad = len(parked) + refused
        return TakenIn(len(every) - bad - repeated, bad, repeated)

    def _parking(self, partition: int) -> Parking:
        def park(refused: Sequence[Refused]) -> None:
            self.dead_letters.park([self._letter(partition, *each) for each in refused])

        def has(record: TopicRecord) -> bool:
            letter = self._letter(partition, record, CinestatsError())
            return self.dead_letters.find(letter.id) is not None

        return Parking(park, has)

    def _event(self, partition: int, record: TopicRecord) -> Event:
        """The event of a record, with an id that follows from the record where it has none."""
        if record.value is None:
            raise InvalidInput("value", "is null")
        event, position = self.read(record.value)
        if record.key != event.user_id.encode():
            raise InvalidInput("key", f"is not the user_id of the event, {event.user_id!r}")
        if partition_of(event.user_id, self.partitions) != partition:
            raise InvalidInput("key", f"{event.user_id!r} belongs into another partition")
        if position is not None:
            raise InvalidInput("position", "is given, in a topic that no log is relayed to")
        if event.event_id:
            return event
        if isinstance(event, EntryCorrected):
            raise InvalidInput("event_id", "is missing, and a CORRECT needs one")
        place, text = f"{self.topic}-{partition}", record.value.decode("latin-1")
        return replace(event, event_id=self.id_from("topic", place, event.user_id, text))

    def _letter(
        self, partition: int, record: TopicRecord, reason: CinestatsError
    ) -> DeadLetter:
        return DeadLetter(self.topic, partition, *record, str(reason), self.clock())
