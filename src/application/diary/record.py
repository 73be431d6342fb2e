"""Record commands: add, delete, re-rate. The append to the log is the commit.

The diary that commands are checked against is a projection: it is first brought up to the
log's tail, and the append succeeds only if the log still ends there. So one algorithm is
safe on every store, whether or not log and diary could share a transaction.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from cinestats.application.gc_paused import gc_paused
from cinestats.application.log.ports import Log, PositionTaken, Recorded
from cinestats.application.ports import StoreBusy, StoreFull
from cinestats.domain.diary import (
    AddMovie,
    Command,
    CorrectEntry,
    DeleteMovie,
    decide,
    led_to,
)
from cinestats.domain.errors import CinestatsError
from cinestats.domain.events import Event
from cinestats.domain.partition import partition_of

from .group_commit import GroupCommit
from .ports import DiaryStore, EntryKey
from .room import Room, RoomOf, without_bound
from .working_diary import WorkingDiary

_ATTEMPTS = 50
_CATCH_UP = 2000
FORGOTTEN = "forget"
"""The cause of what is recorded to forget a user."""


class PlaysElsewhere(CinestatsError):
    """Another application owns the plays: it alone adds, deletes and rates."""


def changes_plays(command: Command) -> bool:
    """Whether a command adds, deletes or rates a play, as their owner does.

    A correction says what a play was in truth. To forget is the right of whoever it is about.
    """
    if isinstance(command, DeleteMovie):
        return command.cause != FORGOTTEN
    return not isinstance(command, CorrectEntry)


def _anybody(_: Sequence[Command]) -> None:
    """Lets every command be recorded."""


class EventIdReused(CinestatsError):
    """The id was used before for something else."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a command led to, and the log position at which every read model shows it.

    ``event`` is None when the command changed nothing.
    """

    position: int
    event: Event | None


class Recorder:
    """Decides commands and appends their events. Safe to use from many threads.

    ``check`` raises PlaysElsewhere for commands that this installation may not record.
    """

    def __init__(
        self,
        log: Log,
        diaries: DiaryStore,
        room_of: RoomOf = without_bound,
        check: Callable[[Sequence[Command]], None] = _anybody,
    ) -> None:
        self._log = log
        self.check = check
        self.room_of = room_of
        self._diaries = diaries
        self._groups: Sequence[GroupCommit[Command, Receipt | CinestatsError]] = [
            GroupCommit(partial(self._record_in, partition))
            for partition in range(log.partitions)
        ]

    def record(self, command: Command) -> Receipt:
        """Record one command; raises what ``decide`` and ``check`` raise, QuotaReached and
        StoreBusy.

        Recording a command again, with the same ``event_id``, gives the first receipt.
        Commands of several threads are recorded together.
        """
        self.check([command])
        outcome = self._groups[self._partition(command.user_id)].submit(command)
        if isinstance(outcome, CinestatsError):
            raise outcome
        return outcome

    @gc_paused()
    def record_all(self, commands: Sequence[Command]) -> list[Receipt | CinestatsError]:
        """Record commands in order; a refused one leaves its error in its place.

        Raises what ``check`` raises, with nothing recorded.
        """
        self.check(commands)
        by_partition: defaultdict[int, list[int]] = defaultdict(list)
        for index, command in enumerate(commands):
            by_partition[self._partition(command.user_id)].append(index)
        outcomes: dict[int, Receipt | CinestatsError] = {}
        for partition, indexes in by_partition.items():
            done = self._record_in(partition, [commands[i] for i in indexes])
            outcomes.update(zip(indexes, done, strict=True))
        return [outcomes[i] for i in range(len(commands))]

    def _record_in(
        self, partition: int, commands: Sequence[Command]
    ) -> list[Receipt | CinestatsError]:
        for attempt in range(_ATTEMPTS):
            tail = self.catch_up(partition)
            outcomes, made = self._decide_all(partition, tail, commands, look_back=attempt > 0)
            if not made:
                return outcomes
            try:
                self._log.append(partition, tail, [r.event for r in made if r.event])
            except PositionTaken:
                continue
            with suppress(StoreBusy, StoreFull):  # recorded all the same: a later catch_up
                self._diaries.apply(partition, tail, made)  # brings the diary up to it
            return outcomes
        raise StoreBusy("Others keep writing to the same partition of the log; try again.")

    def _decide_all(
        self, partition: int, tail: int, commands: Sequence[Command], look_back: bool
    ) -> tuple[list[Receipt | CinestatsError], list[Recorded]]:
        """What each command leads to behind ``tail``, and the events to append.

        A command may have been recorded before. The log refuses its id then, so the log is
        looked through only with ``look_back``, and where a command leads to no event.
        """
        working = self._known_for(commands)
        rooms: dict[str, Room] = {}
        outcomes: list[Receipt | CinestatsError] = []
        made: dict[tuple[str, str], Recorded] = {}
        for command in commands:
            key = command.user_id, command.event_id
            before = made.get(key) or (self._log.find(*key) if look_back else None)
            event = refusal = None
            try:
                event = None if before else decide(command, working.plays_for(command))
                if event is not None:
                    if event.user_id not in rooms:
                        rooms[event.user_id] = self.room_of(event.user_id)
                    rooms[event.user_id].take(event)
            except CinestatsError as error:
                event, refusal = None, error
            if event is not None:
                working.evolve(event)
                position = tail + len(made) + 1
                made[key] = Recorded(partition, position, event)
                outcomes.append(Receipt(position, event))
            elif before := before or self._log.find(*key):
                outcomes.append(_answer_again(command, before))
            else:
                outcomes.append(refusal or Receipt(tail + len(made), None))
        return outcomes, list(made.values())

    def _known_for(self, commands: Sequence[Command]) -> WorkingDiary:
        """The entries that the commands name, and the other plays of their films."""
        working = WorkingDiary()
        keys: defaultdict[str, set[EntryKey]] = defaultdict(set)
        for command in commands:
            keys[command.user_id].add(EntryKey("entry_id", command.entry_id))
            if isinstance(command, AddMovie):
                keys[command.user_id].add(EntryKey("film_key", command.entry.movie.film_key))
            elif isinstance(command, CorrectEntry) and "movie" in command.correction:
                film_key = command.correction["movie"].film_key
                keys[command.user_id].add(EntryKey("film_key", film_key))
        for user_id, wanted in keys.items():
            working.know(user_id, self._diaries.lookup(user_id, wanted))
        for command in commands:
            if isinstance(command, CorrectEntry) and "movie" not in command.correction:
                entry = working.entry(command.user_id, command.entry_id)
                if entry is not None and not command.again:
                    plays = [EntryKey("film_key", entry.movie.film_key)]
                    working.know(command.user_id, self._diaries.lookup(command.user_id, plays))
        return working

    def catch_up(self, partition: int) -> int:
        """Bring the diary up to the log's tail; returns the tail."""
        tail = self._log.tail(partition)
        while (position := self._diaries.position(partition)) < tail:
            self._diaries.apply(
                partition, position, self._log.read(partition, position, _CATCH_UP)
            )
        return tail

    def catch_up_with(self, user_id: str) -> None:
        """Bring the user's diary up to the log, should a crash have left it behind."""
        self.catch_up(self._partition(user_id))

    def _partition(self, user_id: str) -> int:
        return partition_of(user_id, self._log.partitions)


def _answer_again(command: Command, before: Recorded) -> Receipt | CinestatsError:
    if before.event is None or not led_to(command, before.event):
        return EventIdReused(
            f"The id {command.event_id} was already used for something else; take a new one."
        )
    return Receipt(before.position, before.event)
