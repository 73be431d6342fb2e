"""How far topics are taken into the log, in a dictionary."""

import threading


class MemoryTopicPositions:
    """Implements TopicPositions."""

    def __init__(self) -> None:
        self._offsets: dict[tuple[str, int], int] = {}
        self._lock = threading.Lock()

    def get(self, topic: str, partition: int) -> int | None:
        return self._offsets.get((topic, partition))

    def advance(self, topic: str, partition: int, offset: int) -> None:
        with self._lock:
            before = self._offsets.get((topic, partition), offset)
            self._offsets[topic, partition] = max(before, offset)
