"""What must never be wrong, by way of every source: the table that catalogues keep, too.

A source finds a film of exactly the title and the year, and with the right film absent it never
takes another for it.
"""

from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cinestats.adapters.memory.catalogue import MemoryCatalogue
from cinestats.adapters.sources.imdb import Imdb
from cinestats.adapters.sources.nfo import Nfo
from cinestats.adapters.sources.tmdb import Tmdb
from cinestats.adapters.sources.wikidata import Wikidata
from cinestats.application.catalogue.ports import CatalogueFilm, FilmQuery, Found, Suggested
from cinestats.application.sources.ports import Answer
from cinestats.domain.movie import FilmIds
from tests.contracts.catalogue import DECOYS, REMAKES, RIGHT, film

from . import imdb_files
from .stand_in import StoodTimer, served
from .tmdb_stand_in import TOKEN, TmdbStandIn
from .wikidata_stand_in import WikidataStandIn

Ask = Callable[[Sequence[FilmQuery]], list[Answer]]


def _tmdb(films: list[CatalogueFilm], _: Path) -> Generator[Ask]:
    with served(TmdbStandIn(films)) as server:
        source = Tmdb(
            TOKEN, url=f"{server.url}/3", image_url="https://image", timer=StoodTimer()
        )
        yield lambda queries: list(source.look_up(queries))


def _wikidata(films: list[CatalogueFilm], _: Path) -> Generator[Ask]:
    with served(WikidataStandIn(films)) as server:
        source = Wikidata(
            sparql_url=f"{server.url}/sparql",
            api_url=f"{server.url}/w/api.php",
            timer=StoodTimer(),
        )
        yield lambda queries: list(source.look_up(queries))


def _imdb(films: list[CatalogueFilm], folder: Path) -> Generator[Ask]:
    def row(each: CatalogueFilm) -> str:
        movie = each.movie
        title = movie.title.replace(" ", "_")
        minutes = movie.duration or imdb_files.N
        return f"{movie.ids.imdb} movie {title} {title} 0 {movie.year} \\N {minutes} \\N"

    rated = [f"{each.movie.ids.imdb} 7.0 100" for each in films]
    imdb_files.write(folder, {"title.ratings": rated, "title.basics": map(row, films)})
    source = Imdb(folder, print)
    yield lambda queries: list(source.look_up(queries))


def _nfo(films: list[CatalogueFilm], folder: Path) -> Generator[Ask]:
    for n, each in enumerate(films):
        movie = each.movie
        (folder / f"{n}.nfo").write_text(
            f"<movie><title>{movie.title}</title><year>{movie.year}</year>"
            f"<runtime>{movie.duration or ''}</runtime>"
            f'<uniqueid type="imdb">{movie.ids.imdb}</uniqueid></movie>'
        )
    source = Nfo(folder, print)
    yield lambda queries: list(source.look_up(queries))


def _catalogue(films: list[CatalogueFilm], _: Path) -> Generator[Ask]:
    catalogue = MemoryCatalogue()
    catalogue.load(films)
    yield lambda queries: list(map(catalogue.find, queries))


SOURCES = {
    "tmdb": _tmdb,
    "wikidata": _wikidata,
    "imdb": _imdb,
    "nfo": _nfo,
    "catalogue": _catalogue,
}


def with_ids(first: int, films: Iterable[CatalogueFilm]) -> list[CatalogueFilm]:
    """The films, each with an id of IMDb, as its files and folders have them."""
    return [
        each
        if each.movie.ids.imdb
        else replace(each, movie=replace(each.movie, ids=FilmIds(f"tt{n}")))
        for n, each in enumerate(films, first)
    ]


NAMESAKES = [
    film(title, year, duration=minutes)
    for title, year in (("Under the Skin", 2013), ("The Witch", 2015), ("Enemy", 2013))
    for minutes in (108, 12)
]
LATER = [film("Nomadland", 2021), film("300", 2007)]
ALL = with_ids(7_000_000, [*RIGHT, *REMAKES])
OTHERS = with_ids(8_000_000, [*NAMESAKES, *LATER, *DECOYS])


@pytest.fixture(params=SOURCES)
def asking(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., Any]:
    """Opens the source with films."""
    source = contextmanager(SOURCES[request.param])

    def opened(films: Iterable[CatalogueFilm]) -> Any:
        folder = tmp_path / "films"
        folder.mkdir(exist_ok=True)
        for each in folder.iterdir():
            each.unlink()
        return source([*films, *OTHERS], folder)

    return opened


def named(films: Iterable[CatalogueFilm]) -> list[FilmQuery]:
    return [FilmQuery(each.movie.title, each.movie.year) for each in films]


def ids_of(answer: Answer) -> str | None:
    assert isinstance(answer, Found), answer
    return answer.film.movie.ids.imdb


def test_the_right_film_is_found_beside_its_decoys(asking: Callable[..., Any]) -> None:
    with asking(ALL) as ask:
        found = list(map(ids_of, ask(named(ALL))))
    assert found == [each.movie.ids.imdb for each in ALL]


@pytest.mark.parametrize("half", [0, 1])
def test_without_the_right_film_no_other_is_found(
    asking: Callable[..., Any], half: int
) -> None:
    """By its title, and by an id that the source does not know."""
    absent, present = ALL[half::2], ALL[1 - half :: 2]
    with asking(present) as ask:
        by_id = [
            FilmQuery(q.title, q.year, each.movie.ids)
            for q, each in zip(named(absent), absent, strict=True)
        ]
        answers = ask([*named(absent), *by_id])
    assert [each for each in answers if isinstance(each, Found)] == []


def test_of_two_films_of_a_title_and_year_a_person_is_asked(asking: Callable[..., Any]) -> None:
    """Unless the length tells."""
    with asking(ALL) as ask:
        answers = ask([FilmQuery("Enemy", 2013), FilmQuery("The Witch", 2015)])
        assert [len(each.namesakes) for each in answers] == [2, 2]
        (short,) = ask([FilmQuery("Under the Skin", 2013, duration=13)])
        assert isinstance(short, Found)
        assert short.film.movie.duration == 12


def test_a_film_of_the_year_after_is_suggested_at_most(asking: Callable[..., Any]) -> None:
    """And a series of which there is no film is nothing."""
    with asking(ALL) as ask:
        answers = ask([FilmQuery("Nomadland", 2020), FilmQuery("300", 2006)])
        assert all(each is None or isinstance(each, Suggested) for each in answers)
        series = ask(named([film("Normal People", 2020), film("Chernobyl", 2019)]))
        assert series == [None, None]
