"""How well titles are matched on real data: the figures, and the budgets they must keep."""

import csv
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from cinestats.adapters.catalogue_csv import read_catalogue
from cinestats.adapters.memory.catalogue import MemoryCatalogue
from cinestats.adapters.sqlite.catalogue import SqliteCatalogue
from cinestats.application.catalogue.ports import (
    Ambiguous,
    Catalogue,
    CatalogueFilm,
    FilmQuery,
    Found,
)

DATA = Path(__file__).parents[3] / "shared" / "data"

pytestmark = pytest.mark.skipif(not DATA.exists(), reason="shared/data is absent")


@dataclass(frozen=True)
class Row:
    """A film as an Italian account shows it; ``film_key`` is None if not in the catalogue."""

    italian_title: str
    original_title: str
    year: int
    film_key: str | None


@pytest.fixture(scope="module")
def films() -> list[CatalogueFilm]:
    films, rejected = read_catalogue((DATA / "catalog.csv").read_bytes())
    assert rejected == []
    return films


@pytest.fixture(scope="module")
def rows(films: list[CatalogueFilm]) -> list[Row]:
    with (DATA / "catalog.csv").open(encoding="utf-8-sig", newline="") as file:
        ids = [row["movie_id"] for row in csv.DictReader(file)]
    keys = {i: film.movie.film_key for i, film in zip(ids, films, strict=True)}
    with (DATA / "italian_titles.csv").open(encoding="utf-8", newline="") as file:
        return [
            Row(
                row["italian_title"],
                row["original_title"],
                int(row["year"]),
                keys.get(row["movie_id"]),
            )
            for row in csv.DictReader(file)
        ]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("catalogue") / "catalogue.db"


@pytest.fixture(scope="module")
def catalogue(films: list[CatalogueFilm], path: Path) -> Iterator[SqliteCatalogue]:
    catalogue = SqliteCatalogue(path)
    catalogue.load(films)
    yield catalogue
    catalogue.close()


def verdict(catalogue: Catalogue, query: FilmQuery, film_key: str | None) -> str:
    match catalogue.find(query):
        case None:
            return "missed"
        case Found(movie):
            return "found" if movie.film_key == film_key else "wrong"
        case Ambiguous(candidates):
            among = any(movie.film_key == film_key for movie in candidates)
            return "ambiguous" if among else "wrong"


def shares(catalogue: Catalogue, rows: list[Row], column: str, *, year: bool) -> Counter[str]:
    """Of the rows whose film is in the catalogue, how many percent got each verdict."""
    known = [row for row in rows if row.film_key is not None]
    counts: Counter[str] = Counter()
    for row in known:
        query = FilmQuery(getattr(row, column), row.year if year else None)
        counts[verdict(catalogue, query, row.film_key)] += 1
    return Counter({k: 100 * n / len(known) for k, n in counts.items()})  # type: ignore[misc]


def test_an_italian_title_alone_finds_its_film(
    catalogue: SqliteCatalogue, rows: list[Row]
) -> None:
    """At least 97 % found, at most 0.5 % wrong; a few have a namesake."""
    share = shares(catalogue, rows, "italian_title", year=False)
    assert share["found"] >= 97
    assert share["wrong"] <= 0.5
    assert share["missed"] <= 0.5


def test_an_original_title_alone_finds_its_film_or_says_that_several_have_it(
    catalogue: SqliteCatalogue, rows: list[Row]
) -> None:
    """More than 7 % of these films share their title with another one of the catalogue."""
    share = shares(catalogue, rows, "original_title", year=False)
    assert share["found"] >= 92
    assert share["found"] + share["ambiguous"] >= 99.5
    assert share["wrong"] <= 0.5


@pytest.mark.parametrize("column", ["italian_title", "original_title"])
def test_with_the_year_either_title_finds_its_film(
    catalogue: SqliteCatalogue, rows: list[Row], column: str
) -> None:
    """Namesakes included."""
    share = shares(catalogue, rows, column, year=True)
    assert share["found"] >= 99.5
    assert share["wrong"] == 0


@pytest.mark.parametrize("column", ["italian_title", "original_title"])
def test_a_film_that_is_not_in_the_catalogue_is_not_found_with_its_year(
    catalogue: SqliteCatalogue, rows: list[Row], column: str
) -> None:
    """Neither a namesake nor a neighbour is taken for it."""
    unknown = [row for row in rows if row.film_key is None]
    assert len(unknown) > 200
    for row in unknown:
        assert catalogue.find(FilmQuery(getattr(row, column), row.year)) is None


