"""Records of a topic: what each of them tells, and where those go that are refused."""

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, replace
from typing import NamedTuple

from cinestats.application.ports import Clock
from cinestats.domain.errors import CinestatsError, InvalidInput
from cinestats.domain.events import EntryCorrected, Event
from cinestats.domain.partition import partition_of

from .dead_letters import DeadLetter, DeadLetters

NOWHERE = -1
"""The partition and the offset of a record without a place, where it is parked."""


class TopicRecord(NamedTuple):
    """A record as it lies in a partition of the topic.

    ``problem`` says why it holds no event, where another program has found that before.
    """

    offset: int
    key: bytes | None
    value: bytes | None
    problem: str | None = None


Refused = tuple[TopicRecord, CinestatsError]
ReadRecord = Callable[[bytes], tuple[Event, int | None]]
"""Reads a record's bytes as an event, and the position that it was given; or refuses them."""


def event_in(
    partition: int, record: TopicRecord, partitions: int, read: ReadRecord
) -> tuple[Event, int | None]:
    """The event of a record in a partition of so many, and the position that it was given.

    Raises what ``read`` raises, InvalidInput for a record that does not belong there, and
    CinestatsError for one with a problem.
    """
    if record.problem is not None:
        raise CinestatsError(record.problem)
    if record.value is None:
        raise InvalidInput("value", "is null")
    event, given = read(record.value)
    if record.key != event.user_id.encode():
        raise InvalidInput("key", f"is not the user_id of the event, {event.user_id!r}")
    if partition_of(event.user_id, partitions) != partition:
        raise InvalidInput("key", f"{event.user_id!r} belongs into another partition")
    return event, given


def with_id(event: Event, make: Callable[[], str]) -> Event:
    """The event with the id that ``make`` gives it, unless it has one.

    Raises InvalidInput for a CORRECT without one.
    """
    if event.event_id:
        return event
    if isinstance(event, EntryCorrected):
        raise InvalidInput("event_id", "is missing, and a CORRECT needs one")
    return replace(event, event_id=make())


@dataclass(frozen=True, slots=True)
class Parking:
    """Where the refused records of a partition are parked.

    Those that are ``never_again`` come from no record that could have been parked before.
    """

    topic: str
    partition: int
    dead_letters: DeadLetters
    clock: Clock
    never_again: Set[TopicRecord] = frozenset()

    def park(self, refused: Sequence[Refused]) -> None:
        """Keep the records, each with its reason."""
        if refused:
            self.dead_letters.park([self._letter(*each) for each in refused])

    def has(self, record: TopicRecord) -> bool:
        """Whether the record was parked before."""
        if record in self.never_again:
            return False
        letter = self._letter(record, CinestatsError())
        return self.dead_letters.find(letter.id) is not None

    def _letter(self, record: TopicRecord, reason: CinestatsError) -> DeadLetter:
        said = str(reason).encode(errors="backslashreplace").decode()  # half a character, too
        kept = record.offset, record.key, record.value
        return DeadLetter(self.topic, self.partition, *kept, said, self.clock())
