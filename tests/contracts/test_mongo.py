"""The MongoDB adapters keep the ports' contracts, on a server that speaks its protocol."""

import itertools
import os
from collections.abc import Callable, Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest

if os.environ.get("CI") != "true":
    pytest.importorskip("pymongo", reason="The extra distributed is not installed.")

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from cinestats.adapters.mongo.catalogue import MongoCatalogue
from cinestats.adapters.mongo.database import MongoDatabase
from cinestats.adapters.mongo.dead_letters import MongoDeadLetters
from cinestats.adapters.mongo.diary_store import MongoDiaryStore
from cinestats.adapters.mongo.event_log import MongoEventLog
from cinestats.adapters.mongo.read_models import MongoReadModels
from cinestats.application.catalogue.ports import FilmQuery, Found, Loaded
from cinestats.application.ports import StoreBusy, StoreUnavailable
from cinestats.domain import projections
from stack.mongo import Mongo

from .builders import added
from .catalogue import VERTIGO, CatalogueContract, film, near
from .dead_letters import DeadLettersContract
from .decades import WITH_DECADES
from .diary_store import DiaryStoreContract
from .event_log import EventLogContract
from .exactness import ExactnessMachine
from .interrupted import InterruptedMachine, Opened
from .learning import LearningContract
from .read_models import ReadModelsContract

ROME = ZoneInfo("Europe/Rome")
_numbers = itertools.count(1)

pytestmark = pytest.mark.distributed


def fresh_database(uri: str) -> MongoDatabase:
    """An empty database."""
    return MongoDatabase(uri, f"test{next(_numbers)}")


class _Server:
    @pytest.fixture(autouse=True)
    def _database(self, mongo: Mongo) -> Iterator[None]:
        self.database = fresh_database(mongo.uri)
        yield
        self.database.drop()


class TestMongoEventLog(_Server, EventLogContract):
    def make(self, partitions: int = 1) -> MongoEventLog:  # type: ignore[override]
        return MongoEventLog(self.database, partitions)

    def test_a_log_keeps_its_number_of_partitions(self) -> None:
        """Opening it with another number is refused with what to do."""
        self.make(partitions=2)
        with pytest.raises(StoreUnavailable, match="has 2 partitions, not 3"):
            self.make(partitions=3)

    def test_an_erased_user_is_named_nowhere(self) -> None:
        """Neither bodies nor ids are left in the collection."""
        log = self.make()
        log.append(0, 0, [added(n, "somebody-private") for n in range(3)])
        log.append(0, 3, [added(3, "somebody-private")])
        assert log.erase("somebody-private", 4) == 4
        assert "somebody-private" not in str(self.database.find("events", {}))

    def test_an_erased_id_can_be_used_again(self) -> None:
        """The log has forgotten it."""
        log = self.make()
        log.append(0, 0, [added(1), added(2)])
        log.erase("u1", 2)
        log.append(0, 2, [added(1)])
        found = log.find("u1", "add-u1-1")
        assert found is not None
        assert found.position == 3


class TestMongoDiaryStore(_Server, DiaryStoreContract):
    def make(self) -> MongoDiaryStore:
        return MongoDiaryStore(self.database)


class TestMongoReadModels(_Server, ReadModelsContract):
    def make(self) -> MongoReadModels:  # type: ignore[override]
        models = MongoReadModels(self.database, ROME)
        models.create_indexes()
        return models


class TestMongoDeadLetters(_Server, DeadLettersContract):
    def make(self) -> MongoDeadLetters:
        letters = MongoDeadLetters(self.database)
        letters.create_indexes()
        return letters


