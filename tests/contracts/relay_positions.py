"""What every store of relay positions promises."""

import threading
from abc import ABC, abstractmethod

import pytest

from cinestats.application.streaming.ports import Published, RelayPositions


class RelayPositionsContract(ABC):
    @abstractmethod
    def make(self) -> RelayPositions: ...

    @pytest.fixture
    def positions(self) -> RelayPositions:
        return self.make()

    def test_nothing_is_published_at_first(self, positions: RelayPositions) -> None:
        """A new store stands at 0 everywhere."""
        assert positions.get(0) == positions.get(7) == 0

    def test_a_position_is_kept(self, positions: RelayPositions) -> None:
        """What was marked is read back, for its partition alone."""
        positions.advance(1, 5)
        positions.advance(1, 9)
        assert (positions.get(1), positions.get(0)) == (9, 0)

    def test_which_log_was_published_is_noted(self, positions: RelayPositions) -> None:
        """Position and hash come back as one, whatever the position has moved on to."""
        assert positions.noted(0) is None
        positions.advance(0, 5)
        assert positions.noted(0) is None
        positions.note(0, Published(5, b"five"))
        positions.advance(0, 9)
        assert (positions.get(0), positions.noted(0)) == (9, Published(5, b"five"))
        assert positions.noted(1) is None

    def test_a_position_never_moves_back(self, positions: RelayPositions) -> None:
        """A relay that was overtaken does not undo what the other has marked (fault 8)."""
        positions.advance(0, 9)
        positions.advance(0, 4)
        assert positions.get(0) == 9

    def test_the_furthest_of_many_relays_wins(self, positions: RelayPositions) -> None:
        """Marks that are made at the same time leave the highest (fault 8)."""

        def advance(first: int) -> None:
            for position in range(first, 81, 4):
                positions.advance(0, position)

        relays = [threading.Thread(target=advance, args=(first,)) for first in (1, 2, 3, 4)]
        for relay in relays:
            relay.start()
        for relay in relays:
            relay.join()
        assert positions.get(0) == 80
