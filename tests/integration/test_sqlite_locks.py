"""A SQLite file that others hold locked."""

import sqlite3
import threading
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

import pytest

from cinestats.adapters.sqlite.database import Database
from cinestats.application.ports import StoreBusy

WAIT = 30.0


def make(folder: Path) -> Database:
    schema = "CREATE TABLE IF NOT EXISTS numbers (n INTEGER)"
    return Database(folder / "numbers.db", schema, form=1, durable=True, busy_seconds=0.2)


@contextmanager
def held_by_a_thread(database: Database) -> Generator[None]:
    """Another thread is in the middle of a transaction."""
    inside, go_on = threading.Event(), threading.Event()

    def write() -> None:
        with database.transaction() as connection:
            connection.execute("INSERT INTO numbers VALUES (1)")
            inside.set()
            assert go_on.wait(WAIT)

    thread = threading.Thread(target=write)
    thread.start()
    assert inside.wait(WAIT)
    try:
        yield
    finally:
        go_on.set()
        thread.join()


@contextmanager
def held_by_a_program(database: Database) -> Generator[None]:
    """As another process would hold it."""
    with closing(sqlite3.connect(database.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


@pytest.mark.parametrize("held", [held_by_a_thread, held_by_a_program])
def test_a_writer_who_is_kept_out_for_long_is_told(
    tmp_path: Path, held: Callable[[Database], AbstractContextManager[None]]
) -> None:
    """After the time that the store waits at most; afterwards it takes writes again."""
    database = make(tmp_path)
    busy = pytest.raises(StoreBusy, match=r"stayed locked for 0\.2 s")
    with held(database), busy, database.transaction():
        pytest.fail("two writers at once")
    with database.transaction() as connection:
        connection.execute("INSERT INTO numbers VALUES (2)")
    assert (2,) in database.query("SELECT n FROM numbers")
    database.close()


def test_a_reader_goes_on_beside_a_writer(tmp_path: Path) -> None:
    """Until it commits; what it has not committed is not seen."""
    database = make(tmp_path)
    with held_by_a_thread(database):
        assert database.query("SELECT n FROM numbers") == []
    assert database.query("SELECT n FROM numbers") == [(1,)]
    database.close()


def test_a_write_that_fails_lets_the_next_one_in(tmp_path: Path) -> None:
    """The lock does not outlive the transaction, whatever ended it."""
    database = make(tmp_path)
    with pytest.raises(ZeroDivisionError), database.transaction():
        raise ZeroDivisionError
    with database.transaction() as connection:
        connection.execute("INSERT INTO numbers VALUES (1)")
    assert database.query("SELECT n FROM numbers") == [(1,)]
    database.close()
