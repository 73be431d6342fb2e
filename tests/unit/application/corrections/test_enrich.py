"""Completing a diary from a catalogue that learned its films later."""

from dataclasses import replace
from datetime import date

import pytest

from cinestats.application.catalogue.ports import CatalogueFilm
from cinestats.application.corrections.enrich import EnrichReport, enrich, sum_of
from cinestats.application.corrections.match import match
from cinestats.application.diary import keep
from cinestats.domain.entry import Entry
from cinestats.domain.events import EntryCorrected
from cinestats.domain.movie import FilmIds, FilmName, Movie
from tests.unit.application.application import Application

from .diary import CIRCLE, THE_CIRCLE, by_id, entries, imported, row, undone

NOWHERE = row(line=9, title="Nowhere To Be Found", year=2015)


@pytest.fixture
def app() -> Application:
    return Application()


def figures(report: EnrichReport) -> tuple[int, ...]:
    assert report.films == (
        report.completed + report.ambiguous + report.not_found + report.failed
    )
    return report.completed, report.ambiguous, report.not_found, report.failed


def run(app: Application, **options: bool) -> EnrichReport:
    return enrich(app.keeper, user="u1", **options)


def of_the_film(entry: Entry) -> tuple[object, ...]:
    movie = entry.movie
    return movie.film_key, movie.directors, movie.genres, movie.duration


def test_a_film_is_counted_once_however_often_it_was_watched(app: Application) -> None:
    """All its plays are completed, under the title that their source has."""
    days = [date(2025, 1, n) for n in range(1, 4)]
    imported(app, *(row(line=n, watched_on=day) for n, day in enumerate(days, 2)), NOWHERE)
    app.catalogue.load([CIRCLE])
    assert figures(run(app)) == (1, 0, 1, 0)
    plays = [entry for entry in entries(app) if entry.movie.title == "Circle"]
    assert len(plays) == 3
    for play in plays:
        assert of_the_film(play) == of_the_film(replace(play, movie=CIRCLE.movie))
        assert play.movie.listed == FilmName("Circle", 2015)
    app.projector.catch_up()
    assert app.verifier.verify().equal


def test_what_is_complete_is_not_asked_for_again(app: Application) -> None:
    """A second run changes nothing, and so does one that was broken off before."""
    imported(app, row(), NOWHERE)
    app.catalogue.load([CIRCLE])
    run(app)
    tail = app.log.tail(0)
    assert figures(run(app)) == (0, 0, 1, 0)
    assert app.log.tail(0) == tail


def test_a_dry_run_says_the_same_and_stores_nothing(app: Application) -> None:
    """So it can be offered."""
    imported(app, row(), NOWHERE)
    app.catalogue.load([CIRCLE])
    before = by_id(app)
    assert figures(run(app, dry_run=True)) == (1, 0, 1, 0)
    assert by_id(app) == before


def test_days_ratings_and_what_was_said_stay(app: Application) -> None:
    """Nothing but the film changes; so do credits that are there, unless they are refreshed."""
    imported(app, row(tags=("x",), liked=True, directors=("Somebody Else",)))
    (before,) = entries(app)
    app.catalogue.load([CIRCLE])
    run(app)
    (after,) = entries(app)
    assert replace(after, movie=before.movie) == before
    assert after.movie.directors == ("Somebody Else",)
    assert after.movie.duration == 87
    run(app, refresh=True)
    (refreshed,) = entries(app)
    assert refreshed.movie.directors == CIRCLE.movie.directors


def test_what_may_be_several_films_is_told_and_left(app: Application) -> None:
    """One without a year, or of the year beside it, is for a person to decide."""
    imported(app, row(year=None), row(line=3, year=2014, watched_on=date(2025, 1, 4)))
    app.catalogue.load([CIRCLE])
    before = by_id(app)
    report = run(app)
    assert figures(report) == (0, 2, 0, 0)
    assert by_id(app) == before


def test_a_film_that_a_person_chose_stays(app: Application) -> None:
    """Also one that is none of the catalogue's."""
    (entry,) = imported(app, row())
    match(app.keeper, user="u1", entry_id=entry.entry_id)
    app.catalogue.load([CIRCLE])
    before = by_id(app)
    assert figures(run(app, refresh=True)) == (0, 0, 0, 0)
    assert by_id(app) == before