class TestMongoCatalogue(_Server, CatalogueContract, LearningContract):
    def make(self) -> MongoCatalogue:
        catalogue = MongoCatalogue(self.database)
        catalogue.create_indexes()
        return catalogue

    @pytest.mark.parametrize("year", [1958, None])
    def test_a_load_by_another_process_is_seen_at_once(self, year: int | None) -> None:
        """What a search has kept in memory is not used for newer content."""
        searching, loading = self.make(), self.make()
        loading.load([VERTIGO])
        typing_error = FilmQuery("La donna che vise due volte", year)
        assert searching.find(typing_error) == near(VERTIGO)
        loading.load([film("Metropolis", 1927)], replace=True)
        assert searching.find(typing_error) is None
        loading.load([VERTIGO])
        assert searching.find(typing_error) == near(VERTIGO)

    def test_the_films_of_a_load_that_was_killed_are_not_seen(self) -> None:
        """Until the last write they are of a generation that nobody reads."""
        catalogue = self.make()
        catalogue.load([VERTIGO])
        with pytest.MonkeyPatch.context() as patch:
            before_the_last_write(patch, _killed)
            with pytest.raises(KeyboardInterrupt):
                catalogue.load([film("Vertigo", 1958, duration=1), film("Metropolis", 1927)])
        assert self.make().size() == 1
        assert self.make().find(FilmQuery("Vertigo", 1958)) == Found(VERTIGO)
        assert self.make().find(FilmQuery("Metropolis", 1927)) is None
        assert catalogue.load([film("Metropolis", 1927)]) == Loaded(1, 0, 2)

    def test_a_load_that_begins_beside_another_takes_none_of_its_films(self) -> None:
        """It clears away what was loaded before: the first is refused, and nothing is lost."""
        first, second = self.make(), self.make()
        first.load([VERTIGO])

        def begin_and_die() -> None:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(MongoDatabase, "write_all", _killed)
                with pytest.raises(KeyboardInterrupt):
                    second.load([film("Metropolis", 1927)])

        with pytest.MonkeyPatch.context() as patch:
            before_the_last_write(patch, begin_and_die)
            with pytest.raises(StoreBusy):
                first.load([film("Metropolis", 1927)])
        assert first.find(FilmQuery("Vertigo", 1958)) == Found(VERTIGO)
        assert first.load([film("Metropolis", 1927)]) == Loaded(1, 0, 2)


def before_the_last_write(patch: pytest.MonkeyPatch, happens: Callable[[], object]) -> None:
    """Let something happen before the next load's films become the current ones."""
    update, waiting = MongoDatabase.update, [happens]

    def updated(self: MongoDatabase, *what: Any, **options: Any) -> Any:
        if "size" in what[2].get("$set", ()) and waiting:
            waiting.pop()()
        return update(self, *what, **options)

    patch.setattr(MongoDatabase, "update", updated)


def _killed(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


class MongoMachine(ExactnessMachine):
    uri: str

    def __init__(self) -> None:
        super().__init__()
        self.database = fresh_database(self.uri)
        self.diaries_made: list[MongoDatabase] = []

    def make_log(self) -> MongoEventLog:
        return MongoEventLog(self.database)

    def make_diaries(self) -> MongoDiaryStore:
        self.diaries_made.append(fresh_database(self.uri))
        return MongoDiaryStore(self.diaries_made[-1])

    def make_models(self) -> MongoReadModels:
        return MongoReadModels(self.database, ROME)

    def teardown(self) -> None:
        super().teardown()
        for database in (self.database, *self.diaries_made):
            database.drop()


class MongoInterruptedMachine(InterruptedMachine):
    uri: str

    def __init__(self) -> None:
        super().__init__()
        self.database = fresh_database(self.uri)

    def open_stores(self) -> Opened:
        return Opened(
            MongoEventLog(self.database),
            MongoDiaryStore(self.database),
            MongoReadModels(self.database, ROME),
            MongoCatalogue(self.database),
        )

    def teardown(self) -> None:
        self.database.drop()


def _run_machine(
    mongo: Mongo,
    examples: int,
    machine: type[MongoMachine | MongoInterruptedMachine] = MongoMachine,
    steps: int = 40,
) -> None:
    machine.uri = mongo.uri
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_mongo_is_exact(mongo: Mongo) -> None:
    """Whatever happens, in whatever order: what is counted equals a recompute."""
    _run_machine(mongo, 100)


def test_a_command_that_a_crash_breaks_off_is_run_again(mongo: Mongo) -> None:
    """And ends as if nothing had happened."""
    _run_machine(mongo, 40, MongoInterruptedMachine, steps=12)


def test_a_projection_that_is_registered_is_exact(
    mongo: Mongo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever happens, in whatever order; rebuild and verify know of it."""
    monkeypatch.setattr(projections, "PROJECTIONS", WITH_DECADES)
    _run_machine(mongo, 10)
