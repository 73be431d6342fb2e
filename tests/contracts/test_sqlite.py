"""The SQLite adapters keep the ports' contracts."""

import sqlite3
import stat
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import run_state_machine_as_test

from cinestats.adapters.sqlite import event_log
from cinestats.adapters.sqlite.catalogue import SqliteCatalogue
from cinestats.adapters.sqlite.database import Database
from cinestats.adapters.sqlite.diary_store import SqliteDiaryStore
from cinestats.adapters.sqlite.event_log import SqliteEventLog
from cinestats.adapters.sqlite.read_models import SqliteReadModels
from cinestats.application.figures.project import Projector
from cinestats.application.ports import StoreUnavailable
from cinestats.domain import projections
from cinestats.domain.affinity import Affinity
from cinestats.domain.user_stats import UserStats

from .builders import added, deleted, entry, rated, recorded
from .decades import DECADES, WITH_DECADES
from .diary_store import DiaryStoreContract
from .event_log import EventLogContract
from .exactness import ExactnessMachine
from .interrupted import InterruptedMachine, Opened
from .read_models import NOW, ReadModelsContract, batch


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

    @given(
        st.lists(
            st.tuples(
                st.integers(0, 1), st.sampled_from(("append", "erase")), st.integers(1, 4)
            ),
            max_size=8,
        )
    )
    def test_what_a_log_remembers_is_what_the_file_holds(
        self, steps: list[tuple[int, str, int]]
    ) -> None:
        """Two processes write and erase: each reads, at any position, what a third decodes."""
        with (
            tempfile.TemporaryDirectory() as folder,
            patch.object(event_log, "_REMEMBERED", 5),
            closing(SqliteEventLog(Path(folder) / "log.db")) as one,
            closing(SqliteEventLog(Path(folder) / "log.db")) as other,
            closing(SqliteEventLog(Path(folder) / "log.db")) as reader,
        ):
            for writer, what, n in steps:
                log, tail = (one, other)[writer], reader.tail(0)
                film = entry("e9", rating=7, watched_on=None)
                if what == "append":
                    kinds = (
                        added(tail, "a", of=film),
                        rated(tail, film, None),
                        deleted(tail, film),
                    )
                    log.append(0, tail, kinds[:n])
                else:
                    log.erase("a", n)
                for after in range(reader.tail(0) + 1):
                    for limit in range(1, 8):
                        expected = reader.read(0, after, limit)
                        assert list(one.read(0, after, limit)) == expected
                        assert list(other.read(0, after, limit)) == expected

    def test_what_was_appended_last_is_not_decoded(self) -> None:
        """The projector in the same process takes it as it is."""
        log, event = self.make(), added(1)
        log.append(0, 0, [event])
        assert log.read(0, 0, 10)[0].event is event


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

    def rows(self, sql: str) -> list[tuple[str]]:
        with closing(sqlite3.connect(self.folder / "views.db")) as connection:
            return connection.execute(sql).fetchall()

    @pytest.mark.parametrize("form", [0, 1])
    def test_a_file_of_a_form_before_is_counted_anew(self, form: int) -> None:
        """Its figures and checkpoints are dropped; the trends stay until the next are put."""
        with closing(sqlite3.connect(self.folder / "views.db")) as old:
            old.executescript(f"{_FORM_BEFORE}; PRAGMA user_version = {form}")
        log = SqliteEventLog(self.folder / "log.db")
        self.opened.append(log)
        log.append(0, 0, [added(1, rating=9), added(2, rating=None)])
        for _ in ("the first time", "again"):
            models = self.make()
            Projector(log, models, lambda: NOW).catch_up()
            stored = models.user_stats("u1")
            assert stored is not None
            assert stored.stats == UserStats(2, 1, 9, 296, {9: 1}, {(2025, 1): 2})
            assert [a.affinity for a in models.affinities("u1", "director")] == [
                Affinity(2, 1, 9)
            ]
            assert models.user_stats("u2") is None
            assert [count.plays for _, count in models.film_days(date.min)] == [2]
            assert models.checkpoint(0) == 2
        assert self.rows("SELECT id FROM global_stats") == [("global",)]

    def test_a_file_without_the_table_of_a_projection_is_counted_anew(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """One that was registered since; from then on the file is kept."""
        self.make().apply(batch(recorded([added(1)])))
        monkeypatch.setattr(projections, "PROJECTIONS", WITH_DECADES)
        models = self.make()
        assert models.checkpoint(0) == 0
        models.apply(batch(recorded([added(1)])))
        assert models.counts(DECADES, 0) == {"decades 2010": (1,)}
        assert self.make().checkpoint(0) == 1

    def test_counts_of_zero_are_left_out_of_statistics(self) -> None:
        """A month and a rating whose last play was deleted are not told."""
        models = self.make()
        gone, stays = added(1, rating=9), added(2, of=entry("e2", watched_on=date(2024, 5, 6)))
        models.apply(batch(recorded([gone, stays])))
        models.apply(batch(recorded([deleted(3, gone.entry)], after=2), base=2))
        stored = models.user_stats("u1")
        assert stored is not None
        assert stored.stats.monthly_counts == {(2024, 5): 1}
        assert set(stored.stats.rating_distribution) == {stays.entry.rating}

    def test_a_forgotten_user_is_gone_from_the_file(self) -> None:
        """Not even the raw bytes of the file hold the user's name afterwards."""
        models = self.make()
        events = [added(n, "somebody-private") for n in range(50)]
        models.apply(batch(recorded(events)))
        path = self.folder / "views.db"
        assert b"somebody-private" in path.read_bytes()
        gone = [
            deleted(50 + n, each.entry, "somebody-private") for n, each in enumerate(events)
        ]
        models.apply(batch(recorded(gone, after=50), base=50))
        models.forget_user("somebody-private", 0)
        assert b"somebody-private" not in path.read_bytes()

    def test_a_rebuild_leaves_the_affinities_their_index(self) -> None:
        """One, however often the models are replaced and opened."""
        for _ in range(3):
            models = self.make()
            for _ in range(2):
                assert models.replacement().adopt()
        of_affinities = "type = 'index' AND tbl_name = 'user_affinities' AND sql IS NOT NULL"
        assert len(self.rows(f"SELECT name FROM sqlite_schema WHERE {of_affinities}")) == 1


_FORM_BEFORE = """
CREATE TABLE checkpoints (partition INTEGER PRIMARY KEY, position INTEGER NOT NULL);
CREATE TABLE user_stats (
    user_id TEXT PRIMARY KEY, total_watched INTEGER NOT NULL, rated_count INTEGER NOT NULL,
    sum_ratings INTEGER NOT NULL, watch_time_minutes INTEGER NOT NULL,
    rating_distribution TEXT NOT NULL, monthly_counts TEXT NOT NULL,
    updated_at TEXT NOT NULL, position INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE user_affinities (
    user_id TEXT NOT NULL, type TEXT NOT NULL, name TEXT NOT NULL, plays INTEGER NOT NULL,
    rated_count INTEGER NOT NULL, rating_sum INTEGER NOT NULL,
    updated_at TEXT NOT NULL, position INTEGER NOT NULL,
    PRIMARY KEY (user_id, type, name)
) WITHOUT ROWID;
CREATE INDEX next_user_affinities_by_plays ON user_affinities (user_id, type, plays DESC);
CREATE TABLE global_days (
    day TEXT NOT NULL, film_key TEXT NOT NULL, partition INTEGER NOT NULL,
    count INTEGER NOT NULL, movie TEXT NOT NULL, position INTEGER NOT NULL,
    PRIMARY KEY (day, film_key, partition)
) WITHOUT ROWID;
CREATE TABLE global_stats (
    id TEXT PRIMARY KEY, document TEXT NOT NULL, updated_at TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO checkpoints VALUES (0, 1);
INSERT INTO user_stats VALUES
    ('u1', 1, 1, 9, 148, '[[9,1]]', '[[2025,1,1]]', '2025-03-01T09:00:00+00:00', 1),
    ('u2', 1, 1, 9, 148, '[[9,1]]', '[[2025,1,1]]', '2025-03-01T09:00:00+00:00', 1);
INSERT INTO user_affinities VALUES
    ('u1', 'director', 'Christopher Nolan', 1, 1, 9, '2025-03-01T09:00:00+00:00', 1);
INSERT INTO global_days VALUES
    ('2025-01-20', 'inception|2010', 0, 1, '["Inception",2010,[],null]', 1);
INSERT INTO global_stats VALUES ('global', '{}', '2025-03-01T09:00:00+00:00')
"""


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


TestSqliteExactness = pytest.mark.slow(SqliteMachine.TestCase)
TestSqliteExactness.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)


