"""Wikidata as a source."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import pytest

from cinestats.adapters.sources.wikidata import Wikidata
from cinestats.application.catalogue.ports import CatalogueFilm, FilmQuery, Found, Suggested
from cinestats.application.sources.ports import Answer, Failed
from cinestats.domain.movie import FilmIds, Movie
from tests.contracts.catalogue import RED_RIDING, film

from .stand_in import FAULTS, StoodTimer, served
from .test_tmdb import HEAT
from .wikidata_stand_in import WikidataStandIn

IDS = FilmIds("tt0113277", 949, "Q42198", "https://letterboxd.com/film/heat-1995/")
FILM = replace(
    HEAT,
    movie=replace(HEAT.movie, ids=IDS, genres=("crime film", "science fiction film")),
)
ALI = film("Ali", 2001, imdb="tt0248667", wikidata="Q201819", duration=157)


class World:
    def __init__(self, *films: CatalogueFilm) -> None:
        self.stack = ExitStack()
        self.server = self.stack.enter_context(served(WikidataStandIn(films)))
        self.source = Wikidata(
            sparql_url=f"{self.server.url}/sparql",
            api_url=f"{self.server.url}/w/api.php",
            timer=StoodTimer(),
        )

    def ask(self, title: str = "", year: int | None = None, **ids: Any) -> Answer:
        (answer,) = self.source.look_up([FilmQuery(title, year, FilmIds(**ids))])
        return answer


@pytest.fixture
def world() -> Iterator[World]:
    world = World(FILM, ALI, *RED_RIDING)
    with world.stack:
        yield world


def item_of(answer: Answer) -> str | None:
    assert isinstance(answer, Found)
    return answer.film.movie.ids.wikidata


def test_a_film_is_told_with_all_that_is_known_of_it(world: World) -> None:
    answer = world.ask(wikidata="Q42198")
    assert isinstance(answer, Found)
    movie, details = answer.film.movie, answer.film.movie.details
    assert (movie.title, movie.year, movie.duration) == ("Heat", 1995, 170)
    assert (movie.directors, movie.actors) == (HEAT.movie.directors, HEAT.movie.actors)
    assert movie.genres == ("Crime", "Sci-Fi")
    assert movie.ids == IDS
    assert movie.poster_url is None
    assert details == HEAT.movie.details
    assert set(answer.film.alternative_titles) == {"Heat - La sfida", "Fuego contra fuego"}
    assert answer.film.release_years == (1996,)


@pytest.mark.parametrize("kind", FilmIds._fields)
def test_an_id_says_which_it_is(world: World, kind: str) -> None:
    ids = {kind: getattr(IDS, kind)}
    assert item_of(world.ask("Whatever", 2020, **ids)) == "Q42198"


@pytest.mark.parametrize(
    "ids",
    [
        {"imdb": "tt9999999"},
        {"tmdb": 1},
        {"wikidata": "Q7"},
        {"letterboxd": "https://letterboxd.com/film/heat/"},
        {"letterboxd": "https://boxd.it/1Y"},
    ],
)
def test_an_id_that_is_not_known_is_no_other_film(world: World, ids: dict[str, Any]) -> None:
    assert world.ask("Heat", 1995, **ids) is None


@pytest.mark.parametrize("title", ["Heat", "Heat - La sfida", "Fuego contra fuego"])
def test_exactly_a_title_and_a_year_say_which_it_is(world: World, title: str) -> None:
    assert item_of(world.ask(title, 1995)) == "Q42198"


def test_what_comes_near_is_only_suggested(world: World) -> None:
    assert isinstance(world.ask("Heat", None), Suggested)
    assert isinstance(world.ask("Heat", 1994), Suggested)
    assert world.ask("Hot", 1995) is None
    assert not isinstance(world.ask("Red Riding", 2009), Found)


def test_a_batch_takes_few_requests(world: World) -> None:
    """One a kind of id, one for the titles, one for the films, and those for their names."""
    films = [FILM, ALI, *RED_RIDING]
    queries = [FilmQuery(each.movie.title, each.movie.year) for each in films]
    queries += [FilmQuery("", ids=FilmIds(imdb=each.movie.ids.imdb)) for each in films]
    answers = list(world.source.look_up(queries))
    assert all(isinstance(each, Found) for each in answers)
    assert world.source.requests == 4


def test_a_title_may_hold_anything(world: World) -> None:
    """It stays a text in the query."""
    for title in ('a" } DROP {', "\\", 'x"@en', "línea\nnueva", "'"):
        assert world.ask(title, 1995) is None


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_costs_a_batch_at_most_and_is_asked_again(world: World, fault: str) -> None:
    world.server.faults = [FAULTS[fault]] * 4
    assert isinstance(world.ask("Heat", 1995), Failed)
    assert item_of(world.ask("Heat", 1995)) == "Q42198"


@pytest.mark.parametrize(
    "changed",
    [
        {"labels": 1},
        {"labels": {"en": "Heat"}},
        {"claims": {"P57": [{"rank": "normal", "mainsnak": {"snaktype": "value"}}]}},
        {"claims": {"P57": {"id": "Q1"}}},
        {"claims": {"P2047": [1]}},
    ],
)
def test_an_item_of_another_shape_fails_for_its_film_alone(
    world: World, changed: dict[str, Any]
) -> None:
    world.server.entities["Q42198"] |= changed
    queries = [FilmQuery("Heat", 1995), FilmQuery("Ali", 2001)]
    first, second = world.source.look_up(queries)
    assert isinstance(first, Failed)
    assert item_of(second) == "Q201819"


def test_an_item_that_was_merged_is_the_other_one(world: World) -> None:
    merged = {**world.server.entities["Q42198"], "redirects": {"from": "Q5", "to": "Q42198"}}
    world.server.entities["Q5"] = merged
    assert isinstance(world.ask(wikidata="Q5"), Found)


def test_what_is_not_known_is_left_out(world: World) -> None:
    """A film without claims has a title; one without a title is none."""
    entity = world.server.entities["Q42198"]
    entity["claims"] = {"P577": [], "P2047": []}
    answer = world.ask(wikidata="Q42198")
    assert isinstance(answer, Found)
    assert answer.film.movie == replace(
        Movie.create("Heat", ids=FilmIds(wikidata="Q42198")), details=answer.film.movie.details
    )
    entity |= {"labels": {}, "aliases": {}}
    assert world.ask(wikidata="Q42198") is None


@pytest.mark.parametrize(
    ("amount", "unit", "minutes"),
    [
        ("+2.5", "Q25235", 150),
        ("+5400", "Q11574", 90),
        ("+90", "Q1", None),
        ("0", "Q7727", None),
    ],
)
def test_a_length_has_a_unit(world: World, amount: str, unit: str, minutes: int | None) -> None:
    claim = world.server.entities["Q42198"]["claims"]["P2047"][0]
    claim["mainsnak"]["datavalue"]["value"] = {
        "amount": amount,
        "unit": f"http://www.wikidata.org/entity/{unit}",
    }
    answer = world.ask(wikidata="Q42198")
    assert isinstance(answer, Found)
    assert answer.film.movie.duration == minutes


@pytest.mark.parametrize(
    ("file", "poster"),
    [
        (
            "Heat è (1995).jpg",
            "commons/thumb/0/0d/Heat_%C3%A8_%281995%29.jpg/330px-Heat_%C3%A8_%281995%29.jpg",
        ),
        ("Heat.svg", None),
        ("../Heat.jpg", None),
    ],
)
def test_a_poster_is_a_file_of_commons(world: World, file: str, poster: str | None) -> None:
    """A picture, in a width that is kept ready there; a drawing is none."""
    value = {"snaktype": "value", "datavalue": {"type": "string", "value": file}}
    claims = world.server.entities["Q42198"]["claims"]
    claims["P3383"] = [{"rank": "normal", "mainsnak": value}]
    answer = world.ask(wikidata="Q42198")
    assert isinstance(answer, Found)
    found = answer.film.movie.poster_url
    assert found == (poster and f"https://upload.wikimedia.org/wikipedia/{poster}")


def test_both_addresses_share_one_pace(world: World) -> None:
    """At one request a second, whichever of the two it goes to."""
    timer = StoodTimer()
    source = Wikidata(
        sparql_url=f"{world.server.url}/sparql",
        api_url=f"{world.server.url}/w/api.php",
        rate=1,
        timer=timer,
    )
    list(source.look_up([FilmQuery("Heat", 1995)]))
    assert source.requests == len(world.server.asked) == 3
    assert timer.slept == [1.0, 1.0]
