"""The folder of the embedded product: its files, who uses them, and a log put back."""

import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from cinestats.application.ports import StoreBusy, StoreUnavailable

from . import (
    access,
    catalogue,
    diary_store,
    event_log,
    followed,
    lists,
    read_models,
    relay_positions,
    webhooks,
)
from .database import reading, refuse_newer

_TAKE_SECONDS = 5.0


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

    def refuse_newer(self) -> None:
        """Raise StoreUnavailable when a later version wrote any of the files; write nothing."""
        for path, form in (
            (self.log, event_log.FORM),
            (self.diary, diary_store.FORM),
            (self.views, read_models.FORM),
            (self.catalogue, catalogue.FORM),
            (self.relay, relay_positions.FORM),
            (self.access, access.FORM),
            (self.webhooks, webhooks.FORM),
            (self.followed, followed.FORM),
            (self.lists, lists.FORM),
        ):
            with suppress(sqlite3.DatabaseError):  # whoever opens a damaged file tells it
                refuse_newer(path, form)
        with suppress(sqlite3.DatabaseError):
            event_log.refuse_newer_events(self.log)

    @contextmanager
    def in_use(self) -> Generator[None]:
        """Use the files beside others; nobody can put a log back meanwhile."""
        with self._lock(_TAKE_SECONDS) as connection:
            connection.execute("BEGIN")
            connection.execute("SELECT 1 FROM sqlite_master").fetchall()
            yield

    def restore(self, backup: Path) -> int:
        """Replace the log by ``backup`` and drop what is derived from it.

        Returns the number of events now in the log. Raises StoreBusy while anybody uses the
        folder and StoreUnavailable when ``backup`` is no sound log; then nothing changes.
        """
        self.refuse_newer()
        with self._lock(0) as lock:
            lock.execute("BEGIN EXCLUSIVE")
            count = check_log(backup)
            copy = self.path / "log.db.restored"
            drop(copy)
            copy.touch(mode=0o600)
            with reading(backup) as source, closing(sqlite3.connect(copy)) as target:
                source.backup(target)
            drop(self.diary)
            drop(self.views)
            drop(self.log)  # a journal of the old log must not be applied to the new one
            copy.replace(self.log)
            return count

    @contextmanager
    def _lock(self, seconds: float) -> Generator[sqlite3.Connection]:
        # SQLite's own file locks: they end with their process and work on every system.
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = sqlite3.connect(
                self.path / "in-use.lock",
                timeout=seconds,
                isolation_level=None,
                check_same_thread=False,
            )
            with closing(lock):
                lock.execute("PRAGMA journal_mode=DELETE")
                yield lock
        except (sqlite3.OperationalError, OSError) as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY:
                raise StoreBusy(
                    f"The data folder {self.path} is in use; stop the server and other"
                    " cinestats commands first."
                ) from error
            reason = error.strerror if isinstance(error, OSError) else error
            raise StoreUnavailable(
                f"Cannot use the data folder {self.path}: {reason}."
            ) from error


def drop(path: Path) -> None:
    """Remove a SQLite file with all that SQLite keeps beside it."""
    for suffix in ("", "-journal", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def check_log(path: Path) -> int:
    """The number of events in a log's file; StoreUnavailable unless the file is sound."""
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
    except sqlite3.DatabaseError as error:
        raise StoreUnavailable(f"{path} is no log of cinestats: {error}.") from error
    if verdict != "ok" or not gapless:
        reason = "positions are missing" if verdict == "ok" else verdict
        raise StoreUnavailable(f"The log {path} is damaged: {reason}.")
    return int(count)
