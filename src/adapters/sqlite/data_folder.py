"""The folder of the embedded product: its files, and who uses them."""

import errno
import sqlite3
from collections.abc import Generator, Mapping
from contextlib import closing, contextmanager, suppress
from operator import itemgetter
from pathlib import Path
from tempfile import TemporaryFile

from cinestats.adapters import own
from cinestats.adapters.places import POSITION
from cinestats.application.ports import StoreBusy, StoreDamaged, StoreFull, StoreUnavailable

from . import (
    access,
    catalogue_rows,
    diary_store,
    event_log,
    followed,
    lists,
    read_models,
    relay_positions,
    webhooks,
)
from .database import can_write, reading, refuse_newer, written_anew
from .errors import FAULTS, in_our_words, no_room, not_writable

LOCK = "in-use.lock"
_TAKE_SECONDS = 5.0
_PROBE_BYTES = 64 * 1024


FORMS: Mapping[str, int] = {
    "log.db": event_log.FORM,
    "diary.db": diary_store.FORM,
    "views.db": read_models.FORM,
    "catalog.db": catalogue_rows.FORM,
    "relay.db": relay_positions.FORM,
    "access.db": access.FORM,
    "webhooks.db": webhooks.FORM,
    "followed.db": followed.FORM,
    "lists.db": lists.FORM,
}
"""Every file and the form that this version reads; a new store is a line here."""
DERIVED = ("diary.db", "views.db")
"""What is made anew from the log."""
SAVED = tuple(name for name in FORMS if name not in (*DERIVED, "relay.db"))
"""What a backup of everything holds. (How far a topic is, only the live file knows.)"""
_SEEN = {
    "diary.db": "SELECT max(position) FROM positions",
    "views.db": "SELECT max(position) FROM checkpoints",
    "webhooks.db": "SELECT max(position) FROM webhooks",
    "relay.db": "SELECT max(position) FROM published",
}
"""How far in the log each of those that follow it has come."""


