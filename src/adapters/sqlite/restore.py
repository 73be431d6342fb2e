"""Put a backup back: the old state or the new one, whole, whenever the process dies.

1. Everything new is written into a folder beside, ``restore.new``, and checked there.
2. Its name becomes ``restore.ready``. From this moment on the new state is the one that counts.
3. Its files take the places of the old ones, and what is derived from the log is dropped.

Whoever finds ``restore.new`` later removes it: the old state stays. Whoever finds
``restore.ready`` does step 3 again, which may be repeated.
"""

import logging
import os
import shutil
from contextlib import closing
from pathlib import Path

from cinestats.adapters import own
from cinestats.application.ports import StoreUnavailable
from cinestats.application.upkeep.integrity import check_events

from .backup import Manifest, copy_file, is_complete_backup, unpack
from .data_folder import DERIVED, DataFolder, check_log, drop
from .database import can_write
from .deep_checks import sound
from .errors import not_writable
from .event_log import SqliteEventLog, refuse_newer_events
from .followers import move_relay, move_webhooks, shared_end

_logger = logging.getLogger(__name__)


def restore(folder: DataFolder, backup: Path) -> int:
    """Replace the log by ``backup``, or all that a complete backup holds.

    Returns the number of events now in the log. Raises StoreBusy while anybody uses the
    folder and StoreUnavailable when ``backup`` is not sound; then nothing changes.
    """
    folder.refuse_foreign()
    folder.refuse_newer()
    settle(folder)
    with folder.alone():
        new = _new(folder)
        try:
            new.mkdir(mode=0o700)
            number = stage(backup, new)
            _move_followers(folder, new)
            for path in (*new.iterdir(), new):
                _sync(path)
        except BaseException:
            shutil.rmtree(new, ignore_errors=True)
            raise
        new.rename(_ready(folder))
        _sync(folder.path)
        _take_over(folder)
        return number


def stage(backup: Path, new: Path) -> int:
    """Write what a backup holds into an empty folder, and check it there.

    Returns the number of events. Raises StoreUnavailable when anything is wrong with it.
    """
    if not backup.is_file():
        raise StoreUnavailable(f"There is no file {backup}.")
    if is_complete_backup(backup):
        manifest: Manifest | None = unpack(backup, new)
    else:
        check_log(backup)
        copy_file(backup, new / "log.db")
        manifest = None
    for path in new.iterdir():
        sound(path)
    refuse_newer_events(new / "log.db")
    with closing(SqliteEventLog(new / "log.db")) as log:
        number = check_events(log)
    if manifest is not None:
        manifest.check_end(number)
    return number


def settle(folder: DataFolder) -> bool:
    """Finish or undo a restore that was interrupted, and say which.

    Returns whether the files belong together now. In a folder that is read-only nothing is
    done: until it can be written, what is there is read as it is.
    """
    for path in (_new(folder), _ready(folder)):
        own.refuse_link(path)
    if not can_write(folder.path):
        return _wait(folder)
    if _ready(folder).exists():
        with folder.alone():
            _take_over(folder)
        _logger.warning(
            "A restore was interrupted; it is finished now: the backup is in place."
        )
    elif _new(folder).exists():
        with folder.alone():
            shutil.rmtree(_new(folder))
        _logger.warning(
            "A restore was interrupted; nothing was changed: the old log is in place."
        )
    return True


def _wait(folder: DataFolder) -> bool:
    if _ready(folder).exists():
        _logger.warning(
            "A restore was interrupted, and cannot be finished, for %s Until then some of what"
            " is read is from before it.",
            not_writable(folder.path),
        )
        return False
    return True


def _take_over(folder: DataFolder) -> None:
    ready = _ready(folder)
    for name in DERIVED:
        drop(folder.path / name)
    for path in sorted(ready.iterdir()):
        target = folder.path / path.name
        for beside in ("-journal", "-wal", "-shm"):  # of the old file, not to be applied
            target.with_name(target.name + beside).unlink(missing_ok=True)
        path.replace(target)
    _sync(folder.path)
    ready.rmdir()


def _move_followers(folder: DataFolder, new: Path) -> None:
    """Set webhooks and relay to where the new log goes on from what they have told.

    One that is damaged stays as it is: it has to be put right in any case, and does not keep
    the log from being put back.
    """
    end = shared_end(folder.log, new / "log.db")
    webhooks, relay = new / folder.webhooks.name, new / folder.relay.name
    if _is_sound(folder.webhooks):
        if not webhooks.exists():
            copy_file(folder.webhooks, webhooks)
        move_webhooks(webhooks, folder.webhooks, end)
    if _is_sound(folder.relay):
        copy_file(folder.relay, relay)
        move_relay(relay, new / "log.db", end)


def _is_sound(path: Path) -> bool:
    try:
        sound(path)
    except StoreUnavailable:
        return False
    return True


def _new(folder: DataFolder) -> Path:
    return folder.path / "restore.new"


def _ready(folder: DataFolder) -> Path:
    return folder.path / "restore.ready"


def _sync(path: Path) -> None:
    """Have a file, or the names in a folder, on the disk."""
    if os.name == "nt" and path.is_dir():
        return  # Windows opens no folder; it writes names down by itself
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
