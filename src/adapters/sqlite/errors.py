"""What goes wrong with a SQLite file, in the application's words."""

import errno
import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from cinestats.application.ports import StoreBusy, StoreDamaged, StoreFull, StoreUnavailable

BUSY_SECONDS = 5.0
_DAMAGED = (
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_ERROR,  # what SQLite takes for a wrong statement: tables may be lacking
)
FAULTS = (sqlite3.Error, UnicodeDecodeError)
"""What SQLite raises; the second where damage is in a name that its message quotes."""
_NO_ROOM = errno.ENOSPC, errno.EDQUOT, errno.EFBIG
_OURS = (sqlite3.IntegrityError, sqlite3.ProgrammingError)
"""A broken rule is the caller's to tell, and a wrong statement is a bug."""


@contextmanager
def in_our_words(path: Path, busy_seconds: float = BUSY_SECONDS) -> Generator[None]:
    """Raise what goes wrong with a file as StoreBusy, StoreFull or StoreUnavailable."""
    try:
        yield
    except (*FAULTS, OSError) as error:
        raise told_by(path, busy_seconds, error) from error


def told_by(
    path: Path, busy_seconds: float, error: sqlite3.Error | UnicodeDecodeError | OSError
) -> Exception:
    """The error of the application that an error of a file is."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return stays_locked(path, busy_seconds)
    if code == sqlite3.SQLITE_FULL or getattr(error, "errno", None) in _NO_ROOM:
        return no_room(path)
    if isinstance(error, _OURS):
        return error
    damaged = code in _DAMAGED and not isinstance(error, OSError)
    return (StoreDamaged if damaged else StoreUnavailable)(
        f"Cannot use the store {path}: {error}."
    )


def no_room(path: Path) -> StoreFull:
    """Nothing more can be written to the file, or to the folder."""
    return StoreFull(f"There is no room left to write {path.name}: free some on its disk.")


def not_writable(folder: Path) -> str:
    """The end of a sentence that says why nothing is written there."""
    return (
        f"the data folder {folder} is read-only for you; make it writable, or set"
        " CINESTATS_DATA_DIR to a folder that is."
    )


def stays_locked(path: Path, busy_seconds: float) -> StoreBusy:
    """Somebody else kept the file locked for longer than is waited."""
    return StoreBusy(f"The store {path.name} stayed locked for {busy_seconds:g} s; try again.")
