"""Two catalogues keep the port's contract."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from cinestats.adapters.memory.catalogue import MemoryCatalogue
from cinestats.adapters.sqlite.catalogue import SqliteCatalogue
from cinestats.application.catalogue.ports import FilmQuery, Found, Loaded, Suggested
from cinestats.domain.movie import FilmIds

from .catalogue import VERTIGO, CatalogueContract, film, near
from .learning import LearningContract

_FIRST_FORM = """
CREATE TABLE films (
    film INTEGER PRIMARY KEY, imdb_id TEXT, tmdb_id INTEGER, title TEXT NOT NULL, year INTEGER,
    film_key TEXT NOT NULL, genres TEXT NOT NULL, directors TEXT NOT NULL,
    actors TEXT NOT NULL, duration INTEGER, poster_url TEXT
) STRICT;
INSERT INTO films VALUES (
    0, NULL, NULL, 'Vertigo', 1958, 'vertigo|1958', '["Sci-Fi"]', '["Christopher Nolan"]',
    '["Leonardo DiCaprio"]', 148, NULL
);
CREATE TABLE keys (
    form TEXT NOT NULL, key TEXT NOT NULL, film INTEGER NOT NULL, PRIMARY KEY (form, key, film)
) STRICT, WITHOUT ROWID;
INSERT INTO keys VALUES
    ('bare', 'donnachevisse2volte', 0), ('bare', 'vertigo', 0),
    ('exact', 'la donna che visse due volte', 0), ('exact', 'vertigo', 0),
    ('loose', 'ladonnachevisse2volte', 0), ('loose', 'vertigo', 0);
PRAGMA user_version = 1;
"""
_TITLES = """
CREATE TABLE titles (
    film INTEGER PRIMARY KEY, original TEXT, italian TEXT, alternative TEXT NOT NULL
) STRICT;
INSERT INTO titles VALUES (0, NULL, 'La donna che visse due volte', '[]');
CREATE TABLE words (
    word TEXT NOT NULL, film INTEGER NOT NULL, PRIMARY KEY (word, film)
) STRICT, WITHOUT ROWID;
INSERT INTO words VALUES ('vertigo', 0);
"""
_SECOND_FORM = """
CREATE TABLE films (
    film INTEGER PRIMARY KEY, imdb_id TEXT, tmdb_id INTEGER, year INTEGER, body BLOB NOT NULL
) STRICT;
CREATE TABLE keys (
    form TEXT NOT NULL, key TEXT NOT NULL, film INTEGER NOT NULL, PRIMARY KEY (form, key, film)
) STRICT, WITHOUT ROWID;
CREATE INDEX keys_by_film ON keys (film, form);
INSERT INTO keys VALUES
    ('bare', 'vertigo', 0), ('exact', 'vertigo', 0), ('loose', 'vertigo', 0);
CREATE TABLE words (
    word TEXT NOT NULL, film INTEGER NOT NULL, PRIMARY KEY (word, film)
) STRICT, WITHOUT ROWID;
INSERT INTO words VALUES ('vertigo', 0);
CREATE TABLE generation (number INTEGER NOT NULL) STRICT;
INSERT INTO generation VALUES (3);
PRAGMA application_id = 0x63696E65;
PRAGMA user_version = 1;
"""


class TestMemoryCatalogue(CatalogueContract, LearningContract):
    def make(self) -> MemoryCatalogue:
        return MemoryCatalogue()


class TestSqliteCatalogue(CatalogueContract, LearningContract):
    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path: Path) -> Iterator[None]:
        self.folder = tmp_path
        self.opened: list[SqliteCatalogue] = []
        yield
        for catalogue in self.opened:
            catalogue.close()

    def make(self) -> SqliteCatalogue:
        catalogue = SqliteCatalogue(self.folder / "catalogue.db")
        self.opened.append(catalogue)
        return catalogue

    def test_films_are_still_there_after_a_restart(self) -> None:
        """The file holds the catalogue, not the process."""
        self.make().load([VERTIGO])
        assert self.make().find(FilmQuery("Vertigo", 1958)) == Found(VERTIGO)

    @pytest.mark.parametrize("titles", ["", _TITLES])
    def test_a_file_of_the_first_form_keeps_its_films(self, titles: str) -> None:
        """They are found as before, and searched by the titles that the file has."""
        with closing(sqlite3.connect(self.folder / "catalogue.db")) as older, older:
            older.executescript(_FIRST_FORM + titles)
        for _ in ("the first time", "again"):
            catalogue = self.make()
            assert [found.movie.title for found in catalogue.search("vert", 8)] == ["Vertigo"]
            italian = catalogue.search("La donna che", 8)
            known = VERTIGO.italian_title if titles else None
            assert [each.italian_title for each in italian] == [known]
            answer = catalogue.find(FilmQuery("La donna che visse due volte", 1958))
            for found in (answer, catalogue.find(FilmQuery("La dona che visse due volte"))):
                assert isinstance(found, Found | Suggested)

    def test_a_file_of_the_second_form_keeps_its_films_and_their_ids(self) -> None:
        """They had the ids beside the film."""
        body = {
            "name": "Vertigo",
            "year": 1958,
            "film_key": "vertigo|1958",
            "genres": ["Sci-Fi"],
            "director": ["Christopher Nolan"],
            "actors": ["Leonardo DiCaprio"],
            "duration": 148,
            "poster_url": None,
            "original_title": None,
            "italian_title": VERTIGO.italian_title,
            "alternative_titles": [],
            "imdb_id": "tt0052357",
            "tmdb_id": 426,
        }
        row = (0, "tt0052357", 426, 1958, json.dumps(body).encode())
        with closing(sqlite3.connect(self.folder / "catalogue.db")) as older, older:
            older.executescript(_SECOND_FORM)
            older.execute("INSERT INTO films VALUES (?, ?, ?, ?, ?)", row)
        known = replace(VERTIGO, movie=replace(VERTIGO.movie, ids=FilmIds("tt0052357", 426)))
        for _ in ("the first time", "again"):
            catalogue = self.make()
            assert catalogue.find(FilmQuery("Vertigo", 1958)) == Found(known)
            assert catalogue.find(FilmQuery("", ids=FilmIds(tmdb=426))) == Found(known)
            assert catalogue.find(FilmQuery("La dona che visse due volte")) == near(known)
            assert catalogue.search("La donna", 8) == [known]
        assert catalogue.load([known]) == Loaded(0, 1, 1)

    @pytest.mark.parametrize("year", [1958, None])
    def test_a_load_by_another_process_is_seen_at_once(self, year: int | None) -> None:
        """What a search has kept in memory is not used for newer content."""
        searching, loading = self.make(), self.make()
        loading.load([VERTIGO])
        typing_error = FilmQuery("La donna che vise due volte", year)
        assert searching.find(typing_error) == near(VERTIGO)
        loading.load([film("Metropolis", 1927)], replace=True)
        assert searching.find(typing_error) is None
        loading.load([VERTIGO])
        assert searching.find(typing_error) == near(VERTIGO)
