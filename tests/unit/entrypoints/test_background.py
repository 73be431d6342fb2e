import itertools
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from cinestats.domain.diary import AddMovie
from cinestats.domain.entry import Entry
from cinestats.domain.movie import Movie
from cinestats.entrypoints import background as background_module
from cinestats.entrypoints.background import Background
from cinestats.entrypoints.container import Container, make_container
from cinestats.entrypoints.settings import Settings

pytestmark = pytest.mark.slow


@pytest.fixture
def container() -> Container:
    return make_container(Settings(backend="memory"))


@pytest.fixture
def refreshed() -> list[float]:
    return []


@pytest.fixture
def background(container: Container, refreshed: list[float]) -> Iterator[Background]:
    background = Background(
        container.log(),
        container.models(),
        container.projector(),
        container.recorder(),
        lambda: refreshed.append(container.models().checkpoint(0)),
        trends_seconds=0.3,
    )
    yield background
    background.stop()


def add(container: Container, n: int) -> int:
    now = container.clock()()
    day = now.date()
    film = Movie.create(f"Film {n}")
    command = AddMovie(
        event_id=f"e{n}",
        user_id="u1",
        entry=Entry(f"e{n}", film, None, day, day),
        today=day,
        now=now,
    )
    return container.recorder().record(command).position


def until(good: Callable[[], object], seconds: float = 5) -> None:
    deadline = time.monotonic() + seconds
    while not good():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_the_backlog_is_projected_before_the_first_trends(
    container: Container, background: Background, refreshed: list[float]
) -> None:
    """The bootstrap of the trends counts what the log holds at the start."""
    position = add(container, 1)
    background.start()
    until(lambda: refreshed)
    assert refreshed[0] == position


def test_the_trends_are_refreshed_again_and_again(
    background: Background, refreshed: list[float]
) -> None:
    """The refresh comes back at its interval, whether or not anything happens."""
    background.start()
    until(lambda: len(refreshed) >= 3)


def test_a_write_of_another_process_is_found_by_polling(
    container: Container, background: Background
) -> None:
    """Without being woken the thread looks at the log several times a second."""
    background.start()
    position = add(container, 1)
    assert background.wait_for(0, position, 2)
    assert background.changes >= 1


def test_waking_is_faster_than_polling(
    container: Container, background: Background, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A write in this process does not wait for the next poll."""
    for job in background._projections:
        job.every = 60
    background.start()
    until(lambda: background._jobs[0].due_at > 0)
    position = add(container, 1)
    background.wake()
    assert background.wait_for(0, position, 2)


def test_a_failure_is_told_retried_and_forgotten(
    container: Container, background: Background, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The thread survives any error, and tries again ever more slowly until it works."""
    calls: list[float] = []

    def fail(_: int) -> int:
        calls.append(time.monotonic())
        raise RuntimeError("no luck")

    monkeypatch.setattr(background_module, "_FIRST_BACKOFF_SECONDS", 0.05)
    add(container, 1)
    with monkeypatch.context() as patch:
        patch.setattr(container.projector(), "step", fail)
        background.start()
        until(lambda: len(calls) >= 4)
        (failure,) = background.failures()
        assert "partition 0" in failure
        assert "no luck" in failure
    gaps = [b - a for a, b in itertools.pairwise(calls)]
    assert gaps[0] < gaps[1] < gaps[2]
    until(lambda: not background.failures())
    assert background.wait_for(0, add(container, 2), 2)


def test_a_failing_projection_does_not_stop_the_trends(
    container: Container,
    background: Background,
    refreshed: list[float],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each job fails alone."""

    def fail(_: int) -> int:
        raise RuntimeError("no luck")

    monkeypatch.setattr(container.projector(), "step", fail)
    background.start()
    until(lambda: len(refreshed) >= 2)


def test_stopping_lets_go_of_whoever_waits(background: Background) -> None:
    """A read that waits for a position is answered when the server ends, not seconds later."""
    background.start()
    answers: list[bool] = []
    waiting = threading.Thread(target=lambda: answers.append(background.wait_for(0, 9, 30)))
    waiting.start()
    began = time.monotonic()
    background.stop()
    waiting.join()
    assert answers == [False]
    assert time.monotonic() - began < 2
    assert background.failures() == ["the background thread does not run"]


def test_a_reader_who_waits_for_the_store_keeps_nobody_waiting(
    container: Container, background: Background, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The projection goes on, and tells the others, while one reader's look takes long."""
    checkpoint = container.models().checkpoint
    looking, go_on = threading.Event(), threading.Event()

    def slow_for_the_reader(partition: int) -> int:
        if threading.current_thread() is reader:
            looking.set()
            assert go_on.wait(10)
        return checkpoint(partition)

    monkeypatch.setattr(container.models(), "checkpoint", slow_for_the_reader)
    answers: list[bool] = []
    reader = threading.Thread(target=lambda: answers.append(background.wait_for(0, 1, 10)))
    background.start()
    reader.start()
    assert looking.wait(10)
    position = add(container, 1)
    background.wake()
    assert background.wait_for(0, position, 10)
    go_on.set()
    reader.join()
    assert answers == [True]
