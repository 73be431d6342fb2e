"""The threads that deliver to webhooks."""

import logging
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from cinestats.application.webhooks.subscriptions import Webhook
from cinestats.entrypoints.webhook_workers import WebhookWorkers
from tests.contracts.webhooks import webhook


class Deliveries:
    """Stands for WebhookDelivery: every turn lasts until it is let go."""

    def __init__(self) -> None:
        self.webhooks: list[Webhook] = []
        self.begun: list[str] = []
        self.may_end = threading.Event()
        self.slow: set[str] = set()
        self._arrived = threading.Condition()

    def waiting(self) -> list[Webhook]:
        return list(self.webhooks)

    def deliver(self, webhook_id: str, stopping: Callable[[], bool]) -> None:
        with self._arrived:
            self.begun.append(webhook_id)
            self._arrived.notify_all()
        if webhook_id.startswith("bad"):
            raise RuntimeError("a bug")
        if webhook_id in self.slow:
            assert self.may_end.wait(10)

    def wait_for(self, *ids: str) -> None:
        with self._arrived:
            assert self._arrived.wait_for(lambda: set(ids) <= set(self.begun), 5), self.begun


@pytest.fixture
def deliveries() -> Deliveries:
    return Deliveries()


@pytest.fixture
def workers(deliveries: Deliveries) -> Iterator[WebhookWorkers]:
    workers = WebhookWorkers(deliveries)  # type: ignore[arg-type]
    yield workers
    deliveries.may_end.set()
    workers.stop()


def test_a_slow_receiver_delays_nobody_else(
    workers: WebhookWorkers, deliveries: Deliveries
) -> None:
    """Handing out work does not wait, and the others have threads of their own."""
    deliveries.webhooks = [webhook("slow", "u1"), webhook("quick", "u2")]
    deliveries.slow = {"slow"}
    began = time.monotonic()
    workers.dispatch()
    assert time.monotonic() - began < 0.5
    deliveries.wait_for("slow", "quick")


def test_a_webhook_is_in_one_hand_only(workers: WebhookWorkers, deliveries: Deliveries) -> None:
    """While its turn lasts it gets no second one; afterwards it does."""
    deliveries.webhooks = [webhook("slow")]
    deliveries.slow = {"slow"}
    workers.dispatch()
    deliveries.wait_for("slow")
    workers.dispatch()
    assert deliveries.begun == ["slow"]
    deliveries.may_end.set()
    deadline = time.monotonic() + 5
    while len(deliveries.begun) < 2 and time.monotonic() < deadline:
        workers.dispatch()
        time.sleep(0.01)
    assert len(deliveries.begun) >= 2


def test_a_users_slow_receivers_leave_threads_for_others(
    workers: WebhookWorkers, deliveries: Deliveries
) -> None:
    """Two of ten have a thread; another user's gets one all the same."""
    greedy = [webhook(f"g{n}", "greedy") for n in range(10)]
    deliveries.webhooks = [*greedy, webhook("w1", "u1")]
    deliveries.slow = {each.webhook_id for each in greedy}
    workers.dispatch()
    deliveries.wait_for("w1")
    assert len([each for each in deliveries.begun if each.startswith("g")]) <= 2


def test_a_turn_that_fails_is_logged_and_ends(
    workers: WebhookWorkers, deliveries: Deliveries, caplog: pytest.LogCaptureFixture
) -> None:
    """The webhook can have another turn, and the thread another webhook."""
    deliveries.webhooks = [webhook("bad")]
    with caplog.at_level(logging.WARNING):
        deadline = time.monotonic() + 5
        while len(deliveries.begun) < 2 and time.monotonic() < deadline:
            workers.dispatch()
            time.sleep(0.01)
    assert len(deliveries.begun) >= 2
    assert "Delivering to webhook bad failed" in caplog.text


def test_nothing_begins_after_the_stop(workers: WebhookWorkers, deliveries: Deliveries) -> None:
    """Stopping waits for the turns in hand."""
    workers.stop()
    deliveries.webhooks = [webhook("late")]
    workers.dispatch()
    assert deliveries.begun == []