def test_a_film_that_a_person_chose_by_an_id_is_completed_by_that_id(app: Application) -> None:
    """The catalogue may learn the id later; the title alone is no reason."""
    (entry,) = imported(app, row(title="Il cerchio", year=2017))
    match(app.keeper, user="u1", entry_id=entry.entry_id, ids=FilmIds(tmdb=339988))
    app.catalogue.load([CIRCLE, CatalogueFilm(Movie.create("Il cerchio", year=2017))])
    assert figures(run(app)) == (0, 0, 1, 0)
    app.catalogue.load([THE_CIRCLE])
    assert figures(run(app)) == (1, 0, 0, 0)
    (after,) = entries(app)
    assert (after.movie.title, after.movie.directors) == ("Il cerchio", ("James Ponsoldt",))
    assert after.movie.ids == THE_CIRCLE.movie.ids


def test_a_row_that_had_only_an_id_gets_a_title(app: Application) -> None:
    """As the source has it that knows the id."""
    imported(app, row(title="", year=None, imdb_id="tt3118452"))
    app.catalogue.load([CIRCLE])
    run(app)
    (after,) = entries(app)
    assert (after.movie.title, after.movie.year) == ("Circle", 2015)
    assert figures(run(app)) == (0, 0, 0, 0)


def test_two_films_of_one_title_and_year_stay_two(app: Application) -> None:
    """A play of another id is not completed by its namesake."""
    imported(app, row(), row(line=3, imdb_id="tt9999999", watched_on=date(2025, 1, 4)))
    app.catalogue.load([CIRCLE])
    run(app)
    for entry in entries(app):
        if entry.movie.ids.imdb == "tt9999999":
            assert entry.movie.directors == ()


def test_what_was_completed_is_taken_back_at_once(app: Application) -> None:
    """By the cause that the report names."""
    imported(app, row(), row(line=3, watched_on=date(2025, 1, 4)), NOWHERE)
    before = by_id(app)
    app.catalogue.load([CIRCLE])
    report = run(app)
    causes = {
        r.event.cause for r in app.log.of_user("u1") if isinstance(r.event, EntryCorrected)
    }
    assert causes == {report.cause}
    assert undone(app, report.cause) == before


def test_a_film_that_could_not_be_completed_is_counted_as_failed(
    app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fault: its play was deleted while the catalogue was asked; the others go on."""
    gone, _ = imported(app, row(), row(line=3, title="The Circle", year=2017))
    app.catalogue.load([CIRCLE, THE_CIRCLE])
    record_all = app.recorder.record_all

    def late(commands: object) -> object:
        monkeypatch.undo()
        keep.delete(app.keeper, user="u1", entry_id=gone.entry_id)
        return record_all(commands)  # type: ignore[arg-type]

    monkeypatch.setattr(type(app.recorder), "record_all", lambda _, commands: late(commands))
    assert figures(run(app)) == (1, 0, 0, 1)


def test_a_play_whose_film_changed_meanwhile_is_left(app: Application) -> None:
    """Fault: a person said what it is while the catalogue was asked."""
    (entry,) = imported(app, row())
    app.catalogue.load([CIRCLE])
    chosen = replace(entry.movie, film_key="another")
    original = app.recorder.record_all

    class Late:
        def __getattr__(self, name: str) -> object:
            return getattr(app.recorder, name)

        def record_all(self, commands: object) -> object:
            keep.correct(
                app.keeper, user="u1", entry_id=entry.entry_id, correction={"movie": chosen}
            )
            return original(commands)  # type: ignore[arg-type]

    enrich(replace(app.keeper, recorder=Late()), user="u1")  # type: ignore[arg-type]
    (after,) = entries(app)
    assert after.movie == chosen


def test_films_of_several_diaries_add_up() -> None:
    """A film counts in each of them."""
    one = EnrichReport("a", completed=1, ambiguous=2, not_found=3, failed=4, requests=5)
    total = sum_of([one, one])
    assert (*figures(total), total.requests) == (2, 4, 6, 8, 10)
    assert sum_of([]).films == 0


def test_a_diary_that_lags_is_caught_up_first(app: Application) -> None:
    """Fault: a crash came between the append and the diary."""
    event = app.recorder.record(app.add("Circle")).event
    assert event is not None
    late = Application()
    late.log.append(0, 0, [event])
    assert figures(enrich(late.keeper, user="u1")) == (0, 0, 1, 0)
