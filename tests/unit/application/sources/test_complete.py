"""Completing a diary from a source elsewhere."""

from datetime import date, timedelta

import pytest

from cinestats.application.catalogue.ports import CatalogueFilm, FilmQuery, Found, Suggested
from cinestats.application.corrections.enrich import EnrichReport
from cinestats.application.sources.complete import Completion, complete
from cinestats.application.sources.look_up import REMEMBERED
from cinestats.domain.movie import FilmIds, Movie
from tests.unit.application.application import Application
from tests.unit.application.corrections.diary import (
    CIRCLE,
    by_id,
    entries,
    imported,
    row,
    undone,
)

from .source import StandInSource

TODAY = date(2026, 11, 28)
ALI = CatalogueFilm(
    Movie.create("Ali", year=2001, directors=["Michael Mann"], genres=["Drama"], duration=157)
)


@pytest.fixture
def app() -> Application:
    return Application()


def run(
    app: Application, source: StandInSource, today: date = TODAY, **options: bool
) -> Completion:
    done = complete(app.keeper, app.catalogue, source, today, user="u1", **options)
    report = done.report
    assert report.films == (
        report.completed + report.ambiguous + report.not_found + report.failed
    )
    return done


def figures(report: EnrichReport) -> tuple[int, ...]:
    return report.completed, report.ambiguous, report.not_found, report.failed, report.requests


def diary(app: Application) -> None:
    """Three films: one of three plays, one that may be another, one that nobody knows."""
    days = [date(2025, 1, n) for n in range(1, 4)]
    imported(
        app,
        *(row(line=n, watched_on=day) for n, day in enumerate(days, 2)),
        row(line=8, title="Ali", year=2002),
        row(line=9, title="Nowhere To Be Found"),
    )


def test_each_film_is_asked_for_once_and_completed_in_all_its_plays(app: Application) -> None:
    diary(app)
    source = StandInSource(CIRCLE, ALI)
    done = run(app, source)
    assert done.stopped is None
    assert figures(done.report) == (1, 1, 1, 0, 3)
    assert source.asked == ["Circle", "Ali", "Nowhere To Be Found"]
    plays = [entry for entry in entries(app) if entry.movie.title == "Circle"]
    assert {play.movie.duration for play in plays} == {87}
    app.projector.catch_up()
    assert app.verifier.verify().equal


def test_what_may_be_meant_is_there_to_choose_from(app: Application) -> None:
    """The catalogue suggests it, as one of its own."""
    diary(app)
    run(app, StandInSource(ALI))
    answer = app.catalogue.find(FilmQuery("Ali", 2002))
    assert isinstance(answer, Suggested)
    assert answer.candidates[0].movie == ALI.movie


def test_nothing_is_asked_twice_until_a_month_has_passed(app: Application) -> None:
    diary(app)
    source = StandInSource(CIRCLE)
    run(app, source)
    assert figures(run(app, source).report) == (0, 0, 2, 0, 0)
    later = TODAY + REMEMBERED + timedelta(days=1)
    assert figures(run(app, source, later).report) == (0, 0, 2, 0, 2)


def test_a_film_that_fails_harms_no_other_and_is_asked_for_again(app: Application) -> None:
    diary(app)
    source = StandInSource(CIRCLE, failing=["Circle"])
    assert figures(run(app, source).report) == (0, 0, 2, 1, 3)
    source.failing.clear()
    assert figures(run(app, source).report) == (1, 0, 2, 0, 1)


@pytest.mark.parametrize("most", [0, 1, 2])
def test_a_source_that_stops_says_why_and_keeps_what_it_told(
    app: Application, most: int
) -> None:
    """Also within a batch."""
    diary(app)
    source = StandInSource(CIRCLE, most=most)
    done = run(app, source)
    assert done.stopped == "standin answers nothing more: the token is wrong."
    assert (done.report.completed, done.report.requests) == (min(most, 1), most)
    source.most = 100
    assert run(app, source).stopped is None
    assert source.requests == 3


def test_it_ends_between_batches_when_it_is_told_to(app: Application) -> None:
    diary(app)
    source, done = StandInSource(CIRCLE), list[tuple[int, int]]()
    answers = iter([False, True])
    told = complete(
        app.keeper,
        app.catalogue,
        source,
        TODAY,
        user="u1",
        progress=lambda *now: done.append(now),
        stop=lambda: next(answers),
    )
    assert (source.requests, done) == (2, [(2, 3)])
    assert figures(told.report) == (1, 0, 1, 0, 2)  # the third may be found another time


@pytest.mark.parametrize("limit", [0, 1, 2])
def test_a_limit_is_kept_and_what_was_not_asked_for_is_not_called_missing(
    app: Application, limit: int
) -> None:
    diary(app)
    source = StandInSource(CIRCLE)
    told = complete(app.keeper, app.catalogue, source, TODAY, user="u1", limit=limit)
    assert source.requests == told.report.films == limit


def test_a_dry_run_leaves_the_diary_and_spares_the_next_run_the_questions(
    app: Application,
) -> None:
    diary(app)
    source, before = StandInSource(CIRCLE), by_id(app)
    assert figures(run(app, source, dry_run=True).report) == (1, 0, 2, 0, 3)
    assert by_id(app) == before
    assert figures(run(app, source).report) == (1, 0, 2, 0, 0)


def test_what_is_complete_or_was_told_already_is_not_asked_for(app: Application) -> None:
    """A source that knows no length is not asked for it again and again."""
    no_length = CatalogueFilm(Movie.create("Ali", year=2001, directors=["Michael Mann"]))
    app.catalogue.load([CIRCLE])
    imported(app, row(), row(line=3, title="Ali", year=2001))
    source = StandInSource(no_length)
    assert figures(run(app, source).report) == (1, 0, 0, 0, 1)
    assert source.asked == ["Ali"]
    assert run(app, source).report.requests == 0


def test_a_known_film_is_asked_for_by_its_ids(app: Application) -> None:
    """A catalogue that lacks credits knows the ids."""
    ids = FilmIds(imdb="tt0248667")
    app.catalogue.load([CatalogueFilm(Movie.create("Ali", year=2001, ids=ids))])
    imported(app, row(title="Ali", year=2001))
    told = CatalogueFilm(
        Movie.create("Muhammad Ali", year=2002, directors=["M. Mann"], ids=ids)
    )
    assert run(app, StandInSource(told)).report.completed == 1
    (play,) = entries(app)
    assert (play.movie.title, play.movie.directors) == ("Ali", ("M. Mann",))
    assert isinstance(app.catalogue.find(FilmQuery("Ali", 2001)), Found)


def test_undo_takes_the_completion_back(app: Application) -> None:
    diary(app)
    before = by_id(app)
    done = run(app, StandInSource(CIRCLE))
    assert undone(app, done.report.cause) == before
