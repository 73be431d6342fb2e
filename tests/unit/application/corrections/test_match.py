"""Saying which film an entry is of."""

from dataclasses import replace

import pytest

from cinestats.application.corrections.match import FilmNotFound, film_with_ids, match
from cinestats.application.diary import keep
from cinestats.domain.entry import Entry
from cinestats.domain.errors import EntryNotFound
from cinestats.domain.movie import NO_IDS, FilmIds, FilmName, Movie
from tests.unit.application.application import Application

from .diary import CIRCLE, THE_CIRCLE, by_id, entries, imported, row, undone


@pytest.fixture
def app() -> Application:
    app = Application()
    app.catalogue.load([CIRCLE, THE_CIRCLE])
    return app


def matched(app: Application, ids: FilmIds = NO_IDS, ref: str | None = None) -> Entry:
    """The only entry after a match."""
    (entry,) = entries(app)
    match(app.keeper, user="u1", entry_id=entry.entry_id, ids=ids, ref=ref)
    (entry,) = entries(app)
    return entry


@pytest.mark.parametrize(
    "said",
    [
        {"ids": FilmIds(imdb="tt4287320")},
        {"ids": FilmIds(tmdb=339988)},
        {"ref": THE_CIRCLE.ref},
    ],
)
def test_the_film_is_another_and_the_title_stays(app: Application, said: object) -> None:
    """It has the credits, the length, the ids and the key of the film that it is."""
    imported(app, row())
    entry = matched(app, **said)  # type: ignore[arg-type]
    assert entry.movie == replace(
        THE_CIRCLE.movie, title="Circle", year=2015, listed=FilmName("The Circle", 2017)
    )
    assert entry.film_chosen


def test_a_year_that_the_source_does_not_tell_is_that_of_the_film(app: Application) -> None:
    """Also where the first film that was chosen had another."""
    imported(app, row(year=None))
    assert matched(app, ref=CIRCLE.ref).movie.year == 2015
    assert matched(app, ref=THE_CIRCLE.ref).movie.year == 2017
    assert matched(app).movie.year is None


def test_a_film_is_none_of_the_catalogue(app: Application) -> None:
    """What the catalogue lent goes, and the key is that of title and year again."""
    imported(app, row())
    (entry,) = entries(app)
    assert entry.movie.directors
    entry = matched(app)
    assert entry.movie == Movie("Circle", 2015, "circle|2015")
    assert entry.film_chosen
    assert matched(app) == entry


def test_what_the_source_gives_itself_stays_where_it_is_none(app: Application) -> None:
    """Nothing of it came from a catalogue."""
    imported(app, row(title="Kreis", directors=("Me",), duration=3))
    entry = matched(app)
    assert (entry.movie.directors, entry.movie.duration) == (("Me",), 3)


def test_an_id_that_the_catalogue_does_not_know_is_kept(app: Application) -> None:
    """For a source that does; the credits of another film go."""
    imported(app, row())
    entry = matched(app, ids=FilmIds(imdb="tt0000001"))
    assert entry.movie == Movie("Circle", 2015, "circle|2015", ids=FilmIds(imdb="tt0000001"))


def test_a_match_is_taken_back(app: Application) -> None:
    """By its cause."""
    imported(app, row())
    before = by_id(app)
    (entry_id,) = before
    receipt = match(app.keeper, user="u1", entry_id=entry_id, ref=THE_CIRCLE.ref)
    assert receipt.event is not None
    assert by_id(app) != before
    assert undone(app, receipt.event.cause) == before


def test_the_same_match_changes_nothing(app: Application) -> None:
    """Its receipt has no event."""
    imported(app, row())
    (entry,) = entries(app)
    for changes in (True, False):
        receipt = match(app.keeper, user="u1", entry_id=entry.entry_id, ref=THE_CIRCLE.ref)
        assert (receipt.event is not None) is changes


def test_it_may_become_a_second_play_of_a_day(app: Application) -> None:
    """What stands twice is for the list of duplicates, not for a refusal."""
    first, second = imported(app, row(), row(line=3, title="The Circle", year=2017))
    match(app.keeper, user="u1", entry_id=second.entry_id, ref=CIRCLE.ref)
    keys = {entry.movie.film_key for entry in entries(app)}
    assert keys == {first.movie.film_key}


def test_what_is_not_there_is_named(app: Application) -> None:
    """Entry and film; nothing changes."""
    (entry,) = imported(app, row())
    with pytest.raises(EntryNotFound, match="no entry nope"):
        match(app.keeper, user="u1", entry_id="nope")
    with pytest.raises(FilmNotFound, match=r"no film nope\|1999"):
        match(app.keeper, user="u1", entry_id=entry.entry_id, ref="nope|1999")
    assert entries(app) == [entry]


def test_a_film_is_found_by_one_of_its_ids(app: Application) -> None:
    """So that nobody has to type its title."""
    assert film_with_ids(FilmIds(tmdb=339988), app.catalogue) == THE_CIRCLE.movie
    with pytest.raises(FilmNotFound, match="no film tt0000001 or 5; give its title, too"):
        film_with_ids(FilmIds("tt0000001", 5), app.catalogue)


def test_a_play_added_by_hand_gets_the_year_of_the_film_chosen(app: Application) -> None:
    """The year that it had came from another film."""
    keep.add(app.keeper, user="u1", film=Movie.create("Circle"))
    assert matched(app, ref=THE_CIRCLE.ref).movie.year == 2017
