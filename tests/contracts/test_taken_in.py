"""Topics of other applications are taken in exactly once, on every store."""

import itertools
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from cinestats.adapters.memory.diary_store import MemoryDiaryStore
from cinestats.adapters.memory.event_log import MemoryEventLog
from cinestats.adapters.memory.opening import MemoryOpening
from cinestats.adapters.memory.read_models import MemoryReadModels
from cinestats.adapters.memory.stores import MemoryStores

from .taken_in import CountedBefore, TakenInMachine

if TYPE_CHECKING:
    from stack.mongo import Mongo

_numbers = itertools.count(1)
ROME = ZoneInfo("Europe/Rome")


class MemoryMachine(TakenInMachine):
    def make_log(self) -> Any:
        return MemoryEventLog()

    def make_diaries(self) -> Any:
        return MemoryDiaryStore()

    def make_models(self) -> Any:
        return MemoryReadModels()

    def make_opening(self, models: Any) -> Any:
        return MemoryOpening(models)


class ParkingMachine(MemoryMachine):
    park = True


TestMemory = MemoryMachine.TestCase
TestMemory.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestParking = ParkingMachine.TestCase
TestParking.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)


class TestCountedBeforeInMemory(CountedBefore):
    def stores(self) -> Any:
        return MemoryStores()


@pytest.mark.distributed
class TestCountedBeforeInMongo(CountedBefore):
    @pytest.fixture(autouse=True)
    def _server(self, mongo: "Mongo") -> None:
        self.uri = mongo.uri

    def stores(self) -> Any:
        from cinestats.adapters.mongo.stores import MongoStores

        name = f"test_counted_before{next(_numbers)}"
        stores = MongoStores(self.uri, name, "films", ROME, 1)
        stores.database.drop()
        return MongoStores(self.uri, name, "films", ROME, 1)


@pytest.mark.distributed
@pytest.mark.slow
def test_mongo_takes_in_exactly_once(mongo: "Mongo") -> None:
    """Whatever another application publishes, and whatever dies."""
    from cinestats.adapters.mongo.database import MongoDatabase
    from cinestats.adapters.mongo.diary_store import MongoDiaryStore
    from cinestats.adapters.mongo.event_log import MongoEventLog
    from cinestats.adapters.mongo.opening import MongoOpening
    from cinestats.adapters.mongo.read_models import MongoReadModels

    class MongoMachine(TakenInMachine):
        def __init__(self) -> None:
            super().__init__()
            self.database = MongoDatabase(mongo.uri, f"test_taken_in{next(_numbers)}")

        def make_log(self) -> Any:
            return MongoEventLog(self.database)

        def make_diaries(self) -> Any:
            return MongoDiaryStore(self.database)

        def make_models(self) -> Any:
            return MongoReadModels(self.database, ROME)

        def make_opening(self, models: Any) -> Any:
            return MongoOpening(models.database)

        def teardown(self) -> None:
            super().teardown()
            self.database.drop()

    checks = settings(
        max_examples=20,
        stateful_step_count=30,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(MongoMachine, settings=checks)
