"""Read whole diaries, as they are and as they were; what was read is kept and followed."""

import threading
from collections import OrderedDict
from collections.abc import Hashable, Iterable, Sequence
from datetime import date, tzinfo
from typing import Generic, NamedTuple, TypeVar

from cinestats.application.log.ports import Log, Recorded
from cinestats.domain.days import local_day
from cinestats.domain.diary import evolve
from cinestats.domain.entry import Entry
from cinestats.domain.partition import partition_of

from .ports import DiaryStore

MAX_KEPT = 30_000
"""Entries kept in memory, and as many events; some 2 KB each at most."""
_MAX_FOLLOWED = 500  # beyond that many events, reading anew costs less

_Item = TypeVar("_Item")


class Reading(NamedTuple):
    """A user's entries with all changes up to ``position`` of their partition of the log."""

    position: int
    entries: Sequence[Entry]


def entries_as_of(history: Iterable[Recorded], day: date, zone: tzinfo) -> list[Entry]:
    """The entries at the end of ``day`` in ``zone``, from what the log held then.

    A film that was watched before ``day`` but added after it is not known yet.
    """
    events = (recorded.event for recorded in history if recorded.event is not None)
    known = (e for e in events if local_day(e.occurred_at, zone) <= day)
    return list(evolve({}, known).values())


class DiaryReader:
    """Reads diaries for figures, without decoding again what it has read before.

    A position is asked for before what is read at it, which may so be newer but never older.
    To apply the events behind a position once more then makes no difference.
    """

    def __init__(
        self, log: Log, diaries: DiaryStore, zone: tzinfo, max_kept: int = MAX_KEPT
    ) -> None:
        self._log = log
        self._diaries = diaries
        self._zone = zone
        self._entries: _Kept[Entry] = _Kept(max_kept)
        self._events: _Kept[Recorded] = _Kept(max_kept)

    def position(self, user_id: str) -> int:
        """What the user's entries change with."""
        return self._diaries.position(partition_of(user_id, self._log.partitions))

    def history_version(self, user_id: str) -> Hashable:
        """What the user's history changes with.

        Erasing events moves no position; it begins with the first of them.
        """
        first = next(iter(self._log.of_user(user_id)), None)
        tail = self._log.tail(partition_of(user_id, self._log.partitions))
        return tail, None if first is None else first.position

    def read(self, user_id: str, as_of: date | None = None) -> Reading:
        """The user's entries in the order they were added: now, or at the end of a day."""
        if as_of is not None:
            position = self._log.tail(partition_of(user_id, self._log.partitions))
            entries = entries_as_of(self.history(user_id), as_of, self._zone)
            return Reading(position, entries)
        position = self.position(user_id)
        known_at, known = self._entries.get(user_id)
        new = self._followed(user_id, known_at, position)
        if new is None:
            current = self._diaries.entries(user_id)
        elif new:
            before = {entry.entry_id: entry for entry in known}
            current = list(evolve(before, (r.event for r in new if r.event)).values())
        else:
            current = known
        self._entries.put(user_id, position, current)
        return Reading(position, current)

    def history(self, user_id: str) -> Sequence[Recorded]:
        """The user's events in the order of the log."""
        tail = self._log.tail(partition_of(user_id, self._log.partitions))
        known_at, known = self._events.get(user_id)
        first = next(iter(self._log.of_user(user_id)), None)
        new = self._followed(user_id, known_at, tail)
        if new is None or not known or first is None or first.position != known[0].position:
            events: Sequence[Recorded] = list(self._log.of_user(user_id))
        else:
            events = [*known, *(r for r in new if r.position > known[-1].position)]
        self._events.put(user_id, tail, events)
        return events

    def _followed(
        self, user_id: str, after: int | None, through: int
    ) -> Sequence[Recorded] | None:
        """The user's events behind a position; None where they cannot be followed from there.

        So it is when they are too many, or when some are erased and nobody can tell whose.
        """
        if after is None or not 0 <= through - after <= _MAX_FOLLOWED:
            return None
        if through == after:
            return ()
        partition = partition_of(user_id, self._log.partitions)
        new = self._log.read(partition, after, through - after)
        if any(recorded.event is None for recorded in new):
            return None
        return [r for r in new if r.event is not None and r.event.user_id == user_id]


class _Kept(Generic[_Item]):
    """Users' items at a position; past ``most`` items, the users not asked for longest go."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._size = 0
        self._users: OrderedDict[str, tuple[int, Sequence[_Item]]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, user_id: str) -> tuple[int | None, Sequence[_Item]]:
        with self._lock:
            if user_id not in self._users:
                return None, ()
            self._users.move_to_end(user_id)
            return self._users[user_id]

    def put(self, user_id: str, position: int, items: Sequence[_Item]) -> None:
        with self._lock:
            _, old = self._users.pop(user_id, (0, ()))
            self._size -= len(old)
            self._users[user_id] = position, items
            self._size += len(items)
            while self._size > self._most:
                _, (_, dropped) = self._users.popitem(last=False)
                self._size -= len(dropped)
