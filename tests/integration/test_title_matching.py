"""What titles lead to on real data: never to a wrong film, and how often to the right one."""

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
    Catalogue,
    CatalogueFilm,
    FilmQuery,
    Found,
    Suggested,
)
from cinestats.domain.movie import FilmIds
from cinestats.domain.titles import normalize_title

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
    films, rejected, notes = read_catalogue((DATA / "catalog.csv").read_bytes())
    assert rejected == []
    assert all(note.note.startswith("poster: ") for note in notes)  # those without https
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
        case Found(film):
            return "found" if film.movie.film_key == film_key else "wrong"
        case Suggested(namesakes) as suggested:
            among = any(film.movie.film_key == film_key for film in suggested.candidates)
            if among and len(suggested.candidates) == 1:
                return "only namesake" if namesakes else "only suggestion"
            return "among several" if among else "others"


def verdicts(catalogue: Catalogue, rows: list[Row], column: str, *, year: bool) -> Counter[str]:
    """How often each verdict came of the rows whose film is in the catalogue."""
    return Counter(
        verdict(
            catalogue,
            FilmQuery(getattr(row, column), row.year if year else None),
            row.film_key,
        )
        for row in rows
        if row.film_key is not None
    )


@pytest.mark.parametrize(
    ("column", "share"), [("italian_title", 0.97), ("original_title", 0.92)]
)
def test_a_title_alone_is_that_of_one_film_or_says_that_several_have_it(
    catalogue: SqliteCatalogue, rows: list[Row], column: str, share: float
) -> None:
    """More than 7 % of these films share their original title with another one."""
    counts = verdicts(catalogue, rows, column, year=False)
    assert counts["only namesake"] >= share * counts.total()
    assert counts["only namesake"] + counts["among several"] >= 0.995 * counts.total()
    assert counts["found"] == counts["wrong"] == 0


@pytest.mark.parametrize("column", ["italian_title", "original_title"])
def test_with_the_year_either_title_finds_its_film(
    catalogue: SqliteCatalogue, rows: list[Row], column: str
) -> None:
    """Where the account and the catalogue agree on it; if not, the film is suggested."""
    counts = verdicts(catalogue, rows, column, year=True)
    assert counts["wrong"] == 0
    assert counts["found"] >= 0.9 * counts.total()
    assert counts["found"] + counts["only suggestion"] >= 0.99 * counts.total()


@pytest.mark.parametrize("column", ["italian_title", "original_title"])
def test_a_film_that_is_not_in_the_catalogue_is_not_found_with_its_year(
    catalogue: SqliteCatalogue, rows: list[Row], column: str
) -> None:
    """Neither a namesake nor a neighbour is taken for it."""
    unknown = [row for row in rows if row.film_key is None]
    assert len(unknown) > 200
    for row in unknown:
        assert catalogue.find(FilmQuery(getattr(row, column), row.year)) is None


def test_an_italian_title_that_the_catalogue_does_not_list_leads_to_suggestions(
    films: list[CatalogueFilm], rows: list[Row]
) -> None:
    """With the year, those that only add a subtitle to a known title lead to its film."""
    foreign = MemoryCatalogue(replace(film, italian_title=None) for film in films)
    counts = verdicts(foreign, rows, "italian_title", year=True)
    assert counts["only suggestion"] >= 55
    assert counts["wrong"] == counts["others"] == 0


def test_the_titles_of_missing_films_are_never_those_of_another_film(
    films: list[CatalogueFilm],
) -> None:
    """Half of the catalogue is asked for the other half, with the year; few are suggested."""
    for half in (0, 1):
        catalogue = MemoryCatalogue(films[half::2])
        known = {(key, film.movie.year) for film in films[half::2] for key in _keys(film)}
        asked = [film.movie for film in films[1 - half :: 2] if film.movie.year is not None]
        answers = Counter[type]()
        for movie in asked:
            if (normalize_title(movie.title), movie.year) not in known:
                answers[type(catalogue.find(FilmQuery(movie.title, movie.year)))] += 1
        assert answers[Found] == 0
        assert answers[Suggested] < 0.01 * len(asked)


def _keys(film: CatalogueFilm) -> set[str]:
    return set(map(normalize_title, film.titles))


