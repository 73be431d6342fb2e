"""What every store of topic positions promises."""

import threading
from abc import ABC, abstractmethod

import pytest

from cinestats.application.streaming.ports import TopicPositions


class TopicPositionsContract(ABC):
    @abstractmethod
    def make(self) -> TopicPositions: ...

    @pytest.fixture
    def positions(self) -> TopicPositions:
        return self.make()

    def test_nothing_is_taken_in_at_first(self, positions: TopicPositions) -> None:
        """A topic that was never read is told from one whose first record is awaited."""
        assert positions.get("films", 0) is None
        positions.advance("films", 0, 0)
        assert positions.get("films", 0) == 0

    def test_every_partition_of_every_topic_has_its_own(
        self, positions: TopicPositions
    ) -> None:
        """A second topic, also one whose name looks alike, says nothing of the first."""
        positions.advance("films", 1, 5)
        positions.advance("films-1", 1, 7)
        positions.advance("films", 1, 9)
        assert positions.get("films", 1) == 9
        assert positions.get("films-1", 1) == 7
        assert positions.get("films", 0) is positions.get("films-1", 0) is None

    def test_a_position_never_moves_back(self, positions: TopicPositions) -> None:
        """A consumer that was overtaken does not undo what another has marked."""
        positions.advance("films", 0, 9)
        positions.advance("films", 0, 4)
        assert positions.get("films", 0) == 9

    def test_the_furthest_of_many_consumers_wins(self, positions: TopicPositions) -> None:
        """Marks that are made at the same time leave the highest."""

        def advance(first: int) -> None:
            for offset in range(first, 81, 4):
                positions.advance("films", 0, offset)

        consumers = [threading.Thread(target=advance, args=(first,)) for first in range(1, 5)]
        for consumer in consumers:
            consumer.start()
        for consumer in consumers:
            consumer.join()
        assert positions.get("films", 0) == 80
