"""How far the log has been published, in a dictionary."""

import threading
from collections import defaultdict


class MemoryRelayPositions:
    """Positions by partition."""

    def __init__(self) -> None:
        self._positions: defaultdict[int, int] = defaultdict(int)
        self._lock = threading.Lock()

    def get(self, partition: int) -> int:
        return self._positions[partition]

    def advance(self, partition: int, position: int) -> None:
        with self._lock:
            self._positions[partition] = max(self._positions[partition], position)