class DataFolder:
    """Where the files are. The log is the truth; diary and views can be dropped any time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.log = path / "log.db"
        self.diary = path / "diary.db"
        self.views = path / "views.db"
        self.catalogue = path / "catalog.db"
        self.relay = path / "relay.db"
        self.access = path / "access.db"
        self.webhooks = path / "webhooks.db"
        self.followed = path / "followed.db"
        self.lists = path / "lists.db"

    def refuse_foreign(self) -> None:
        """Raise StoreUnavailable for what somebody else may have put here; write nothing."""
        own.refuse_open_folder(self.path)
        stores = [file for file in vars(self).values() if file != self.path]
        for file in (*stores, self.path / LOCK):
            for suffix in ("", "-journal", "-wal", "-shm"):
                own.refuse_foreign_file(file.with_name(file.name + suffix))

    def hindrance(self) -> str | None:
        """Why nothing can be written here, in one sentence; None when that is possible."""
        try:
            with in_our_words(self.path):
                self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
                with TemporaryFile(dir=self.path) as file:
                    file.write(bytes(_PROBE_BYTES))
        except StoreFull as error:
            return str(error)
        except StoreUnavailable:
            return f"Nothing can be written: {not_writable(self.path)}"
        return None

    def refuse_newer(self) -> None:
        """Raise StoreUnavailable when a later version wrote any of the files; write nothing."""
        for name, form in FORMS.items():
            with suppress(*FAULTS):  # whoever opens a damaged file tells it
                refuse_newer(self.path / name, form)
        with suppress(*FAULTS):
            event_log.refuse_newer_events(self.log)

    def refuse_short_log(self) -> None:
        """Raise StoreUnavailable when others have seen more than is in the log."""
        seen = {name: _number(self.path / name, sql) or 0 for name, sql in _SEEN.items()}
        end = _number(self.log, _END, missing=0) if self.log.exists() else 0
        if end is None:
            return  # whoever opens a damaged file tells it
        name, most = max(seen.items(), key=itemgetter(1))
        if most <= end:
            return
        if not self.log.exists():
            raise StoreUnavailable(
                f"The log {self.log} is missing, but {name} was made from its first {most:,}"
                " events: put it back, or a backup with cinestats restore FILE; to begin anew,"
                " set CINESTATS_DATA_DIR to an empty folder."
            )
        raise StoreUnavailable(
            f"The log {self.log} ends at position {end}, but {name} has seen position {most}:"
            " its end is missing, or an older copy was put in its place. Put a backup back with"
            f" cinestats restore FILE, or, if you mean this log, cinestats restore {self.log}."
        )

    @contextmanager
    def in_use(self) -> Generator[None]:
        """Use the files beside others; nobody can put a log back meanwhile."""
        if not can_write(self.path / LOCK) and not (self.path / LOCK).exists():
            yield  # nor can who has the same rights put a log back
            return
        with self._lock(_TAKE_SECONDS) as connection:
            connection.execute("BEGIN")
            connection.execute("SELECT 1 FROM sqlite_master").fetchall()
            yield

    def sweep(self) -> None:
        """Write the files anew that hold names, without what lies in their freed bytes.

        SQLite overwrites what is deleted (``secure_delete``), but copies that it left while
        an index grew stay between the rows. Raises StoreBusy and StoreFull.
        """
        for name in FORMS:
            if name != "relay.db" and (self.path / name).exists():  # which has numbers alone
                written_anew(self.path / name)

    @contextmanager
    def alone(self) -> Generator[None]:
        """Use the files while nobody else does; raises StoreBusy where somebody does."""
        with self._lock(0) as lock:
            lock.execute("BEGIN EXCLUSIVE")
            yield

    @contextmanager
    def _lock(self, seconds: float) -> Generator[sqlite3.Connection]:
        # SQLite's own file locks: they end with their process and work on every system.
        path = self.path / LOCK
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            if can_write(path):
                own.make_private(path)
                mode = "rw"
            else:
                mode = "ro"
            lock = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode={mode}",
                timeout=seconds,
                isolation_level=None,
                check_same_thread=False,
                uri=True,
            )
            with closing(lock):
                if mode == "rw":
                    lock.execute("PRAGMA journal_mode=DELETE")
                yield lock
        except (sqlite3.DatabaseError, OSError) as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY:
                raise StoreBusy(
                    f"The data folder {self.path} is in use; stop the server and other"
                    " cinestats commands first."
                ) from error
            if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_FULL or (
                getattr(error, "errno", None) == errno.ENOSPC
            ):
                raise no_room(path) from error
            reason = error.strerror if isinstance(error, OSError) else error
            if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_NOTADB:
                reason = "in-use.lock in it is damaged; delete it while no cinestats runs"
            raise StoreUnavailable(
                f"Cannot use the data folder {self.path}: {reason}."
            ) from error


def drop(path: Path) -> None:
    """Remove a SQLite file with all that SQLite keeps beside it."""
    for suffix in ("", "-journal", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


_END = f"SELECT coalesce(max(place), 0) & {POSITION} FROM events"


def _number(path: Path, sql: str, missing: int | None = None) -> int | None:
    """A number in a file; None where there is none, or where the file is damaged."""
    if not path.exists():
        return None
    try:
        with reading(path) as file:
            ((number,),) = file.execute(sql).fetchall()
    except FAULTS as error:
        return missing if "no such table" in str(error) else None
    return number if isinstance(number, int) else None


def check_log(path: Path) -> int:
    """The number of events in a log's file; StoreUnavailable unless the file is sound.

    Looks at the file and at positions; upkeep/integrity.py looks at every event.
    """
    if not path.is_file():
        raise StoreUnavailable(f"There is no file {path}.")
    try:
        with reading(path) as connection:
            ((verdict,), *_) = connection.execute("PRAGMA quick_check(1)").fetchall()
            count, gapless = connection.execute(
                "SELECT coalesce(sum(n), 0), coalesce(min(n = last), 1) FROM ("
                "SELECT count(*) AS n, max(place) & ((1 << 40) - 1) AS last"
                " FROM events GROUP BY place >> 40)"
            ).fetchone()
        refuse_newer(path, event_log.FORM)
        event_log.refuse_newer_events(path)
    except FAULTS as error:
        raise StoreDamaged(f"{path} is no log of cinestats: {error}.") from error
    if verdict != "ok" or not gapless:
        reason = "positions are missing" if verdict == "ok" else verdict
        raise StoreDamaged(f"The log {path} is damaged: {reason}.")
    return int(count)
