"""One SQLite file: connections, transactions, and errors in the application's words."""

import os
import sqlite3
import threading
import weakref
from collections.abc import Callable, Generator, Sequence
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path
from typing import Any, TypeVar

import cinestats
from cinestats.application.ports import StoreDamaged, StoreUnavailable

from .errors import BUSY_SECONDS, FAULTS, in_our_words, not_writable, stays_locked, told_by

# Before these releases a checkpoint could reset a WAL that was still being read and lose
# committed pages; such a SQLite gets a rollback journal instead.
_WAL_IS_SAFE = sqlite3.sqlite_version_info >= (3, 51, 3) or sqlite3.sqlite_version_info in (
    (3, 44, 6),
    (3, 50, 7),
)
JOURNAL_MODE = "WAL" if _WAL_IS_SAFE else "DELETE"
_Values = TypeVar("_Values", bound=Sequence[Any])
NO_VALUE = (AttributeError, KeyError, IndexError, TypeError, ValueError)
"""What reading a row raises that is not as it was written."""
APPLICATION_ID = 0x63696E65  # "cine", in the header of every file that has a form number


_COUNTED = "catalog.db"
_RECOVERING = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN)


def can_write(path: Path) -> bool:
    """Whether a file, and what SQLite keeps beside it, can be written; also one to be made."""
    parent = next(each for each in path.parents if each.exists())
    return os.access(parent, os.W_OK | os.X_OK) and (
        not path.exists() or os.access(path, os.W_OK)
    )


@contextmanager
def reading(path: Path) -> Generator[sqlite3.Connection]:
    """The file, to be read only; what a crash left half written is taken back before."""
    with closing(open_to_read(path)) as file:
        yield file


def open_to_read(path: Path, busy_seconds: float = BUSY_SECONDS) -> sqlite3.Connection:
    """A connection that writes nothing, but what a crash left half written is taken back.

    Where that cannot be, because nothing can be written, StoreUnavailable says so.
    """

    def opened(options: str) -> sqlite3.Connection:
        file = sqlite3.connect(
            f"{path.absolute().as_uri()}?{options}",
            timeout=busy_seconds,
            isolation_level=None,
            check_same_thread=False,
            uri=True,
        )
        try:
            file.execute("SELECT 1 FROM sqlite_schema").fetchone()
        except sqlite3.Error:
            file.close()
            raise
        return file

    try:
        return opened("mode=ro")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF not in _RECOVERING:
            raise
    if can_write(path):
        opened("mode=rw").close()
        return opened("mode=ro")
    for suffix in ("-wal", "-journal"):
        half = path.with_name(path.name + suffix)
        if half.exists() and half.stat().st_size:
            raise StoreUnavailable(
                f"{half} holds what was written last, and only who may write {path.parent} can"
                " take it over: make the folder writable, and run cinestats once."
            )
    return opened("mode=ro&immutable=1")  # a WAL's file needs one beside it, which is not there


def form_of(path: Path) -> int | None:
    """The form of a file's content: 0 from before there were forms, None without a file.

    Then the header held 1 at most, but for the catalogue, which counted its loads there.
    """
    if not path.exists():
        return None
    with reading(path) as file:
        ((application,),) = file.execute("PRAGMA application_id").fetchall()
        ((form,),) = file.execute("PRAGMA user_version").fetchall()
    if application == APPLICATION_ID or (form > 1 and path.name != _COUNTED):
        return int(form)
    return 0


def refuse_newer(path: Path, form: int) -> int | None:
    """The form of the file; raises StoreUnavailable when a later version wrote it."""
    found = form_of(path)
    if found is not None and found > form:
        raise StoreUnavailable(
            f"{path} has form {found}, of a newer cinestats; this is {cinestats.__version__},"
            f" which reads form {form}: upgrade cinestats. If no newer one was ever used here,"
            " the file is damaged: move it away, and put a backup back with cinestats restore."
        )
    return found