def test_typing_errors_are_mostly_suggested_and_never_believed(
    films: list[CatalogueFilm], catalogue: SqliteCatalogue
) -> None:
    """Two neighbouring letters swapped, with the year: > 75 % lead to the film."""
    chance = random.Random(0)
    sample = [film.movie for film in chance.sample(films, 2000) if len(film.movie.title) > 3]
    counts: Counter[str] = Counter()
    for movie in sample:
        at = chance.randrange(1, len(movie.title) - 1)
        a, b = movie.title[at], movie.title[at + 1]
        title = movie.title[:at] + b + a + movie.title[at + 2 :]
        counts[verdict(catalogue, FilmQuery(title, movie.year), movie.film_key)] += 1
    assert counts["wrong"] == 0
    right = counts["found"] + counts["only suggestion"] + counts["among several"]
    assert right > 0.75 * len(sample)
    assert counts["others"] < 0.001 * len(sample)


IDS = {
    ("Whiplash", 2013): "tt2654430",
    ("Saw", 2003): "tt0495241",
    ("Steve Jobs: The Man in the Machine", 2015): "tt4425064",
    ("Red Riding: The Year of Our Lord 1974", 2009): "tt1259574",
    ("Red Riding: The Year of Our Lord 1980", 2009): "tt1259573",
    ("Red Riding: The Year of Our Lord 1983", 2009): "tt1259575",
    ("Nomadland", 2020): "tt9770150",
    ("300", 2006): "tt0416449",
    ("1917", 2019): "tt8579674",
    ("8½", 1963): "tt0056801",
    ("(500) Days of Summer", 2009): "tt1022603",
    ("RoboCop", 1987): "tt0093870",
    ("RoboCop", 2014): "tt1234721",
    ("Ghostbusters", 1984): "tt0087332",
    ("Ghostbusters", 2016): "tt1289401",
    ("Suspiria", 1977): "tt0076786",
    ("Suspiria", 2018): "tt1034415",
}
"""Films that others have been taken for, where IMDb's id is known."""
OTHERS = [
    ("Circle", 2015),
    ("Spiral", 2019),
    ("Gift", 2015),
    ("Void", 2017),
    ("Love", 2016),
    ("Piper", 2016),
    ("Hospital", 1970),
    ("Under the Skin", 2013),
    ("The Witch", 2015),
    ("Enemy", 2013),
]


@pytest.fixture(
    scope="module", params=["catalog_sample.csv", "catalog.csv", "catalog_large.csv"]
)
def file(request: pytest.FixtureRequest) -> list[CatalogueFilm]:
    films, rejected, notes = read_catalogue((DATA / request.param).read_bytes())
    assert rejected == []
    notes = [note for note in notes if not note.note.startswith("poster: ")]
    assert len(notes) == (3 if request.param == "catalog_large.csv" else 0)
    return films


def test_no_film_is_taken_for_another(file: list[CatalogueFilm]) -> None:
    """With all films, and without the right ones; by title and year, and with an id besides."""
    whole, lacking = MemoryCatalogue(), MemoryCatalogue()
    names = {(normalize_title(title), year) for title, year in (*IDS, *OTHERS)}
    whole.load(file)
    lacking.load(
        film
        for film in file
        if film.movie.ids.imdb not in IDS.values()
        and not any((key, film.movie.year) in names for key in _keys(film))
    )
    for title, year in (*IDS, *OTHERS):
        imdb = IDS.get((title, year))
        queries = [FilmQuery(title, year)]
        if imdb is not None:
            queries.append(FilmQuery(title, year, FilmIds(imdb)))
        for query in queries:
            assert not isinstance(lacking.find(query), Found)
            answer = whole.find(query)
            if isinstance(answer, Found):
                movie = answer.film.movie
                if imdb is None or movie.ids.imdb is None:
                    assert normalize_title(title) in _keys(answer.film)
                    assert movie.year == year
                else:
                    assert movie.ids.imdb == imdb


def test_two_titles_or_years_of_real_diaries_are_never_one_film(
    file: list[CatalogueFilm],
) -> None:
    """As many films are found as were asked for."""
    catalogue = MemoryCatalogue()
    catalogue.load(file)
    asked: dict[tuple[str, int], FilmQuery] = {}
    for path in DATA.glob("exports/letterboxd/**/*.csv"):
        with path.open(encoding="utf-8", newline="") as rows:
            for row in csv.DictReader(rows):
                if row.get("Name") and str(row.get("Year")).isdigit():
                    title, year = row["Name"], int(row["Year"])
                    asked[normalize_title(title), year] = FilmQuery(title, year)
    assert len(asked) > 2000
    answers = [answer for query in asked.values() if (answer := catalogue.find(query))]
    found = [answer.film.movie.film_key for answer in answers if isinstance(answer, Found)]
    assert len(found) == len(set(found)) > 20


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
