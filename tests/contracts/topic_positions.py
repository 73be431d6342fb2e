"""What every store of topic positions promises."""

import threading
from abc import ABC, abstractmethod
from datetime import UTC, datetime

import pytest

from cinestats.application.streaming.ports import GivenUp, Lost, TopicPositions
from cinestats.application.upkeep.ports import TakingIn

NOON = datetime(2025, 1, 20, 12, tzinfo=UTC)


class TopicPositionsContract(ABC):
    @abstractmethod
    def make(self) -> TopicPositions: ...

    @abstractmethod
    def make_taking_in(self, positions: TopicPositions) -> TakingIn: ...

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

    def test_what_is_given_up_stays_on_record(self, positions: TopicPositions) -> None:
        """The position is behind it then; a second word for the same loss changes nothing."""
        positions.advance("films", 1, 5)
        positions.advance("films", 0, 5)
        lost = Lost(1, 5, 8)
        positions.give_up("films", lost, NOON)
        positions.give_up("films", lost, NOON)
        assert positions.get("films", 1) == 9
        assert positions.get("films", 0) == 5
        positions.advance("films", 1, 12)
        positions.give_up("films", Lost(1, 12, 12), NOON)
        expected = [GivenUp(lost, NOON), GivenUp(Lost(1, 12, 12), NOON)]
        assert list(positions.given_up("films", 1)) == expected
        assert list(positions.given_up("films", 0)) == []

    def test_nothing_is_given_up_that_does_not_begin_at_the_position(
        self, positions: TopicPositions
    ) -> None:
        """Somebody else has moved on meanwhile, or nobody has claimed the topic."""
        positions.give_up("films", Lost(0, 0, 8), NOON)
        assert positions.get("films", 0) is None
        positions.advance("films", 0, 6)
        positions.give_up("films", Lost(0, 5, 8), NOON)
        assert positions.get("films", 0) == 6
        assert list(positions.given_up("films", 0)) == []

    def test_what_was_begun_is_under_way_until_the_position_has_come_to_its_end(
        self, positions: TopicPositions
    ) -> None:
        """Also in a topic that was never read; a consumer that was overtaken ends nothing."""
        taking_in = self.make_taking_in(positions)
        assert set(taking_in.under_way()) == set()
        taking_in.begin("films", 1, 3)
        taking_in.begin("plays", 0, 2)
        positions.advance("films", 1, 2)
        assert set(taking_in.under_way()) == {"films", "plays"}
        positions.advance("films", 1, 3)
        positions.advance("plays", 0, 5)
        assert set(taking_in.under_way()) == set()
        taking_in.begin("films", 1, 9)
        taking_in.begin("films", 1, 4)
        positions.advance("films", 1, 4)
        assert set(taking_in.under_way()) == {"films"}
        positions.give_up("films", Lost(1, 4, 8), NOON)
        assert set(taking_in.under_way()) == set()
