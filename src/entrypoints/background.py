"""The server's own thread: it keeps the read models and the trends up to date."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from cinestats.application.diary.record import Recorder
from cinestats.application.figures.ports import ReadModels
from cinestats.application.figures.project import Projector
from cinestats.application.log.ports import EventLog

_POLL_SECONDS = 0.2  # how soon a write of another process is seen
_BACKLOG_SECONDS = 1.0
_WEBHOOK_SECONDS = 0.5
_POLLS_SECONDS = 10.0
_SWEEP_SECONDS = 30.0
_BACKUP_SECONDS = 60.0
_SOURCES_SECONDS = 5.0
_TOPIC_SECONDS = 10.0
_FIRST_BACKOFF_SECONDS = 0.5
_LAST_BACKOFF_SECONDS = 30.0

_logger = logging.getLogger(__name__)


@dataclass(slots=True)
class _Job:
    """Work to be done again ``every`` so many seconds. ``error`` says why it failed last."""

    name: str
    work: Callable[[], object]
    every: float
    due_at: float = 0.0
    failures: int = 0
    error: str | None = None


class Background:
    """Projects what is appended to the log, and refreshes the trends, until it is stopped.

    ``refresh_backlog`` looks, where there is one, how much waits for the relay;
    ``dispatch_webhooks`` hands what webhooks are to be told to threads of their own,
    ``dispatch_polls`` likewise the accounts that are to be asked. ``finish_sweep`` does what an
    erasure left to do that was broken off, ``dispatch_backup`` makes the backup that is due,
    ``dispatch_sources`` looks up the films of diaries that have changed, ``dispatch_topic``
    looks how far another application's topic is counted.

    A job that fails is logged, listed in ``failures`` and tried again, ever more slowly;
    the other jobs go on. ``changes`` counts how often the read models have moved.
    """

    def __init__(
        self,
        log: EventLog,
        models: ReadModels,
        projector: Projector,
        recorder: Recorder,
        refresh_trends: Callable[[], object],
        trends_seconds: float,
        refresh_backlog: Callable[[], object] | None = None,
        dispatch_webhooks: Callable[[], object] | None = None,
        dispatch_polls: Callable[[], object] | None = None,
        finish_sweep: Callable[[], object] | None = None,
        dispatch_backup: Callable[[], object] | None = None,
        dispatch_sources: Callable[[], object] | None = None,
        dispatch_topic: Callable[[], object] | None = None,
    ) -> None:
        self._models = models
        self._projector = projector
        self._recorder = recorder
        self._checkpoints = [0] * log.partitions
        self._projections = [
            _Job(f"the projection of partition {p}", self._projection(p), _POLL_SECONDS)
            for p in range(log.partitions)
        ]
        # The trends come last, so that the first of them count what was projected.
        self._jobs = [*self._projections, _Job("the trends", refresh_trends, trends_seconds)]
        if refresh_backlog is not None:
            self._jobs.append(_Job("the backlog", refresh_backlog, _BACKLOG_SECONDS))
        if dispatch_webhooks is not None:
            self._jobs.append(_Job("the webhooks", dispatch_webhooks, _WEBHOOK_SECONDS))
        if dispatch_polls is not None:
            self._jobs.append(_Job("the followed accounts", dispatch_polls, _POLLS_SECONDS))
        if finish_sweep is not None:
            self._jobs.append(_Job("the sweep after an erasure", finish_sweep, _SWEEP_SECONDS))
        if dispatch_backup is not None:
            self._jobs.append(_Job("the backup", dispatch_backup, _BACKUP_SECONDS))
        if dispatch_sources is not None:
            self._jobs.append(_Job("the sources of films", dispatch_sources, _SOURCES_SECONDS))
        if dispatch_topic is not None:
            self._jobs.append(_Job("the topic", dispatch_topic, _TOPIC_SECONDS))
        self._thread = threading.Thread(target=self._run, name="background", daemon=True)
        self._awake = threading.Event()
        self._moved = threading.Condition()
        self.changes = 0
        self.stopping = False

    def start(self) -> None:
        """Begin to work. The first round counts in all that the log holds already."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the batch in hand and end the thread."""
        self.announce_stop()
        if self._thread.is_alive():
            self._thread.join()

    def announce_stop(self) -> None:
        """Tell the thread, and everybody who waits for it, that the end is near."""
        self.stopping = True
        self._awake.set()
        with self._moved:
            self._moved.notify_all()

    def wake(self) -> None:
        """Something was appended to the log: do not wait for the next poll."""
        self._awake.set()

    def wait_for(self, partition: int, position: int, seconds: float) -> bool:
        """Wait until the read models hold ``position``; False when they don't in time."""
        deadline = time.monotonic() + seconds

        def is_seen() -> bool:
            return self._checkpoints[partition] >= position

        # The models are asked outside the condition: whoever waits for a store there would
        # keep the projection from telling the others.
        while not is_seen() and self._models.checkpoint(partition) < position:
            left = deadline - time.monotonic()
            if left <= 0 or self.stopping:
                return False
            with self._moved:  # another process may project too
                self._moved.wait_for(
                    lambda: is_seen() or self.stopping, min(left, _POLL_SECONDS)
                )
        return True

    def failures(self) -> list[str]:
        """What does not work at present, a sentence each; empty when all is well."""
        failures = [
            f"{job.name} failed {job.failures} times in a row: {job.error}"
            for job in self._jobs
            if job.error is not None
        ]
        if not self._thread.is_alive():
            failures.append("the background thread does not run")
        return failures

    def _run(self) -> None:
        while not self.stopping:
            self._awake.clear()
            for job in self._jobs:
                if time.monotonic() >= job.due_at and not self.stopping:
                    self._attempt(job)
            self._awake.wait(min(job.due_at for job in self._jobs) - time.monotonic())
            if self._awake.is_set():
                for job in self._projections:
                    if job.error is None:
                        job.due_at = 0.0

    def _attempt(self, job: _Job) -> None:
        try:
            job.work()
        except Exception as error:
            _logger.warning("%s failed", job.name, exc_info=True)
            job.failures += 1
            job.error = f"{error}"
            backoff = _FIRST_BACKOFF_SECONDS * 2 ** min(job.failures - 1, 10)
            job.due_at = time.monotonic() + min(backoff, _LAST_BACKOFF_SECONDS)
        else:
            job.failures, job.error = 0, None
            job.due_at = time.monotonic() + job.every

    def _projection(self, partition: int) -> Callable[[], None]:
        def project() -> None:
            # A crash may have kept what was appended from the diary.
            tail = self._recorder.catch_up(partition)
            self._announce_if_moved(partition)  # another process may have projected
            while (
                self._checkpoints[partition] < tail
                and not self.stopping
                and self._projector.step(partition)
            ):
                self._announce_if_moved(partition)

        return project

    def _announce_if_moved(self, partition: int) -> None:
        checkpoint = self._models.checkpoint(partition)
        if checkpoint != self._checkpoints[partition]:
            with self._moved:
                self._checkpoints[partition] = checkpoint
                self.changes += 1
                self._moved.notify_all()
