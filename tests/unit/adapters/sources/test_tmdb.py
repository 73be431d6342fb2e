"""The Movie Database as a source."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from cinestats.adapters.sources.tmdb import Tmdb
from cinestats.application.catalogue.ports import CatalogueFilm, FilmQuery, Found, Suggested
from cinestats.application.sources.ports import Answer, Failed, FilmSource, SourceStopped
from cinestats.domain.details import FilmDetails, Votes
from cinestats.domain.movie import FilmIds, Movie
from tests.contracts.catalogue import RED_RIDING, film

from .stand_in import FAULTS, StoodTimer, served
from .tmdb_stand_in import TOKEN, TmdbStandIn

HEAT = CatalogueFilm(
    Movie.create(
        "Heat",
        year=1995,
        directors=["Michael Mann"],
        actors=["Al Pacino", "Robert De Niro"],
        genres=["Crime", "Science Fiction"],
        duration=170,
        ids=FilmIds("tt0113277", 949, "Q42198"),
        details=FilmDetails(
            None,
            ("United States of America",),
            ("English",),
            ("Michael Mann",),
            ("Elliot Goldenthal",),
            ("Dante Spinotti",),
            ("Regency",),
            "Heat Collection",
        ),
    ),
    "Heat - La sfida",
    ("Fuego contra fuego",),
    (1996, 2022),
)
IMAGES = "https://image.tmdb.org/t/p"
OLD_HEAT = film("Heat", 1986, tmdb=26719, duration=101)


class World:
    def __init__(self, *films: CatalogueFilm) -> None:
        self.stack = ExitStack()
        self.server = self.stack.enter_context(served(TmdbStandIn(films)))
        self.source = Tmdb(
            TOKEN, url=f"{self.server.url}/3", image_url=IMAGES, timer=StoodTimer()
        )

    def ask(self, title: str = "", year: int | None = None, **ids: Any) -> Answer:
        (answer,) = self.source.look_up([FilmQuery(title, year, FilmIds(**ids))])
        return answer


@pytest.fixture
def world() -> Iterator[World]:
    world = World(HEAT, OLD_HEAT, *RED_RIDING)
    with world.stack:
        yield world


def title_of(answer: Answer) -> str:
    assert isinstance(answer, Found)
    return answer.film.movie.title


def test_a_film_is_told_with_all_that_is_known_of_it(world: World) -> None:
    """Its years are those in cinemas near the first, so no restored copy is another film's."""
    answer = world.ask(tmdb=949)
    assert isinstance(answer, Found)
    movie, details = answer.film.movie, answer.film.movie.details
    assert (movie.title, movie.year, movie.duration) == ("Heat", 1995, 170)
    assert (movie.directors, movie.actors) == (HEAT.movie.directors, HEAT.movie.actors)
    assert movie.genres == ("Crime", "Sci-Fi")
    assert movie.ids == HEAT.movie.ids
    assert movie.poster_url == "https://image.tmdb.org/t/p/w342/poster.jpg"
    assert details == FilmDetails(
        "Heat",
        HEAT.movie.details.countries,
        ("English",),
        ("Michael Mann",),
        ("Elliot Goldenthal",),
        ("Dante Spinotti",),
        ("Regency",),
        "Heat Collection",
        Votes("tmdb", 7.5, 100),
    )
    assert set(answer.film.alternative_titles) == {"Heat - La sfida", "Fuego contra fuego"}
    assert answer.film.release_years == (1996,)


@pytest.mark.parametrize(
    ("ids", "requests"),
    [({"tmdb": 949}, 1), ({"imdb": "tt0113277"}, 2), ({"wikidata": "Q42198"}, 2)],
)
def test_an_id_says_which_it_is(world: World, ids: dict[str, Any], requests: int) -> None:
    assert title_of(world.ask("Whatever", 2020, **ids)) == "Heat"
    assert world.source.requests == requests


@pytest.mark.parametrize("ids", [{"tmdb": 1}, {"imdb": "tt9999999"}, {"wikidata": "Q1"}])
def test_an_id_that_is_gone_is_no_other_film(world: World, ids: dict[str, Any]) -> None:
    """Not even one of exactly the title and year: a series has numbers, too."""
    assert world.ask("Heat", 1995, **ids) is None


@pytest.mark.parametrize("title", ["Heat", "HEAT - la sfida", "Fuego contra fuego"])
def test_exactly_a_title_and_a_year_say_which_it_is(world: World, title: str) -> None:
    for year in (1995, 1996):
        answer = world.ask(title, year)
        assert isinstance(answer, Found)
        assert answer.film.movie.ids.tmdb == 949


def test_what_comes_near_is_only_suggested(world: World) -> None:
    for title, year in (("Heat", None), ("Heat", 1994), ("Heat", 1987)):
        answer = world.ask(title, year)
        assert answer is None or isinstance(answer, Suggested)
    assert world.ask("Hot", 1995) is None


def test_parts_of_a_series_are_themselves(world: World) -> None:
    for each in RED_RIDING:
        assert title_of(world.ask(each.movie.title, 2009)) == each.movie.title
    assert not isinstance(world.ask("Red Riding", 2009), Found)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_costs_one_film_at_most(world: World, fault: str) -> None:
    """Four times the same, it is that film's alone."""
    world.server.faults = [FAULTS[fault]] * 4
    queries = [FilmQuery("", ids=FilmIds(tmdb=949)), FilmQuery("", ids=FilmIds(tmdb=26719))]
    first, second = world.source.look_up(queries)
    assert isinstance(first, Failed)
    assert title_of(second) == "Heat"


@pytest.mark.parametrize(
    "changed",
    [
        {"runtime": "170"},
        {"title": None},
        {"genres": {"id": 1}},
        {"genres": [1]},
        {"credits": []},
        {"credits": {"cast": [{"name": 1}], "crew": []}},
        {"release_date": "soon"},
        {"runtime": 10**6},
        {"vote_average": "high"},
        {"belongs_to_collection": [1]},
        {"external_ids": {"imdb_id": "nm0000001"}},
    ],
)
def test_an_answer_of_another_shape_fails_for_that_film(
    world: World, changed: dict[str, Any]
) -> None:
    world.server.changed[949] = changed
    answer = world.ask(tmdb=949)
    assert isinstance(answer, Failed)
    assert "TMDB" in answer.reason


@pytest.mark.parametrize(
    "changed",
    [
        {"runtime": 0},
        {"runtime": None},
        {"poster_path": None},
        {"release_date": ""},
        {"credits": None, "alternative_titles": None, "translations": None},
        {"external_ids": {"imdb_id": "", "wikidata_id": None}, "imdb_id": None},
        {"vote_count": 0},
    ],
)
def test_what_is_not_known_is_left_out(world: World, changed: dict[str, Any]) -> None:
    world.server.changed[949] = changed
    assert title_of(world.ask(tmdb=949)) == "Heat"


def test_a_wrong_token_ends_the_look_up(world: World) -> None:
    source: FilmSource = Tmdb(
        "wrong", url=f"{world.server.url}/3", image_url=IMAGES, timer=StoodTimer()
    )
    with pytest.raises(SourceStopped, match="TMDB refused with 401"):
        list(source.look_up([FilmQuery("Heat")]))
