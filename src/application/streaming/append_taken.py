"""Append another application's events to the log, each as what it means in the diary."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NamedTuple

from cinestats.application.diary.ports import DiaryStore
from cinestats.application.diary.record import Recorder
from cinestats.application.log.ports import Log, PositionTaken, Recorded
from cinestats.application.ports import StoreBusy, StoreFull
from cinestats.domain.errors import CinestatsError, InvalidInput
from cinestats.domain.events import Event
from cinestats.domain.partition import partition_of

from .meaning import Meanings
from .records import NOWHERE, Parking, Refused, TopicRecord

_ATTEMPTS = 50
_CHUNK = 2000


class Told(NamedTuple):
    """A record, and the event that it tells."""

    record: TopicRecord
    event: Event


@dataclass(slots=True)
class Appended:
    """What became of events: how many were in the log already, and which are refused.

    ``partitions`` are those of the log that they belong to.
    """

    repeated: int = 0
    refused: list[Refused] = field(default_factory=list[Refused])
    partitions: set[int] = field(default_factory=set[int])

    def add(self, other: "Appended") -> None:
        """Add what became of others."""
        self.repeated += other.repeated
        self.refused += other.refused
        self.partitions |= other.partitions


@dataclass(frozen=True, slots=True)
class Appender:
    """Decides what events mean, and appends them at the end of the log."""

    log: Log
    diaries: DiaryStore
    park_unknown: bool = False

    def append(
        self,
        told: Iterable[Told],
        parking: Parking,
        begins: Callable[[], int] = lambda: NOWHERE,
    ) -> Appended:
        """Append events, those of a user in their order; raises StoreBusy.

        What is refused is parked before: by what is appended then, it might mean a play.
        ``begins`` tells the first offset that is not taken in yet. It is asked behind the tail:
        another consumer may have been faster, and a user of its records forgotten since.
        """
        parts: defaultdict[int, list[Told]] = defaultdict(list)
        for each in told:
            parts[partition_of(each.event.user_id, self.log.partitions)].append(each)
        done = Appended(partitions=set(parts))
        for partition, events in parts.items():
            for at in range(0, len(events), _CHUNK):
                done.add(self._append(partition, events[at : at + _CHUNK], parking, begins))
        return done

    def _append(
        self,
        partition: int,
        told: Sequence[Told],
        parking: Parking,
        begins: Callable[[], int],
    ) -> Appended:
        """Append events of one partition of the log, all at once.

        The append is the commit, as with the Recorder: if another writer was faster, all is
        decided again.
        """
        recorder = Recorder(self.log, self.diaries)
        for attempt in range(_ATTEMPTS):
            tail = recorder.catch_up(partition)
            first = begins()
            fresh = [each for each in told if each.record.offset >= first]
            events, done = self._decide(fresh, parking, look_back=attempt > 0)
            if done.refused and not attempt:  # perhaps for what came before is in the log
                events, done = self._decide(fresh, parking, look_back=True)
            done.repeated += len(told) - len(fresh)
            parking.park(done.refused)
            if not events:
                return done
            try:
                self.log.append(partition, tail, events)
            except PositionTaken:
                continue
            except InvalidInput:  # more than one append can hold: then in two
                if len(told) == 1:
                    raise
                half = len(told) // 2
                done = self._append(partition, told[:half], parking, begins)
                done.add(self._append(partition, told[half:], parking, begins))
                return done
            made = [Recorded(partition, at, each) for at, each in enumerate(events, tail + 1)]
            with suppress(StoreBusy, StoreFull):  # a later catch_up brings the diary up to it
                self.diaries.apply(partition, tail, made)
            return done
        raise StoreBusy("Others keep writing to the same partition of the log; try again.")

    def _decide(
        self, told: Sequence[Told], parking: Parking, *, look_back: bool
    ) -> tuple[Sequence[Event], Appended]:
        """What each event is in the log, behind those before it.

        It may have been appended before. The log refuses its id then, so the log is looked
        through only with ``look_back``, and where an event would be refused.
        """
        given = [event for _, event in told]
        meanings = Meanings(self.log, self.diaries, given, park_unknown=self.park_unknown)
        made: dict[tuple[str, str], Event] = {}
        done = Appended()
        for record, event in told:
            key = event.user_id, event.event_id
            if key in made or self._was_taken(event, record, parking, look_back):
                done.repeated += 1
                continue
            try:
                made[key] = meanings.of(event)
            except CinestatsError as error:
                if self.log.find(*key) is None:
                    done.refused.append((record, error))
                else:
                    done.repeated += 1
        return list(made.values()), done

    def _was_taken(
        self, event: Event, record: TopicRecord, parking: Parking, look_back: bool
    ) -> bool:
        """Whether a record was appended before, or parked; what came since may hide that."""
        if look_back and self.log.find(event.user_id, event.event_id) is not None:
            return True
        may_be_parked = look_back or (self.park_unknown and event.before is not None)
        return may_be_parked and parking.has(record)
