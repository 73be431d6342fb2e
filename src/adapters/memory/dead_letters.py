"""Parked records in a dictionary."""

from collections.abc import Iterable, Sequence

from cinestats.application.streaming.dead_letters import DeadLetter


class MemoryDeadLetters:
    """Implements DeadLetters; a settled record is known by its id alone."""

    def __init__(self) -> None:
        self._letters: dict[str, DeadLetter | None] = {}

    def park(self, letters: Iterable[DeadLetter]) -> None:
        for letter in letters:
            self._letters.setdefault(letter.id, letter)

    def waiting(self, limit: int) -> Sequence[DeadLetter]:
        waiting = [letter for letter in self._letters.values() if letter is not None]
        return sorted(waiting, key=lambda letter: (letter.parked_at, letter.id))[:limit]

    def find(self, letter_id: str) -> DeadLetter | None:
        return self._letters.get(letter_id)

    def settle(self, letter_id: str) -> bool:
        if self.find(letter_id) is None:
            return False
        self._letters[letter_id] = None
        return True