class _Held:
    """A thread's connection; closed when the thread ends, as servers' threads come and go."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def __del__(self) -> None:
        self.connection.close()


class Database:
    """A SQLite file with one connection a thread; no other user of the system may read it.

    With ``durable`` a commit is on the disk when it returns (``synchronous=FULL``); without
    it, a power cut may cost the file, so use that only for what can be rebuilt. With
    ``overwrite`` nothing that was deleted can be found in the file.

    ``form`` is the number of what ``schema`` makes, and rises with it. A file of an earlier
    form is handed to ``upgrade``; one that can be rebuilt begins anew, empty. One of a later
    form is refused, with StoreUnavailable.

    Threads wait for each other's locks here: in SQLite who is kept out sleeps, ever longer, up
    to a tenth of a second at a time.
    """

    def __init__(
        self,
        path: Path,
        schema: str,
        *,
        form: int,
        durable: bool,
        upgrade: Callable[[sqlite3.Connection], None] | None = None,
        overwrite: bool = False,
        busy_seconds: float = BUSY_SECONDS,
    ) -> None:
        self.path = path
        self._durable = durable
        self._overwrite = overwrite
        self._busy_seconds = busy_seconds
        self._writing = threading.Lock()
        # A commit and a read keep each other out, unless there is a WAL.
        self._turn = nullcontext() if _WAL_IS_SAFE else threading.Lock()
        self._local = threading.local()
        self._all: weakref.WeakSet[_Held] = weakref.WeakSet()
        self.read_only = not can_write(path)
        with self._translated():
            if self.read_only:
                self._refuse_unwritten(refuse_newer(path, form), form)
                return
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if refuse_newer(path, form) == form:
                return
            if not path.exists():
                path.touch(mode=0o600)  # SQLite gives the files beside it the same mode
        with self.transaction() as connection:
            if form_of(path) == form:  # another process was faster
                return
            if upgrade is not None:
                upgrade(connection)
            elif not durable:
                drop_tables(connection)
            for statement in schema.split(";"):
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {form}")

    def _refuse_unwritten(self, found: int | None, form: int) -> None:
        """Refuse a file that is not as this version writes it, and cannot become so."""
        if found != form:
            what = "is not there" if found is None else f"is of form {found}, not {form}"
            raise StoreUnavailable(f"{self.path} {what}, and {not_writable(self.path.parent)}")

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """All rows of one statement: one consistent view of the file."""
        try:
            with self._turn:
                return self._connection().execute(sql, parameters).fetchall()
        except FAULTS as error:
            raise told_by(self.path, self._busy_seconds, error) from error

    def number(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        """The whole number that a statement finds; 0 without a row."""
        rows = self.query(sql, parameters)
        with self.decoding():
            (value,) = numbers(rows[0]) if rows else (0,)
        return int(value)

    def rows(self, sql: str, /, **parameters: Any) -> list[dict[str, Any]]:
        """The rows of one statement, by the names of their columns."""
        with self._translated(), self._turn:
            cursor = self._connection().execute(sql, parameters)
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor]

    @contextmanager
    def decoding(self) -> Generator[None]:
        """Raise StoreDamaged when what was read is not as it was written."""
        try:
            yield
        except NO_VALUE as error:
            raise StoreDamaged(
                f"The store {self.path} is damaged: a row in it cannot be read;"
                " cinestats doctor --deep says what to do."
            ) from error

    def execute(self, sql: str, /, **parameters: Any) -> int:
        """Run one statement in a transaction; returns how many rows it changed."""
        with self.transaction() as connection:
            return connection.execute(sql, parameters).rowcount

    @contextmanager
    def transaction(self) -> Generator[sqlite3.Connection]:
        """A write transaction: committed at the end, rolled back when an error passes.

        Raises StoreBusy when the lock is not had in time, StoreFull when the disk is full.
        """
        if self.read_only:
            raise StoreUnavailable(f"Nothing was written: {not_writable(self.path.parent)}")
        with self._translated(), self._only_writer():
            connection = self._connection()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                with self._turn:
                    connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    @contextmanager
    def snapshot(self) -> Generator[sqlite3.Connection]:
        """A read transaction: several statements, one view of the file."""
        with self._translated():
            connection = self._connection()
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                connection.execute("ROLLBACK")

    def backup(self, target: Path) -> None:
        """Copy the file to ``target`` as it stands at one moment, while writes go on."""
        with self._translated(), closing(sqlite3.connect(target)) as copy:
            self._connection().backup(copy)

    def close(self) -> None:
        """Close every thread's connection."""
        while self._all:
            self._all.pop().connection.close()
        self._local = threading.local()

    def _connection(self) -> sqlite3.Connection:
        held: _Held | None = getattr(self._local, "held", None)
        if held is None and self.read_only:
            connection = open_to_read(self.path, self._busy_seconds)
            held = self._local.held = _Held(connection)
            self._all.add(held)
        elif held is None:
            connection = sqlite3.connect(
                self.path,
                timeout=self._busy_seconds,
                isolation_level=None,
                check_same_thread=False,  # close() ends the connections of other threads
            )
            connection.execute(f"PRAGMA journal_mode={JOURNAL_MODE}")
            connection.execute(f"PRAGMA synchronous={'FULL' if self._durable else 'OFF'}")
            connection.execute("PRAGMA cache_size=-32768")  # KiB
            if self._overwrite:
                connection.execute("PRAGMA secure_delete=ON")
            held = self._local.held = _Held(connection)
            self._all.add(held)
        return held.connection

    @contextmanager
    def _only_writer(self) -> Generator[None]:
        if not self._writing.acquire(timeout=self._busy_seconds):
            raise stays_locked(self.path, self._busy_seconds)
        try:
            yield
        finally:
            self._writing.release()

    @contextmanager
    def _translated(self) -> Generator[None]:
        with in_our_words(self.path, self._busy_seconds):
            yield


def written_anew(path: Path) -> None:
    """Write a file anew, so that nothing is in it, or beside it, but what can be read."""
    with in_our_words(path), closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as file:
        file.execute("PRAGMA secure_delete = ON")
        file.execute("VACUUM")
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def numbers(values: _Values) -> _Values:
    """The values, all of them whole numbers; in a damaged file anything may stand for one."""
    for value in values:
        if type(value) is not int:
            raise TypeError(f"{value!r} is no whole number")
    return values


TABLES = (
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    " AND sql NOT LIKE 'CREATE VIRTUAL %'"
)
"""The tables that hold something; those of FTS5 have what they hold in others."""


def drop_tables(connection: sqlite3.Connection, keep: Sequence[str] = ()) -> None:
    """Remove every other table, with its content and its indexes."""
    tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    for (name,) in connection.execute(tables).fetchall():
        if name not in keep:
            connection.execute(f'DROP TABLE "{name}"')
