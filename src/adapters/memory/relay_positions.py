"""How far the log has been published, in a dictionary."""

import threading
from collections import defaultdict

from cinestats.application.streaming.ports import Published


class MemoryRelayPositions:
    """Positions by partition."""

    def __init__(self) -> None:
        self._positions: defaultdict[int, int] = defaultdict(int)
        self._noted: dict[int, Published] = {}
        self._lock = threading.Lock()

    def get(self, partition: int) -> int:
        return self._positions[partition]

    def advance(self, partition: int, position: int) -> None:
        with self._lock:
            self._positions[partition] = max(self._positions[partition], position)

    def noted(self, partition: int) -> Published | None:
        return self._noted.get(partition)

    def note(self, partition: int, published: Published) -> None:
        self._noted[partition] = published