class SqliteInterruptedMachine(InterruptedMachine):
    """A process that dies closes nothing; the next opens its files."""

    def __init__(self) -> None:
        super().__init__()
        self.temporary = tempfile.TemporaryDirectory()
        self.opened: list[Opened] = []

    def open_stores(self) -> Opened:
        folder = Path(self.temporary.name)
        stores = Opened(
            SqliteEventLog(folder / "log.db"),
            SqliteDiaryStore(folder / "diary.db"),
            SqliteReadModels(folder / "views.db"),
            SqliteCatalogue(folder / "catalogue.db"),
        )
        self.opened.append(stores)
        return stores

    def teardown(self) -> None:
        for stores in self.opened:
            for store in stores:
                store.close()
        self.temporary.cleanup()


TestSqliteInterrupted = pytest.mark.slow(SqliteInterruptedMachine.TestCase)
TestSqliteInterrupted.settings = settings(
    max_examples=40, stateful_step_count=12, deadline=None
)


@pytest.mark.slow
def test_a_projection_that_is_registered_is_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever happens, in whatever order; rebuild and verify know of it."""
    monkeypatch.setattr(projections, "PROJECTIONS", WITH_DECADES)
    run_state_machine_as_test(
        SqliteMachine, settings=settings(max_examples=20, stateful_step_count=40, deadline=None)
    )


def test_every_file_is_for_one_user_of_the_system(tmp_path: Path) -> None:
    """Whatever folder it lies in: diaries and keys of webhooks are nobody else's business."""
    folder = tmp_path / "new"
    database = Database(folder / "some.db", "CREATE TABLE some (x)", form=1, durable=True)
    with database.transaction() as connection:
        connection.execute("INSERT INTO some VALUES (1)")
        modes = {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert modes == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    database.close()
