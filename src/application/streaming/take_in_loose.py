"""Take events into the log that no longer say where they lay in a topic."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from cinestats.application.ports import Clock, IdFrom, NewId
from cinestats.domain.errors import CinestatsError, InvalidInput
from cinestats.domain.events import EntryCorrected, Event

from .append_taken import Appender, Parking, Refused, Told
from .consume import TopicRecord
from .dead_letters import DeadLetter, DeadLetters
from .take_in import TakenIn

_CHUNK = 2000
NOWHERE = -1
"""The partition and the offset of a record without a place, where it is parked."""


class LooseRecord(NamedTuple):
    """A record made of an event.

    ``known_again`` tells that it has its own time: a second with the same bytes is the same.
    """

    key: bytes
    value: bytes
    known_again: bool


@dataclass(frozen=True, slots=True)
class TakeInLoose:
    """Takes them in, once each where they have an ``event_id`` or their time."""

    topic: str
    read: Callable[[bytes], tuple[Event, int | None]]
    appender: Appender
    dead_letters: DeadLetters
    clock: Clock
    id_from: IdFrom
    new_id: NewId

    def take_in(self, records: Iterable[LooseRecord]) -> tuple[TakenIn, frozenset[int]]:
        """Append what they tell, a user's in their order.

        Returns what became of them, and the partitions of the log that have grown.
        """
        told: defaultdict[int, list[Told]] = defaultdict(list)
        refused: list[Refused] = []
        new: set[TopicRecord] = set()
        every = 0
        for every, loose in enumerate(records, 1):  # noqa: B007 - it is counted
            record = TopicRecord(NOWHERE, loose.key, loose.value)
            if not loose.known_again:
                new.add(record)
            try:
                event = self._event(loose)
            except CinestatsError as error:
                refused.append((record, error))
            else:
                told[self.appender.partition_of(event)].append(Told(record, event))
        self._park(refused)

        def parked_before(record: TopicRecord) -> bool:
            return record not in new and self._has(record)

        parking = Parking(self._park, parked_before)
        repeated = 0
        for partition, events in told.items():
            for at in range(0, len(events), _CHUNK):
                done = self.appender.append(partition, events[at : at + _CHUNK], parking)
                repeated += done.repeated
                refused += done.refused
        taken = every - len(refused) - repeated
        return TakenIn(taken, len(refused), repeated), frozenset(told)

    def _park(self, refused: Sequence[Refused]) -> None:
        self.dead_letters.park([self._letter(*each) for each in refused])

    def _has(self, record: TopicRecord) -> bool:
        return self.dead_letters.find(self._letter(record, CinestatsError()).id) is not None

    def _letter(self, record: TopicRecord, reason: CinestatsError) -> DeadLetter:
        return DeadLetter(self.topic, NOWHERE, *record, str(reason), self.clock())

    def _event(self, loose: LooseRecord) -> Event:
        event, position = self.read(loose.value)
        if position is not None:
            reason = "is given: its event is in our own log already, which relays the topic"
            raise InvalidInput("position", reason)
        if event.event_id:
            return event
        if isinstance(event, EntryCorrected):
            raise InvalidInput("event_id", "is missing, and a CORRECT needs one")
        if not loose.known_again:
            return replace(event, event_id=self.new_id())
        text = loose.value.decode("latin-1")
        event_id = self.id_from("topic", self.topic, event.user_id, text)
        return replace(event, event_id=event_id)
