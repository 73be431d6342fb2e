"""Take events into the log that no longer say where they lay in a topic."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from cinestats.application.ports import Clock, IdFrom, NewId
from cinestats.domain.errors import CinestatsError, InvalidInput
from cinestats.domain.events import Event

from .append_taken import Appender, Told
from .dead_letters import DeadLetters
from .ports import TopicWays
from .records import NOWHERE, Parking, ReadRecord, Refused, TopicRecord, with_id
from .take_in import TakenIn
from .ways import settle_loose


class LooseRecord(NamedTuple):
    """A record made of an event.

    ``known_again`` tells that it has its own time: a second with the same bytes is the same.
    ``problem`` says why it is no event.
    """

    key: bytes
    value: bytes
    known_again: bool
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class TakeInLoose:
    """Takes them in, once each where they have an ``event_id`` or their time."""

    topic: str
    read: ReadRecord
    appender: Appender
    ways: TopicWays
    dead_letters: DeadLetters
    clock: Clock
    id_from: IdFrom
    new_id: NewId

    def take_in(self, records: Iterable[LooseRecord]) -> tuple[TakenIn, frozenset[int]]:
        """Append what they tell, a user's in their order.

        Returns what became of them, and the partitions of the log that have grown. Raises
        WaysMixed, before anything is parked or appended, where the topic's records come in by
        their place.
        """
        unread: list[Refused] = []
        told: list[Told] = []
        never_again: set[TopicRecord] = set()
        for loose in records:
            record = TopicRecord(NOWHERE, loose.key, loose.value)
            if not loose.known_again:
                never_again.add(record)
            try:
                told.append(Told(record, self._event(loose)))
            except CinestatsError as error:
                unread.append((record, error))
        if told:
            settle_loose(self.topic, self.ways)
        parking = Parking(self.topic, NOWHERE, self.dead_letters, self.clock, never_again)
        parking.park(unread)
        done = self.appender.append(told, parking)
        taken = len(told) - len(done.refused) - done.repeated
        parked = len(unread) + len(done.refused)
        return TakenIn(taken, parked, done.repeated), frozenset(done.partitions)

    def _event(self, loose: LooseRecord) -> Event:
        if loose.problem is not None:
            raise CinestatsError(loose.problem)
        event, position = self.read(loose.value)
        if position is not None:
            reason = "is given: its event is in our own log already, which relays the topic"
            raise InvalidInput("position", reason)
        if not loose.known_again:
            return with_id(event, self.new_id)
        text = loose.value.decode("latin-1")
        return with_id(event, lambda: self.id_from("topic", self.topic, event.user_id, text))
