"""The thread that completes diaries from sources elsewhere, one diary at a time."""

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from typing import Any

from cinestats.application.catalogue.ports import FilmStore
from cinestats.application.diary.keep import DiaryKeeper
from cinestats.application.sources.complete import complete
from cinestats.application.sources.job import Job, JobState
from cinestats.application.sources.ports import FilmSource
from cinestats.application.sources.renew import renew
from cinestats.domain.errors import CinestatsError

_AGAIN_SECONDS = 24 * 3600.0  # films that failed are asked for again on another day
_logger = logging.getLogger(__name__)


class JobRunning(CinestatsError):
    """The films of that diary are being completed already."""


class SourceWorker:
    """Completes the diaries that it is told to, and those that change while sources are on.

    ``sources`` are those that are on, ``renewed`` those of them whose films are renewed. A job
    that is broken off goes on where it was when it is started again: the catalogue has what was
    told. ``positions`` tells where the diaries of all users are, ``open_source`` gets the event
    that ends every wait, and ``written`` is called when a diary may have changed.
    """

    def __init__(
        self,
        diary: DiaryKeeper,
        catalogue: FilmStore,
        open_source: Callable[[str, threading.Event], FilmSource],
        today: Callable[[], date],
        positions: Callable[[], Mapping[str, int]],
        *,
        sources: Sequence[str] = (),
        renewed: Sequence[str] = (),
    ) -> None:
        self.written: Callable[[], object] = lambda: None
        self._diary = diary
        self._catalogue = catalogue
        self._open = open_source
        self._today = today
        self._positions = positions
        self._sources = sources
        self._renewed = renewed
        self._jobs: dict[str, Job] = {}
        self._paused: set[str] = set()
        self._seen: dict[str, int] = {}
        self._look_again_at = 0.0
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="sources")
        self._turn: Future[None] | None = None
        self._stopping = threading.Event()

    def job(self, user: str) -> Job | None:
        """The last job of the user's diary since the server has started."""
        return self._jobs.get(user)

    def start(self, user: str, source: str, *, refresh: bool = False) -> Job:
        """Begin, or go on; it waits for the jobs of other diaries.

        Raises JobRunning, and CinestatsError where the source lacks something.
        """
        opened = self._open(source, self._stopping)
        with self._lock:
            job = self._jobs.get(user)
            if job is not None and job.state in ("waiting", "running"):
                raise JobRunning(f"The films of {user} are being completed already.")
            self._paused.discard(user)
            self._jobs[user] = job = Job(source)
        self._pool.submit(self._run, user, opened, refresh).add_done_callback(_log_error)
        return job

    def pause(self, user: str) -> Job | None:
        """End the user's job after the films in hand; what was told by then is kept."""
        self._paused.add(user)
        return self._jobs.get(user)

    def dispatch(self) -> None:
        """Complete the diaries that have changed, where sources are on; does not wait."""
        if not self._sources or self._stopping.is_set():
            return
        if self._turn is None or self._turn.done():
            self._turn = self._pool.submit(self._complete_what_changed)
            self._turn.add_done_callback(_log_error)

    def stop(self) -> None:
        """End after the films in hand, which takes a bounded time."""
        self._stopping.set()
        self._pool.shutdown(cancel_futures=True)

    def _run(self, user: str, source: FilmSource, refresh: bool) -> None:
        self._change(user, state="running")
        try:
            done = complete(
                self._diary,
                self._catalogue,
                source,
                self._today(),
                user=user,
                refresh=refresh,
                progress=lambda done, total: self._change(user, done=done, total=total),
                stop=lambda: self._stopping.is_set() or user in self._paused,
            )
        except Exception as error:
            said = str(error) if isinstance(error, CinestatsError) else "An error of cinestats."
            self._change(user, state="stopped", stopped=said)
            raise
        finally:
            self.written()
        state: JobState = "done" if done.stopped is None else "stopped"
        paused = user in self._paused or self._stopping.is_set()
        self._change(
            user,
            state="paused" if paused else state,
            report=done.report,
            stopped=done.stopped,
        )

    def _change(self, user: str, **values: Any) -> None:
        self._jobs[user] = replace(self._jobs[user], **values)

    def _complete_what_changed(self) -> None:
        """Each source in turn, so that a later one is asked for what an earlier one lacks."""
        if time.monotonic() >= self._look_again_at:
            self._look_again_at = time.monotonic() + _AGAIN_SECONDS
            self._seen.clear()
            self._renew()
        for user, position in self._positions().items():
            if self._seen.get(user) == position:
                continue
            for name in self._sources:
                if self._stopping.is_set() or user in self._paused:
                    break
                self._complete(user, name)
            self._seen[user] = position

    def _renew(self) -> None:
        for name in self._renewed:
            source = self._open(name, self._stopping)
            renewal = renew(source, self._catalogue, self._today(), stop=self._stopping.is_set)
            if any(renewal):
                _logger.info("%s: renewed %d films, forgot %d", name, *renewal)

    def _complete(self, user: str, name: str) -> None:
        source = self._open(name, self._stopping)
        with self._lock:
            before = self._jobs.get(user)
            if before is not None and before.state == "waiting":
                return  # its turn comes next
            self._jobs[user] = Job(name)
        self._run(user, source, refresh=False)
        job = self._jobs[user]
        if before is not None and job.state == "done" and not job.total:
            self._jobs[user] = before  # there was nothing to ask for, and nothing to tell
        elif job.stopped is not None:
            _logger.warning("Completing films of %s from %s: %s", user, name, job.stopped)


def _log_error(turn: Future[None]) -> None:
    if not turn.cancelled() and (error := turn.exception()) is not None:
        _logger.warning("Completing films failed", exc_info=error)
