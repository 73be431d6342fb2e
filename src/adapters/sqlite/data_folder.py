"""The folder of the embedded product: its files, who uses them, and a log put back."""

import errno
import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile

from cinestats.adapters import own
from cinestats.application.ports import StoreBusy, StoreDamaged, StoreFull, StoreUnavailable

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
from .database import (
    can_write,
    in_our_words,
    no_room,
    not_writable,
    reading,
    refuse_newer,
    written_anew,
)

LOCK = "in-use.lock"
_TAKE_SECONDS = 5.0
_PROBE_BYTES = 64 * 1024


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
        named = (
            self.log,
            self.diary,
            self.views,
            self.lists,
            self.access,
            self.webhooks,
            self.followed,
        )
        for path in named:
            if path.exists():
                written_anew(path)

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
        except (sqlite3.OperationalError, OSError) as error:
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
        raise StoreDamaged(f"{path} is no log of cinestats: {error}.") from error
    if verdict != "ok" or not gapless:
        reason = "positions are missing" if verdict == "ok" else verdict
        raise StoreDamaged(f"The log {path} is damaged: {reason}.")
    return int(count)
