"""What every backend's stores promise, whichever technology keeps them."""

import pickle
from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from cinestats.adapters.memory.stores import MemoryStores
from cinestats.adapters.sqlite.stores import SqliteStores
from cinestats.application.ports import StoreUnavailable
from cinestats.application.stores import Stores
from cinestats.application.upkeep.examine import examine
from cinestats.domain.errors import InvalidInput

from .builders import added

if TYPE_CHECKING:
    from stack.mongo import Mongo

NO_STORES = {"checks", "close", "hindrance", "sweep"}
NAMES = sorted(vars(Stores).keys() - NO_STORES - vars(object).keys())
NAMES = [name for name in NAMES if not name.startswith("_")]
OF_A_TOPIC = {"dead_letters", "topic_claims", "topic_positions", "topic_ways"}
ROME = ZoneInfo("Europe/Rome")


class StoresContract(ABC):
    @abstractmethod
    def make(self) -> Stores: ...

    @pytest.fixture
    def stores(self) -> Iterator[Stores]:
        stores = self.make()
        yield stores
        stores.close()

    @pytest.mark.parametrize("name", [name for name in NAMES if name not in OF_A_TOPIC])
    def test_a_store_is_made_once(self, stores: Stores, name: str) -> None:
        """Whoever asks for it again gets the same one."""
        assert getattr(stores, name) is getattr(stores, name)

    def test_a_catalogue_that_is_empty_gets_the_sample(self, stores: Stores) -> None:
        """A new backend knows films without anybody loading any."""
        assert stores.catalogue.size() > 0

    def test_new_stores_are_found_well(self, stores: Stores) -> None:
        """Every check passes, and no advice is given."""
        stores.log.append(0, 0, [added(1, "anna")])
        findings = list(examine(stores.checks()))
        assert findings
        assert [finding for finding in findings if not finding.ok or finding.advice] == []
        assert any("1 event" in finding.detail for finding in findings)


class TestMemoryStores(StoresContract):
    def make(self) -> MemoryStores:
        return MemoryStores()


class TestSqliteStores(StoresContract):
    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path: Path) -> None:
        self.path = tmp_path / "data"

    def make(self) -> SqliteStores:
        return SqliteStores(self.path, "films", MemoryStores())

    def test_no_file_is_touched_before_a_store_is_asked_for(self) -> None:
        """What only looks at its settings leaves no folder behind."""
        self.make().close()
        assert not self.path.exists()

    @pytest.mark.parametrize("name", sorted(OF_A_TOPIC))
    def test_what_belongs_to_a_topic_is_refused(self, stores: Stores, name: str) -> None:
        """With the setting that would be right."""
        with pytest.raises(InvalidInput, match="must be distributed"):
            getattr(stores, name)

    def test_what_has_seen_more_than_the_log_is_refused(self) -> None:
        """Fault 26: an empty log must not empty what was made from the right one."""
        before = self.make()
        before.log.append(0, 0, [added(1, "anna"), added(2, "anna")])
        before.diaries.apply(0, 0, before.log.read(0, 0, 10))
        before.close()
        (self.path / "log.db").unlink()
        with pytest.raises(StoreUnavailable, match="was made from its first 2 events"):
            self.make()
        assert not (self.path / "log.db").exists()

    def test_what_fits_the_log_is_kept(self) -> None:
        """Opening a folder again costs no work."""
        before = self.make()
        before.log.append(0, 0, [added(1, "anna")])
        before.diaries.apply(0, 0, before.log.read(0, 0, 10))
        before.close()
        after = self.make()
        assert after.diaries.position(0) == 1
        after.close()


class TestMongoStores(StoresContract):
    @pytest.fixture(autouse=True)
    def _server(self, mongo: "Mongo") -> Iterator[None]:
        self.uri = mongo.uri
        yield
        from cinestats.adapters.mongo.database import MongoDatabase

        MongoDatabase(mongo.uri, "test_stores").drop()

    def make(self) -> Stores:
        from cinestats.adapters.mongo.stores import MongoStores

        return MongoStores(self.uri, "test_stores", "films", ROME)

    @pytest.mark.parametrize("name", sorted(OF_A_TOPIC))
    def test_what_belongs_to_a_topic_is_made_once(self, stores: Stores, name: str) -> None:
        """This backend counts one."""
        assert getattr(stores, name) is getattr(stores, name)

    def test_a_log_keeps_the_partitions_that_it_was_made_with(self, stores: Stores) -> None:
        """The setting is for a new log alone."""
        from cinestats.adapters.mongo.stores import MongoStores

        assert stores.log.partitions == 4
        assert MongoStores(self.uri, "test_stores", "films", ROME, 7).log.partitions == 4

    def test_a_consumers_catalogue_has_what_somebody_loaded_and_no_more(self) -> None:
        """Events of another application are not completed from the sample."""
        from cinestats.adapters.mongo.stores import MongoStores

        stores = MongoStores(self.uri, "test_stores", "films", ROME, set_up=False)
        assert stores.catalogue.size() == 0

    def test_pickled_they_are_their_settings(self, stores: Stores) -> None:
        """Also when they are in use: a worker opens its own, and they are equal."""
        stores.log.append(0, 0, [added(1, "anna")])
        copy = pickle.loads(pickle.dumps(stores))
        assert copy == stores
        assert hash(copy) == hash(stores)
        assert vars(copy).keys() < vars(stores).keys()
        assert copy.log.tail(0) == 1


@pytest.mark.slow
def test_mongo_stores_connect_to_nothing_until_they_are_asked() -> None:
    """Nor does their text show the address, which may hold a password."""
    stores_module = pytest.importorskip(
        "cinestats.adapters.mongo.stores", reason="The extra distributed is not installed."
    )
    stores = stores_module.MongoStores("mongodb://u:secret@127.0.0.1:1", "d", "films", ROME)
    assert "secret" not in repr(stores)
    assert len(list(stores.checks())) == 2
    assert pickle.loads(pickle.dumps(stores)) == stores
    with pytest.raises(StoreUnavailable, match="cannot be reached"):
        _ = stores.log
