"""The in-memory adapters keep the ports' contracts."""

from functools import cached_property

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from cinestats.adapters.memory.catalogue import MemoryCatalogue
from cinestats.adapters.memory.diary_store import MemoryDiaryStore
from cinestats.adapters.memory.event_log import MemoryEventLog
from cinestats.adapters.memory.read_models import MemoryReadModels
from cinestats.domain import projections

from .decades import WITH_DECADES
from .diary_store import DiaryStoreContract
from .event_log import EventLogContract
from .exactness import ExactnessMachine
from .interrupted import InterruptedMachine, Opened
from .read_models import ReadModelsContract


class TestMemoryEventLog(EventLogContract):
    def make(self, partitions: int = 1) -> MemoryEventLog:  # type: ignore[override]
        return MemoryEventLog(partitions)


class TestMemoryDiaryStore(DiaryStoreContract):
    def make(self) -> MemoryDiaryStore:
        return MemoryDiaryStore()


class TestMemoryReadModels(ReadModelsContract):
    def make(self) -> MemoryReadModels:  # type: ignore[override]
        return MemoryReadModels()


class MemoryMachine(ExactnessMachine):
    def make_log(self) -> MemoryEventLog:
        return MemoryEventLog()

    def make_diaries(self) -> MemoryDiaryStore:
        return MemoryDiaryStore()

    def make_models(self) -> MemoryReadModels:
        return MemoryReadModels()


TestMemoryExactness = MemoryMachine.TestCase
TestMemoryExactness.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)


class MemoryInterruptedMachine(InterruptedMachine):
    def open_stores(self) -> Opened:
        """Memory that outlives the process."""
        return self.kept

    @cached_property
    def kept(self) -> Opened:
        return Opened(
            MemoryEventLog(), MemoryDiaryStore(), MemoryReadModels(), MemoryCatalogue()
        )


TestMemoryInterrupted = MemoryInterruptedMachine.TestCase
TestMemoryInterrupted.settings = settings(
    max_examples=150, stateful_step_count=15, deadline=None
)


def test_a_projection_that_is_registered_is_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever happens, in whatever order; rebuild and verify know of it."""
    monkeypatch.setattr(projections, "PROJECTIONS", WITH_DECADES)
    run_state_machine_as_test(
        MemoryMachine, settings=settings(max_examples=20, stateful_step_count=40, deadline=None)
    )
