"""Topics of other applications are taken in exactly once, on every store."""

import itertools
from typing import TYPE_CHECKING, Any

from hypothesis import settings

from cinestats.adapters.memory.diary_store import MemoryDiaryStore
from cinestats.adapters.memory.event_log import MemoryEventLog
from cinestats.adapters.memory.opening import MemoryOpening
from cinestats.adapters.memory.read_models import MemoryReadModels

from .taken_in import TakenInMachine

if TYPE_CHECKING:
    pass

_numbers = itertools.count(1)


class MemoryMachine(TakenInMachine):
    def make_log(self) -> Any:
        return MemoryEventLog()

    def make_diaries(self) -> Any:
        return MemoryDiaryStore()

    def make_models(self) -> Any:
        return MemoryReadModels()

    def make_opening(self) -> Any:
        return MemoryOpening(MemoryReadModels())


class ParkingMachine(MemoryMachine):
    park = True


TestMemory = MemoryMachine.TestCase
TestMemory.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestParking = ParkingMachine.TestCase
TestParking.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
