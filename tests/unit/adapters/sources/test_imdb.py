"""IMDb's datasets as a source."""

import gzip
import os
from pathlib import Path

import pytest

from cinestats.adapters.sources.imdb import Imdb, films_of
from cinestats.adapters.sources.imdb_files import file_name
from cinestats.adapters.sources.imdb_index import INDEX, ImdbIndex
from cinestats.application.catalogue.ports import FilmQuery, Found, Suggested
from cinestats.application.sources.ports import Answer, Failed, FilmSource, SourceStopped
from cinestats.domain.details import FilmDetails, Votes
from cinestats.domain.errors import CinestatsError
from cinestats.domain.movie import FilmIds

from .imdb_files import HEADERS, HEAT, write


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path)
    return tmp_path


def ask(folder: Path, title: str = "", year: int | None = None, **ids: str) -> Answer:
    source: FilmSource = Imdb(folder, print)
    (answer,) = source.look_up([FilmQuery(title, year, FilmIds(**ids))])  # type: ignore[arg-type]
    return answer


def test_a_film_is_told_with_all_that_the_files_know(folder: Path) -> None:
    answer = ask(folder, imdb="tt0113277")
    assert isinstance(answer, Found)
    movie = answer.film.movie
    assert (movie.title, movie.year, movie.duration) == ("Heat", 1995, 170)
    assert movie.directors == ("Michael Mann",)
    assert movie.actors == ("Al Pacino", "Robert De Niro")
    assert movie.genres == ("Action", "Crime", "Drama")
    assert movie.ids == FilmIds("tt0113277")
    assert movie.details == FilmDetails(
        "Heat",
        writers=("Michael Mann",),
        composers=("Elliot Goldenthal",),
        cinematographers=("Dante Spinotti",),
        votes=Votes("imdb", 8.3, 730000),
    )
    assert answer.film.italian_title == "Heat - La sfida"
    assert answer.film.alternative_titles == ("Fuego contra fuego",)


def test_films_are_kept_and_no_series_nor_what_few_have_voted_for(folder: Path) -> None:
    assert [film.movie.ids.imdb for film in films_of(ImdbIndex(folder))] == [
        "tt0090056",
        "tt0113277",
    ]
    everything = ImdbIndex(folder, min_votes=0)
    assert [film.movie.title for film in films_of(everything)] == ["Carmencita", "Heat", "Heat"]


def test_an_id_that_is_not_there_is_no_other_film(folder: Path) -> None:
    assert ask(folder, "Heat", 1995, imdb="tt9999999") is None
    assert ask(folder, "Heat", 1995, imdb="tt0903747") is None


@pytest.mark.parametrize("title", ["Heat", "heat: la sfida", "Fuego contra fuego"])
def test_exactly_a_title_and_a_year_say_which_it_is(folder: Path, title: str) -> None:
    answer = ask(folder, title, 1995)
    assert isinstance(answer, Found)
    assert answer.film.movie.ids.imdb == "tt0113277"


def test_what_comes_near_is_only_suggested(folder: Path) -> None:
    for title, year in (("Heat", None), ("Heat", 1994), ("Heat", 1987)):
        assert isinstance(ask(folder, title, year), Suggested)
    assert ask(folder, "Made in LA", 1995) is None


def test_the_index_is_made_again_only_when_a_file_has_changed(folder: Path) -> None:
    ImdbIndex(folder).close()
    made = (folder / INDEX).stat().st_ino
    ImdbIndex(folder).close()
    assert (folder / INDEX).stat().st_ino == made
    write(folder, HEAT | {"title.akas": []})
    os.utime(folder / file_name("title.akas"), (1, 1))
    answer = ask(folder, "Fuego contra fuego", 1995)
    assert answer is None


def test_what_a_crash_left_half_made_is_not_used(folder: Path) -> None:
    (folder / INDEX).write_bytes(b"SQLite format 3\0 torn")
    (folder / INDEX).with_suffix(".part").write_bytes(b"half")
    assert isinstance(ask(folder, "Heat", 1995), Found)


@pytest.mark.parametrize("dataset", list(HEADERS))
def test_a_file_that_is_missing_damaged_or_another_is_named(folder: Path, dataset: str) -> None:
    path = folder / file_name(dataset)
    whole = path.read_bytes()
    for content, message in (
        (whole[:-12], "damaged or cut short"),
        (b"no gzip at all", "damaged or cut short"),
        (gzip.compress(b"a\tb\n1\t2\n"), "has no column"),
    ):
        path.write_bytes(content)
        with pytest.raises(CinestatsError, match=message) as error:
            ImdbIndex(folder)
        assert path.name in str(error.value)
        assert not (folder / INDEX).exists()
    path.unlink()
    with pytest.raises(SourceStopped, match=f"has no {path.name}"):
        ask(folder, "Heat", 1995)


def test_a_row_of_another_shape_costs_itself_and_is_told(folder: Path) -> None:
    rows = HEAT | {
        "title.ratings": [*HEAT["title.ratings"], "tt0000002 much 100"],
        "title.basics": ["nonsense", *HEAT["title.basics"], "tt0113278 movie Half"],
    }
    write(folder, rows)
    index = ImdbIndex(folder)
    assert index.size() == 2
    assert [line.split(":")[0] for line in index.odd] == [
        "title.ratings.tsv.gz",
        "title.basics.tsv.gz",
    ]


def test_a_film_that_cannot_be_fails_alone(folder: Path) -> None:
    row = "tt0090056 movie Heat Heat 0 19x6 \\N 101 \\N"
    write(folder, HEAT | {"title.basics": [row, *HEAT["title.basics"][2:]]})
    answer = ask(folder, imdb="tt0090056")
    assert isinstance(answer, Failed)
    assert "startYear" in answer.reason
    refused = list[str]()
    films = list(films_of(ImdbIndex(folder), refused.append))
    assert (len(films), len(refused)) == (1, 1)