def test_an_italian_title_that_the_catalogue_does_not_list_leads_to_no_wrong_film(
    films: list[CatalogueFilm], rows: list[Row]
) -> None:
    """With the year, those that only add a subtitle to a known title are found all the same."""
    foreign = MemoryCatalogue(replace(film, italian_title=None) for film in films)
    answers: Counter[str] = Counter()
    for row in rows:
        query = FilmQuery(row.italian_title, row.year)
        answer = foreign.find(query)
        if isinstance(answer, Found) and answer.near:
            answers[verdict(foreign, query, row.film_key)] += 1
    assert answers["found"] >= 55
    assert answers["wrong"] == 0


def test_the_titles_of_missing_films_hardly_ever_lead_to_another_film(
    films: list[CatalogueFilm],
) -> None:
    """Half of the catalogue is asked for the other half, with the year: < 0.3 % answers."""
    for half in (0, 1):
        catalogue = MemoryCatalogue(films[half::2])
        asked = [film.movie for film in films[1 - half :: 2] if film.movie.year is not None]
        answers = [catalogue.find(FilmQuery(movie.title, movie.year)) for movie in asked]
        assert sum(answer is not None for answer in answers) < 0.003 * len(asked)


def test_typing_errors_are_mostly_forgiven_and_hardly_ever_mislead(
    films: list[CatalogueFilm], catalogue: SqliteCatalogue
) -> None:
    """Two neighbouring letters swapped, with the year: > 75 % found, < 0.1 % wrong."""
    chance = random.Random(0)
    sample = [film.movie for film in chance.sample(films, 2000) if len(film.movie.title) > 3]
    verdicts: Counter[str] = Counter()
    for movie in sample:
        at = chance.randrange(1, len(movie.title) - 1)
        a, b = movie.title[at], movie.title[at + 1]
        title = movie.title[:at] + b + a + movie.title[at + 2 :]
        verdicts[verdict(catalogue, FilmQuery(title, movie.year), movie.film_key)] += 1
    assert verdicts["found"] > 0.75 * len(sample)
    assert verdicts["wrong"] < 0.001 * len(sample)


def test_both_catalogues_give_the_same_answers(
    films: list[CatalogueFilm], rows: list[Row], catalogue: SqliteCatalogue
) -> None:
    """Where the films are kept makes no difference to what is found."""
    memory = MemoryCatalogue(films)
    for row in rows:
        for title in (row.italian_title, row.original_title, row.italian_title[1:]):
            for year in (row.year, None):
                query = FilmQuery(title, year)
                assert catalogue.find(query) == memory.find(query)


@pytest.mark.usefixtures("catalogue")
def test_a_film_is_found_after_opening_the_file_anew(path: Path) -> None:
    """A command that needs one title needs nothing else to be read first."""
    reopened = SqliteCatalogue(path)
    assert isinstance(reopened.find(FilmQuery("Inception", 2010)), Found)
    reopened.close()


TYPED = (
    *("t", "th", "the", "a b", "il", "dark kni", "godfather", "toy story", "la vita e be"),
    *("incepton", "shwshank", "matrx reloded", "quei bravi ragazzi", "Сталкер", "zzzzzzzz"),
    "the lord of the rings the felowship of the ring",
)


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("dark knight", "The Dark Knight"),
        ("godfather", "The Godfather"),
        ("la vita e be", "Life Is Beautiful"),
        ("quei bravi", "Goodfellas"),
        ("shwshank", "The Shawshank Redemption"),
        ("matrx reloded", "The Matrix Reloaded"),
        ("empire strikes st", "Star Wars: Episode V - The Empire Strikes Back"),
        ("halloween 1978", "Halloween"),
    ],
)
def test_the_film_that_is_typed_comes_first(
    catalogue: SqliteCatalogue, typed: str, title: str
) -> None:
    """By its original or its Italian title, unfinished or wrong."""
    assert catalogue.search(typed, 8)[0].movie.title == title


def test_both_catalogues_suggest_the_same_films(
    films: list[CatalogueFilm], catalogue: SqliteCatalogue
) -> None:
    """In the same order."""
    memory = MemoryCatalogue(films)
    for text in TYPED:
        assert catalogue.search(text, 8) == memory.search(text, 8)
