"""What every place for parked records promises."""

from abc import ABC, abstractmethod
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from cinestats.application.streaming.dead_letters import DeadLetter, DeadLetters

PARKED = datetime(2025, 3, 1, 10, tzinfo=UTC)
LETTER = DeadLetter("events", 2, 41, b"u1", b"\xff\x00 not UTF-8", "is not UTF-8", PARKED)


class DeadLettersContract(ABC):
    @abstractmethod
    def make(self) -> DeadLetters: ...

    @pytest.fixture
    def letters(self) -> DeadLetters:
        return self.make()

    def test_a_record_comes_back_byte_by_byte(self, letters: DeadLetters) -> None:
        """Key and value are kept as they came, null and empty too."""
        others = [
            replace(LETTER, offset=42, key=None, value=None),
            replace(LETTER, offset=43, key=b"", value=b""),
        ]
        letters.park([LETTER, *others])
        for letter in (LETTER, *others):
            assert letters.find(letter.id) == letter

    def test_a_record_is_parked_once(self, letters: DeadLetters) -> None:
        """A batch that is replayed parks the same record again, later and in vain."""
        letters.park([LETTER])
        letters.park([replace(LETTER, parked_at=PARKED + timedelta(hours=1))])
        assert list(letters.waiting(10)) == [LETTER]

    def test_another_record_at_the_same_place_is_kept_too(self, letters: DeadLetters) -> None:
        """So it is when a topic was deleted and made anew (fault 14)."""
        another = replace(LETTER, value=b"{}")
        letters.park([LETTER])
        letters.park([another])
        assert {letter.value for letter in letters.waiting(10)} == {LETTER.value, b"{}"}

    def test_the_oldest_come_first(self, letters: DeadLetters) -> None:
        """A limit cuts behind them."""
        ages = [replace(LETTER, offset=n, parked_at=PARKED - timedelta(n)) for n in range(3)]
        letters.park(ages)
        assert [letter.offset for letter in letters.waiting(2)] == [2, 1]

    def test_a_settled_record_is_gone_for_good(self, letters: DeadLetters) -> None:
        """It waits no longer, and a replay does not bring it back."""
        letters.park([LETTER])
        assert letters.settle(LETTER.id)
        assert not letters.settle(LETTER.id)
        letters.park([LETTER])
        assert letters.find(LETTER.id) is None
        assert list(letters.waiting(10)) == []

    def test_nothing_is_known_by_a_foreign_id(self, letters: DeadLetters) -> None:
        """Neither found nor settled."""
        assert letters.find("events-0-0-00000000") is None
        assert not letters.settle("events-0-0-00000000")
