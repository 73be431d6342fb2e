"""The thread that asks followed accounts."""

import logging
import threading
from collections.abc import Iterator

import pytest

from cinestats.entrypoints.follow_worker import FollowWorker


class Turns:
    """Stands for Poller: every turn lasts until it is let go."""

    def __init__(self) -> None:
        self.begun = threading.Semaphore(0)
        self.count = 0
        self.may_end = threading.Event()
        self.error: Exception | None = None

    def poll_due(self) -> None:
        self.count += 1
        self.begun.release()
        assert self.may_end.wait(10)
        if self.error is not None:
            raise self.error


@pytest.fixture
def turns() -> Turns:
    return Turns()


@pytest.fixture
def worker(turns: Turns) -> Iterator[FollowWorker]:
    worker = FollowWorker(turns)  # type: ignore[arg-type]
    yield worker
    turns.may_end.set()
    worker.stop()


def next_turn(worker: FollowWorker, turns: Turns) -> None:
    for _ in range(500):
        worker.dispatch()
        if turns.begun.acquire(timeout=0.01):
            return
    raise AssertionError("no turn began")


def test_one_is_asked_at_a_time(worker: FollowWorker, turns: Turns) -> None:
    """Whoever tells it to look does not wait, and a slow answer delays only the next."""
    next_turn(worker, turns)
    for _ in range(5):
        worker.dispatch()
    assert turns.count == 1
    turns.may_end.set()
    next_turn(worker, turns)
    assert turns.count == 2


def test_a_turn_that_fails_ends_none_of_the_others(
    worker: FollowWorker, turns: Turns, caplog: pytest.LogCaptureFixture
) -> None:
    """It is logged."""
    turns.may_end.set()
    turns.error = RuntimeError("a bug")
    with caplog.at_level(logging.WARNING):
        next_turn(worker, turns)
        next_turn(worker, turns)
    assert "a bug" in caplog.text


def test_after_the_end_nobody_is_asked(turns: Turns) -> None:
    """A turn in hand is finished first."""
    worker = FollowWorker(turns)  # type: ignore[arg-type]
    turns.may_end.set()
    worker.stop()
    worker.dispatch()
    assert turns.count == 0
