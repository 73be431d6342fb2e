"""What happened to lists, held in memory."""

import threading
from collections.abc import Sequence

from cinestats.domain.lists import ListEvent


class MemoryLists:
    """Implements ListLog."""

    def __init__(self) -> None:
        self._events: dict[str, list[ListEvent]] = {}
        self._lock = threading.Lock()

    def of_user(self, user_id: str) -> Sequence[ListEvent]:
        with self._lock:
            return list(self._events.get(user_id, ()))

    def append(self, user_id: str, after: int, events: Sequence[ListEvent]) -> bool:
        with self._lock:
            if len(self._events.get(user_id, ())) != after:
                return False
            if events:
                self._events.setdefault(user_id, []).extend(events)
            return True

    def users(self) -> Sequence[str]:
        with self._lock:
            return sorted(self._events)

    def remove_all(self, user_id: str) -> int:
        with self._lock:
            return len(self._events.pop(user_id, ()))
