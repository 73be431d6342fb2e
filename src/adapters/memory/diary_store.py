"""Every user's present entries in dictionaries."""

import threading
from collections import defaultdict
from collections.abc import Iterable, Sequence

from cinestats.application.diary.ports import EntryKey
from cinestats.application.log.ports import Recorded
from cinestats.domain.diary import Diary, evolve
from cinestats.domain.entry import Entry
from cinestats.domain.events import Event
from cinestats.domain.titles import normalize_title


class MemoryDiaryStore:
    """Diaries by user, with the log position they stand at."""

    def __init__(self) -> None:
        self._diaries: defaultdict[str, Diary] = defaultdict(dict)
        self._positions: defaultdict[int, int] = defaultdict(int)
        self._lock = threading.Lock()

    def position(self, partition: int) -> int:
        return self._positions[partition]

    def apply(self, partition: int, base: int, events: Sequence[Recorded]) -> None:
        with self._lock:
            if self._positions[partition] != base:
                return
            by_user: defaultdict[str, list[Event]] = defaultdict(list)
            for _, _, event in events:
                if event is not None:
                    by_user[event.user_id].append(event)
            for user_id, mine in by_user.items():
                self._diaries[user_id] = evolve(self._diaries[user_id], mine)
            self._positions[partition] = events[-1].position

    def entries(self, user_id: str) -> Sequence[Entry]:
        return list(self._diaries[user_id].values())

    def count(self, user_id: str) -> int:
        return len(self._diaries[user_id])

    def lookup(self, user_id: str, keys: Iterable[EntryKey]) -> Sequence[Entry]:
        wanted = set(keys)
        return [e for e in self.entries(user_id) if not wanted.isdisjoint(_keys(e))]


def _keys(entry: Entry) -> Iterable[EntryKey]:
    yield EntryKey("entry_id", entry.entry_id)
    yield EntryKey("film_key", entry.movie.film_key)
    yield EntryKey("title_key", normalize_title(entry.movie.title))
