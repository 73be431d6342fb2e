"""The threads that deliver to webhooks: a bounded number, apart from the projection's."""

import logging
import random
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

from cinestats.application.webhooks.deliver import WebhookDelivery

_THREADS = 8
_THREADS_OF_A_USER = 2  # a user's slow receivers must not take the others' threads

_logger = logging.getLogger(__name__)


class WebhookWorkers:
    """Hands webhooks that have something to be told to threads, each to one at a time."""

    def __init__(self, delivery: WebhookDelivery) -> None:
        self._delivery = delivery
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="webhook")
        self._users: dict[str, str] = {}
        self._lock = threading.Lock()
        self._stopping = threading.Event()

    def dispatch(self) -> None:
        """Give work to the threads that are free, without waiting for any."""
        waiting = self._delivery.waiting()
        random.shuffle(waiting)  # when there are more than threads, everyone has a chance
        for webhook in waiting:
            with self._lock:
                busy = list(self._users.values())
                if (
                    webhook.webhook_id in self._users
                    or len(busy) >= _THREADS
                    or busy.count(webhook.user_id) >= _THREADS_OF_A_USER
                    or self._stopping.is_set()
                ):
                    continue
                self._users[webhook.webhook_id] = webhook.user_id
            turn = self._pool.submit(
                self._delivery.deliver, webhook.webhook_id, self._stopping.is_set
            )
            turn.add_done_callback(partial(self._done, webhook.webhook_id))

    def stop(self) -> None:
        """Finish the deliveries in hand, each of which takes a bounded time."""
        self._stopping.set()
        self._pool.shutdown()

    def _done(self, webhook_id: str, turn: Future[None]) -> None:
        with self._lock:
            del self._users[webhook_id]
        # Another process, or this one, goes on when the lease has ended.
        if (error := turn.exception()) is not None:
            _logger.warning("Delivering to webhook %s failed", webhook_id, exc_info=error)
