"""How far topics are taken into the log, in a dictionary."""

import threading
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from cinestats.application.streaming.ports import GivenUp, Lost, TopicPositions


class MemoryTopicPositions:
    """Implements TopicPositions."""

    def __init__(self) -> None:
        self._offsets: dict[tuple[str, int], int] = {}
        self._given_up: defaultdict[tuple[str, int], list[GivenUp]] = defaultdict(list)
        self._lock = threading.Lock()

    def get(self, topic: str, partition: int) -> int | None:
        return self._offsets.get((topic, partition))

    def advance(self, topic: str, partition: int, offset: int) -> None:
        with self._lock:
            before = self._offsets.get((topic, partition), offset)
            self._offsets[topic, partition] = max(before, offset)

    def give_up(self, topic: str, lost: Lost, at: datetime) -> None:
        place = topic, lost.partition
        with self._lock:
            if self._offsets.get(place) == lost.first:
                self._offsets[place] = lost.last + 1
                self._given_up[place].append(GivenUp(lost, at))

    def given_up(self, topic: str, partition: int) -> Sequence[GivenUp]:
        return tuple(self._given_up[topic, partition])


class MemoryTakingIn:
    """Implements TakingIn."""

    def __init__(self, positions: TopicPositions) -> None:
        self._positions = positions
        self._ends: dict[tuple[str, int], int] = {}

    def begin(self, topic: str, partition: int, end: int) -> None:
        self._ends[topic, partition] = max(end, self._ends.get((topic, partition), end))

    def under_way(self) -> Collection[str]:
        return {
            topic
            for (topic, partition), end in self._ends.items()
            if end > (self._positions.get(topic, partition) or 0)
        }
