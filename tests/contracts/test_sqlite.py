"""The SQLite adapters keep the ports' contracts."""

import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from cinestats.adapters.sqlite.database import Database
from cinestats.adapters.sqlite.diary_store import SqliteDiaryStore
from cinestats.adapters.sqlite.event_log import SqliteEventLog
from cinestats.adapters.sqlite.read_models import SqliteReadModels
from cinestats.application.ports import StoreUnavailable

from .builders import added
from .diary_store import DiaryStoreContract
from .event_log import EventLogContract
from .exactness import ExactnessMachine
from .read_models import ReadModelsContract


class _Files:
    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path: Path) -> Iterator[None]:
        self.folder = tmp_path
        self.opened: list[SqliteEventLog | SqliteDiaryStore | SqliteReadModels] = []
        yield
        for store in self.opened:
            store.close()


class TestSqliteEventLog(_Files, EventLogContract):
    def make(self, partitions: int = 1) -> SqliteEventLog:  # type: ignore[override]
        log = SqliteEventLog(self.folder / "log.db", partitions)
        self.opened.append(log)
        return log

    def test_a_log_keeps_its_number_of_partitions(self) -> None:
        """Opening it with another number is refused with what to do."""
        self.make(partitions=2)
        with pytest.raises(StoreUnavailable, match="has 2 partitions, not 3"):
            self.make(partitions=3)

    def test_erased_bodies_are_gone_from_the_file(self) -> None:
        """Not even the raw bytes of the file hold the user's name afterwards."""
        log = self.make()
        log.append(0, 0, [added(n, "somebody-private") for n in range(50)])
        path = self.folder / "log.db"
        assert b"somebody-private" in path.read_bytes()
        log.erase("somebody-private", 50)
        assert b"somebody-private" not in path.read_bytes()

    def test_a_file_that_is_no_database_is_named(self) -> None:
        """The error says which file."""
        (self.folder / "log.db").write_bytes(b"not a database, but long enough to be read" * 9)
        with pytest.raises(StoreUnavailable, match=r"log\.db"):
            self.make()


class TestSqliteDiaryStore(_Files, DiaryStoreContract):
    def make(self) -> SqliteDiaryStore:
        store = SqliteDiaryStore(self.folder / "diary.db")
        self.opened.append(store)
        return store


class TestSqliteReadModels(_Files, ReadModelsContract):
    def make(self) -> SqliteReadModels:  # type: ignore[override]
        models = SqliteReadModels(self.folder / "views.db")
        self.opened.append(models)
        return models


class SqliteMachine(ExactnessMachine):
    """Every process after a crash opens the same files again."""

    def __init__(self) -> None:
        super().__init__()
        self.temporary = tempfile.TemporaryDirectory()
        self.folder = Path(self.temporary.name)
        self.opened: list[SqliteEventLog | SqliteDiaryStore | SqliteReadModels] = []
        self.diary_files = 0

    def make_log(self) -> SqliteEventLog:
        log = SqliteEventLog(self.folder / "log.db")
        self.opened.append(log)
        return log

    def make_diaries(self) -> SqliteDiaryStore:
        self.diary_files += 1
        store = SqliteDiaryStore(self.folder / f"diary{self.diary_files}.db")
        self.opened.append(store)
        return store

    def make_models(self) -> SqliteReadModels:
        models = SqliteReadModels(self.folder / "views.db")
        self.opened.append(models)
        return models

    def teardown(self) -> None:
        super().teardown()
        for store in self.opened:
            store.close()
        self.temporary.cleanup()


TestSqliteExactness = SqliteMachine.TestCase
TestSqliteExactness.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)


def test_every_file_is_for_one_user_of_the_system(tmp_path: Path) -> None:
    """Whatever folder it lies in: diaries and keys of webhooks are nobody else's business."""
    folder = tmp_path / "new"
    database = Database(folder / "some.db", "CREATE TABLE some (x)", durable=True)
    with database.transaction() as connection:
        connection.execute("INSERT INTO some VALUES (1)")
        modes = {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert modes == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    database.close()
