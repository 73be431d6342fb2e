"""Whether a folder and its files are the user's own: nobody else could have put them there.

Windows has neither owners nor modes that say so: there only links are refused.
"""

import os
import stat
import sys
from contextlib import suppress
from pathlib import Path

from cinestats.application.ports import StoreUnavailable

_ROOT = 0  # who can do everything need not be kept out


def refuse_open_folder(folder: Path) -> None:
    """Raise StoreUnavailable for a folder of somebody else, or that everybody can write."""
    status = _status(folder)
    if status is None:
        return
    _refuse_owner(folder, "The data folder", status.st_uid)
    if os.name == "posix" and status.st_mode & stat.S_IWOTH:
        raise StoreUnavailable(
            f"Everybody can write in the data folder {folder}, and so put files there:"
            f" chmod o-w {folder}, when all that is in it is yours."
        )


def refuse_link(path: Path) -> None:
    """Raise StoreUnavailable for a link, wherever it leads."""
    status = _status(path, follow_links=False)
    if status is not None and stat.S_ISLNK(status.st_mode):
        raise StoreUnavailable(
            f"{path} is a link, which could lead anywhere: put what it leads to there, or set"
            " CINESTATS_DATA_DIR to the folder that it is in."
        )


def refuse_foreign_file(file: Path) -> None:
    """Raise StoreUnavailable for a link, for what is no file, and for somebody else's file."""
    refuse_link(file)
    status = _status(file, follow_links=False)
    if status is not None:
        if not stat.S_ISREG(status.st_mode):
            raise StoreUnavailable(f"{file} is no file: move it away.")
        _refuse_owner(file, "The file", status.st_uid)


def make_private(file: Path) -> None:
    """Make the file, empty, or take away what others may do with it."""
    refuse_foreign_file(file)
    if not file.exists():
        with suppress(FileExistsError):  # another process was first
            os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    elif os.name == "posix" and file.stat().st_mode & 0o077:
        file.chmod(0o600)  # by its path: closing a descriptor would end SQLite's locks


def _status(path: Path, *, follow_links: bool = True) -> os.stat_result | None:
    """What is there; None where nothing is. Raises StoreUnavailable where nobody can look."""
    try:
        return path.stat(follow_symlinks=follow_links)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StoreUnavailable(f"Cannot use {path}: {error.strerror}.") from error


def _refuse_owner(path: Path, what: str, owner: int) -> None:
    if sys.platform != "win32" and owner not in (os.geteuid(), _ROOT):
        raise StoreUnavailable(
            f"{what} {path} belongs to another user of this system (id {owner}): run cinestats"
            " as that user, or set CINESTATS_DATA_DIR to a folder of your own."
        )
