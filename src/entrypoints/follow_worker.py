"""The thread that asks followed accounts for what is new, apart from the projection's."""

import logging
import threading
from concurrent.futures import Future, ThreadPoolExecutor

from cinestats.application.following.poll import Poll, Poller

_logger = logging.getLogger(__name__)


class FollowWorker:
    """Asks one account at a time, and one each time that it is told to look."""

    def __init__(self, poller: Poller) -> None:
        self._poller = poller
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="follow")
        self._free = threading.Semaphore()
        self._stopping = threading.Event()

    def dispatch(self) -> None:
        """Begin a turn, unless the last one still goes on; does not wait for it."""
        if self._stopping.is_set() or not self._free.acquire(blocking=False):
            return
        self._pool.submit(self._poller.poll_due).add_done_callback(self._done)

    def stop(self) -> None:
        """Finish the turn in hand, which takes a bounded time."""
        self._stopping.set()
        self._pool.shutdown()

    def _done(self, turn: Future[Poll | None]) -> None:
        self._free.release()
        if (error := turn.exception()) is not None:
            _logger.warning("Asking a followed account failed", exc_info=error)
            return
        poll = turn.result()
        if poll is not None:
            asked = poll.account
            _logger.info("Asked %s for %s: %s", asked.service, asked.name, asked.asked.result)
            for note in poll.notes:
                _logger.info("In the feed of %s: %s", asked.name, note)
