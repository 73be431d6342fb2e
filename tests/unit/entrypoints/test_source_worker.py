"""The thread that completes diaries from sources elsewhere."""

import threading
import time
from collections.abc import Iterator, Sequence
from datetime import date

import pytest

from cinestats.application.catalogue.ports import CatalogueFilm, FilmQuery
from cinestats.application.sources.job import Job
from cinestats.application.sources.ports import Answer, SourceStopped
from cinestats.domain.errors import CinestatsError
from cinestats.domain.movie import Movie
from cinestats.entrypoints.source_worker import JobRunning, SourceWorker
from tests.unit.application.application import Application
from tests.unit.application.corrections.diary import entries, imported, row
from tests.unit.application.sources.source import StandInSource

TODAY = date(2026, 11, 28)
TITLES = ["Ali", "Heat", "Thief", "Collateral"]
FILMS = [
    CatalogueFilm(Movie.create(t, year=2001, directors=["D"], genres=["G"], duration=100))
    for t in TITLES
]


class Gated(StandInSource):
    """Answers a batch when it is let."""

    def __init__(self, *films: CatalogueFilm) -> None:
        super().__init__(*films)
        self.gate = threading.Semaphore(0)

    def look_up(self, queries: Sequence[FilmQuery]) -> Iterator[Answer]:
        assert self.gate.acquire(timeout=10)
        yield from super().look_up(queries)


class World:
    def __init__(self, *on: str) -> None:
        self.app = Application()
        imported(self.app, *(row(line=n, title=t, year=2001) for n, t in enumerate(TITLES, 2)))
        self.source: StandInSource = Gated(*FILMS)
        self.position = 1
        self.worker = SourceWorker(
            self.app.keeper,
            self.app.catalogue,
            self.open,
            lambda: TODAY,
            lambda: {"u1": self.position},
            sources=on,
        )

    def open(self, name: str, _: threading.Event) -> StandInSource:
        if name != "standin":
            raise CinestatsError(f"{name} needs a token.")
        return self.source

    def let(self, batches: int) -> None:
        if isinstance(self.source, Gated):
            self.source.gate.release(batches)

    def wait(self, state: str, done: int | None = None) -> Job:
        for _ in range(1000):
            job = self.worker.job("u1")
            if job is not None and job.state == state and done in (None, job.done):
                return job
            time.sleep(0.01)
        raise AssertionError(f"{self.worker.job('u1')} is not {state}")

    def complete(self) -> int:
        return sum(bool(entry.movie.directors) for entry in entries(self.app))


@pytest.fixture
def world() -> Iterator[World]:
    world = World()
    yield world
    world.let(100)
    world.worker.stop()


def test_a_job_tells_how_far_it_is_and_what_came_of_it(world: World) -> None:
    written = list[None]()
    world.worker.written = lambda: written.append(None)
    assert world.worker.job("u1") is None
    assert world.worker.start("u1", "standin") == Job("standin")
    world.let(1)
    assert world.wait("running", 2).total == 4
    with pytest.raises(JobRunning, match="already"):
        world.worker.start("u1", "standin")
    world.let(1)
    job = world.wait("done", 4)
    assert job.report is not None
    assert (job.report.completed, job.report.requests) == (4, 4)
    assert job.undo == job.report.cause
    assert (world.complete(), len(written)) == (4, 1)


def test_it_is_paused_and_goes_on_where_it_was(world: World) -> None:
    """What was told by then is in the diary."""
    world.worker.start("u1", "standin")
    world.let(1)
    world.wait("running", 2)
    world.worker.pause("u1")
    world.let(1)
    world.wait("paused")
    told = len(world.source.asked)
    assert world.complete() == told < 5
    world.let(10)
    world.worker.start("u1", "standin")
    world.wait("done")
    assert sorted(world.source.asked) == sorted(TITLES)
    assert world.complete() == 4


def test_a_source_that_stops_says_why(world: World) -> None:
    world.source = StandInSource(*FILMS, most=2)
    world.worker.start("u1", "standin")
    job = world.wait("stopped")
    assert job.stopped is not None
    assert "the token is wrong" in job.stopped
    assert world.complete() == 2


def test_a_bug_ends_one_job_and_not_the_thread(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    whole = world.source
    monkeypatch.setattr(world, "source", object())
    world.worker.start("u1", "standin")
    assert world.wait("stopped").stopped == "An error of cinestats."
    world.source = whole
    world.let(10)
    world.worker.start("u1", "standin")
    world.wait("done")
    assert "Completing films failed" in caplog.text


def test_a_source_that_lacks_something_begins_no_job(world: World) -> None:
    with pytest.raises(CinestatsError, match="needs a token"):
        world.worker.start("u1", "tmdb")
    assert world.worker.job("u1") is None


def test_with_no_source_on_nothing_is_asked(world: World) -> None:
    world.let(10)
    world.worker.dispatch()
    world.worker.stop()
    assert world.source.asked == []


def test_new_plays_are_completed_as_they_come() -> None:
    """Films that are there are not asked for again."""
    world = World("standin")
    world.let(100)
    turn(world)
    assert world.wait("done").total == 4
    imported(world.app, row(line=9, title="Ronin", year=2001))
    world.position = 2
    turn(world)
    assert world.source.asked == [*TITLES, "Ronin"]
    turn(world)
    assert world.source.requests == 5
    world.worker.stop()


def turn(world: World) -> None:
    """One look at all diaries, to its end."""
    world.worker.dispatch()
    turn = world.worker._turn
    assert turn is not None
    turn.result(10)


def test_the_end_does_not_wait_for_a_source_that_waits() -> None:
    """A source may ask for a pause of minutes."""
    from cinestats.adapters.sources.http import StoppableTimer

    stopping = threading.Event()
    timer = StoppableTimer(stopping)
    timer.sleep(0.001)
    stopping.set()
    with pytest.raises(SourceStopped, match="The server stops"):
        timer.sleep(300)
