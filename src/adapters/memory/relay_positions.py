"""How far the log has been published, in a dictionary."""

import threading
from collections import defaultdict


class MemoryRelayPositions:
    """Positions by partition."""

    def __init__(self) -> None:
        self._positions: defaultdict[int, int] = defaultdict(int)
        self._chains: dict[int, bytes | None] = {}
        self._lock = threading.Lock()

    def get(self, partition: int) -> int:
        return self._positions[partition]

    def chain(self, partition: int) -> bytes | None:
        return self._chains.get(partition)

    def advance(self, partition: int, position: int, chain: bytes | None = None) -> None:
        with self._lock:
            if position > self._positions[partition]:
                self._positions[partition], self._chains[partition] = position, chain
