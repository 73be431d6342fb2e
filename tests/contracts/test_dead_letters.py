"""The in-memory place for parked records keeps the port's contract."""

from cinestats.adapters.memory.dead_letters import MemoryDeadLetters

from .dead_letters import DeadLettersContract


class TestMemoryDeadLetters(DeadLettersContract):
    def make(self) -> MemoryDeadLetters:
        return MemoryDeadLetters()
