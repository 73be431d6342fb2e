"""The server's daily backup, in a thread apart from the projection's."""

import logging
import re
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cinestats.application.ports import Clock, StoreUnavailable
from cinestats.domain.errors import CinestatsError

EVERY = timedelta(days=1)
_LATE = 2 * EVERY
_AGAIN = timedelta(hours=1)  # after a failure
_FORM = "cinestats-%Y-%m-%dT%H%M%SZ.backup"
_NAME = re.compile(r"cinestats-\d{4}-\d\d-\d\dT\d{6}Z\.backup")
_PART = ".part"

_logger = logging.getLogger(__name__)


def backups_in(folder: Path) -> list[tuple[datetime, Path]]:
    """The scheduled backups in a folder, the oldest first; raises StoreUnavailable."""
    try:
        found = [path for path in folder.iterdir() if _NAME.fullmatch(path.name)]
    except OSError as error:
        raise StoreUnavailable(
            f"Cannot use the folder of backups {folder}: {error.strerror}."
        ) from error
    return sorted((datetime.strptime(p.name, _FORM).replace(tzinfo=UTC), p) for p in found)


def begun_by(folder: Path, moment: datetime) -> list[str]:
    """The names of the backups that may hold who is erased at a moment, the oldest first.

    One that is in the making is among them. Raises StoreUnavailable.
    """
    whole = [path.name for at, path in backups_in(folder) if at <= moment]
    making = (path.name.removesuffix(_PART) for path in folder.glob(f"*{_PART}"))
    return sorted({*whole, *filter(_NAME.fullmatch, making)})


def latest_backup(folder: Path, now: datetime) -> str:
    """Which backup is the last, in words; raises StoreUnavailable when it is too old."""
    made = backups_in(folder)
    if not made:
        raise StoreUnavailable(f"There is no backup in {folder} yet.")
    at, path = made[-1]
    if now - at > _LATE:
        raise StoreUnavailable(f"The last backup in {folder} is of {at:%Y-%m-%d %H:%M} UTC.")
    return f"{path.name}, {len(made)} kept"


class BackupWorker:
    """Makes a backup a day in ``folder`` by ``make``, and keeps the last ``keep`` of them.

    A backup is written under another name beside and renamed when it is whole. Old ones are
    deleted only then. ``failure`` says why the last attempt failed; None when it did not.
    """

    def __init__(
        self, folder: Path, keep: int, make: Callable[[Path], object], clock: Clock
    ) -> None:
        self._folder = folder
        self._keep = keep
        self._make = make
        self._clock = clock
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="backup")
        self._free = threading.Semaphore()
        self._stopping = threading.Event()
        self._not_before: datetime | None = None
        self.failure: str | None = None

    def dispatch(self) -> None:
        """Begin a backup where one is due; does not wait for it."""
        if self._stopping.is_set() or not self._free.acquire(blocking=False):
            return
        self._pool.submit(self.back_up_if_due).add_done_callback(self._done)

    def back_up_if_due(self) -> None:
        """Make a backup unless the last one is of less than a day ago."""
        now = self._clock()
        if self._not_before is not None and now < self._not_before:
            return
        try:
            made = backups_in(self._folder)
            if not made or now - made[-1][0] >= EVERY or made[-1][0] > now + EVERY:
                self._back_up(now)
        except CinestatsError as error:
            self._fail(now, str(error))
        except OSError as error:
            self._fail(now, f"Cannot write to {self._folder}: {error.strerror}.")
        else:
            self.failure = self._not_before = None

    def last(self) -> datetime | None:
        """When the last backup was made; None where there is none."""
        try:
            return max((at for at, _ in backups_in(self._folder)), default=None)
        except StoreUnavailable:
            return None

    def stop(self) -> None:
        """Finish the backup in hand."""
        self._stopping.set()
        self._pool.shutdown()

    def _back_up(self, now: datetime) -> None:
        target = self._folder / now.astimezone(UTC).strftime(_FORM)
        part = target.with_name(target.name + _PART)
        try:
            self._clear(now)
            part.unlink(missing_ok=True)
            self._make(part)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
        _logger.info("Saved everything to %s", target)
        for _, path in backups_in(self._folder)[: -self._keep]:
            path.unlink()

    def _clear(self, now: datetime) -> None:
        """Remove what killed backups left; one that is a day old is no longer made."""
        for path in self._folder.iterdir():
            unfinished = path.suffix == _PART and _NAME.fullmatch(path.stem)
            if unfinished and now.timestamp() - path.stat().st_mtime > EVERY.total_seconds():
                path.unlink()

    def _fail(self, now: datetime, reason: str) -> None:
        self.failure, self._not_before = reason, now + _AGAIN
        _logger.error("The backup failed: %s", reason)

    def _done(self, turn: Future[None]) -> None:
        self._free.release()
        if (error := turn.exception()) is not None:
            self.failure = f"{error}"
            self._not_before = self._clock() + _AGAIN
            _logger.error("The backup failed", exc_info=error)
