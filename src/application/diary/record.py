"""Record commands: add, delete, re-rate. The append to the log is the commit.

The diary that commands are checked against is a projection: it is first brought up to the
log's tail, and the append succeeds only if the log still ends there. So one algorithm is
safe on every store, whether or not log and diary could share a transaction.
"""

from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from cinestats.application.gc_paused import gc_paused
from cinestats.application.log.ports import EventHistory, EventLog, PositionTaken, Recorded
from cinestats.application.ports import StoreBusy, StoreFull
from cinestats.domain.diary import AddMovie, Command, DeleteMovie, decide
from cinestats.domain.errors import CinestatsError
from cinestats.domain.events import Event, MovieAdded, MovieDeleted, RatingUpdated
from cinestats.domain.partition import partition_of

from .group_commit import GroupCommit
from .ports import DiaryStore, EntryKey
from .working_diary import WorkingDiary

_ATTEMPTS = 50
_CATCH_UP = 2000


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
    """Decides commands and appends their events. Safe to use from many threads."""

    def __init__(self, log: EventLog, history: EventHistory, diaries: DiaryStore) -> None:
        self._log = log
        self._history = history
        self._diaries = diaries
        self._groups: Sequence[GroupCommit[Command, Receipt | CinestatsError]] = [
            GroupCommit(partial(self._record_in, partition))
            for partition in range(log.partitions)
        ]

    def record(self, command: Command) -> Receipt:
        """Record one command; raises what ``decide`` raises, and StoreBusy.

        Recording a command again, with the same ``event_id``, gives the first receipt.
        Commands of several threads are recorded together.
        """
        partition = partition_of(command.user_id, self._log.partitions)
        outcome = self._groups[partition].submit(command)
        if isinstance(outcome, CinestatsError):
            raise outcome
        return outcome

    @gc_paused()
    def record_all(self, commands: Sequence[Command]) -> list[Receipt | CinestatsError]:
        """Record commands in order; a refused one leaves its error in its place."""
        by_partition: defaultdict[int, list[int]] = defaultdict(list)
        for index, command in enumerate(commands):
            partition = partition_of(command.user_id, self._log.partitions)
            by_partition[partition].append(index)
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
        working = WorkingDiary()
        keys: defaultdict[str, set[EntryKey]] = defaultdict(set)
        for command in commands:
            keys[command.user_id].add(EntryKey("entry_id", command.entry_id))
            if isinstance(command, AddMovie):
                keys[command.user_id].add(EntryKey("film_key", command.movie.film_key))
        for user_id, wanted in keys.items():
            working.know(user_id, self._diaries.lookup(user_id, wanted))
        outcomes: list[Receipt | CinestatsError] = []
        made: dict[tuple[str, str], Recorded] = {}
        for command in commands:
            key = command.user_id, command.event_id
            before = made.get(key)
            if before is None and look_back:
                before = self._history.find(*key)
            event = refusal = None
            if before is None:
                try:
                    event = decide(command, working.plays_for(command))
                except CinestatsError as error:
                    refusal = error
            if event is None and before is None:
                before = self._history.find(*key)
            if before is not None:
                outcomes.append(_answer_again(command, before))
            elif event is not None:
                working.evolve(event)
                made[key] = Recorded(partition, tail + len(made) + 1, event)
                outcomes.append(Receipt(made[key].position, event))
            else:
                outcomes.append(refusal or Receipt(tail + len(made), None))
        return outcomes, list(made.values())

    def catch_up(self, partition: int) -> int:
        """Bring the diary up to the log's tail; returns the tail."""
        tail = self._log.tail(partition)
        while (position := self._diaries.position(partition)) < tail:
            self._diaries.apply(
                partition, position, self._log.read(partition, position, _CATCH_UP)
            )
        return tail


def _answer_again(command: Command, before: Recorded) -> Receipt | CinestatsError:
    event = before.event
    match command, event:
        case (AddMovie(), MovieAdded()):
            same = (
                command.movie.title == event.entry.movie.title
                and command.rating == event.entry.rating
                and command.watched_on == event.entry.watched_on
            )
        case (DeleteMovie(), MovieDeleted()):
            same = command.entry_id == event.entry.entry_id
        case (_, RatingUpdated()) if not isinstance(command, AddMovie | DeleteMovie):
            same = (
                command.entry_id == event.entry.entry_id
                and command.new_rating == event.new_rating
            )
        case _:
            same = False
    if not same:
        return EventIdReused(
            f"The id {command.event_id} was already used for something else; take a new one."
        )
    return Receipt(before.position, event)
