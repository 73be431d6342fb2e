"""Films that were seen on a media server, as they come into the diary."""

from datetime import date, datetime, timedelta

import pytest

from cinestats.application.catalogue.ports import CatalogueFilm
from cinestats.application.media_servers.record_play import Play, PlayOutcome, record_play
from cinestats.domain.movie import FilmIds, Movie
from tests.unit.application.application import TODAY, Application


class World:
    def __init__(self) -> None:
        self.app = Application()

    def record(
        self,
        title: str = "Heat",
        seen_at: datetime | None = None,
        *,
        hook: str = "h1",
        item: str = "s/1",
    ) -> PlayOutcome:
        movie = Movie.create(title, year=1995, directors="Somebody", duration=10)
        play = Play(item, movie, None, seen_at)
        return record_play(self.app.keeper, user="u1", hook_id=hook, play=play)

    def days(self) -> list[date | None]:
        return [entry.watched_on for entry in self.app.diaries.entries("u1")]


@pytest.fixture
def world() -> World:
    return World()


def test_without_a_time_it_was_seen_today(world: World) -> None:
    """Plex says none."""
    assert world.record() == PlayOutcome("added")
    assert world.days() == [TODAY]


def test_a_clock_that_is_ahead_cannot_date_into_the_future(world: World) -> None:
    """The media server's clock may be wrong; the diary takes no day to come."""
    world.record(seen_at=world.app.now + timedelta(days=400))
    assert world.days() == [TODAY]


def test_a_notification_that_comes_late_counts_on_its_day(world: World) -> None:
    """The day on which the film was seen, not the one on which it is told."""
    world.record(seen_at=world.app.now - timedelta(days=3))
    (entry,) = world.app.diaries.entries("u1")
    assert (entry.watched_on, entry.added_on) == (TODAY - timedelta(days=3), TODAY)


def test_an_entry_from_before_the_catalogue_knew_the_film_is_the_same_film(
    world: World,
) -> None:
    """It has another key, but it is that day's play."""
    world.record(hook="h1")
    known = Movie.create("Heat", year=1995, film_key="imdb:tt0113277", directors="Michael Mann")
    world.app.catalogue.load([CatalogueFilm(known)])
    again = world.record(hook="h2")
    assert again.outcome == "already-there"
    assert world.days() == [TODAY]


def test_the_catalogue_is_believed_more_than_the_media_server(world: World) -> None:
    """Genres and names are then the same ones that every other entry has."""
    known = Movie.create("Heat", year=1995, directors="Michael Mann", duration=170)
    world.app.catalogue.load([CatalogueFilm(known)])
    world.record()
    (entry,) = world.app.diaries.entries("u1")
    assert (entry.movie.directors, entry.movie.duration) == (("Michael Mann",), 170)


def test_another_title_for_the_same_item_is_the_same_play(world: World) -> None:
    """A film that was renamed on the media server meanwhile is told once."""
    world.record("Heat")
    assert world.record("Heat - La sfida").outcome == "already-there"
    assert len(world.days()) == 1


def test_a_play_is_no_import(world: World) -> None:
    """It is not listed among the imports that can be undone."""
    world.record()
    (recorded,) = world.app.log.of_user("u1")
    assert recorded.event is not None
    assert recorded.event.cause is None


def test_the_answer_says_why_nothing_was_added(world: World) -> None:
    """Told twice; seen on that day already; added by somebody else at the same moment."""
    world.record(hook="h1")
    assert world.record(hook="h1") == PlayOutcome("already-there", "Heat was added before.")
    assert world.record(hook="h2") == PlayOutcome(
        "already-there", "Heat is already in the diary on 2025-01-21."
    )


def test_who_comes_second_at_the_same_moment_adds_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The diary did not have the film yet when it was looked up."""
    world.record(hook="h1")
    lookup = world.app.diaries.lookup
    found = iter([[]])
    monkeypatch.setattr(world.app.diaries, "lookup", lambda *key: next(found, lookup(*key)))
    assert world.record(hook="h2") == PlayOutcome(
        "already-there",
        "Heat is already in the diary on 2025-01-21; a rewatch needs another day, or to be"
        " added as seen again.",
    )
    assert world.days() == [TODAY]


@pytest.mark.parametrize(("imdb_id", "tmdb_id"), [("tt0113277", None), (None, 949)])
def test_an_identifier_says_which_film_it_is(
    world: World, imdb_id: str | None, tmdb_id: int | None
) -> None:
    """Whatever the media server calls it; without one, title and year do."""
    films = [
        CatalogueFilm(Movie.create("Heat", year=1995, ids=FilmIds("tt0113277", 949))),
        CatalogueFilm(Movie.create("Heat", year=1986, duration=101)),
    ]
    world.app.catalogue.load(films)
    ids = FilmIds(imdb_id, tmdb_id)
    told = Movie.create("La sfida", year=1996, ids=ids), Movie.create("Heat", year=1986)
    for n, movie in enumerate(told):
        play = Play(f"s/{n}", movie, None, None)
        record_play(world.app.keeper, user="u1", hook_id="h1", play=play)
    films = [entry.movie for entry in world.app.diaries.entries("u1")]
    assert [(f.film_key, f.duration) for f in films] == [
        ("heat|1995", None),
        ("heat|1986", 101),
    ]
