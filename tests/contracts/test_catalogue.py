"""Both catalogues keep the port's contract."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from cinestats.adapters.memory.catalogue import MemoryCatalogue
from cinestats.adapters.sqlite.catalogue import SqliteCatalogue
from cinestats.application.catalogue.ports import FilmQuery, Found

from .catalogue import VERTIGO, CatalogueContract, film

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


class TestMemoryCatalogue(CatalogueContract):
    def make(self) -> MemoryCatalogue:
        return MemoryCatalogue()


class TestSqliteCatalogue(CatalogueContract):
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
        assert self.make().find(FilmQuery("Vertigo", 1958)) == Found(VERTIGO.movie)

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
            query = FilmQuery("La donna che visse due volte")
            assert catalogue.find(query) == Found(VERTIGO.movie)

    @pytest.mark.parametrize("year", [1958, None])
    def test_a_load_by_another_process_is_seen_at_once(self, year: int | None) -> None:
        """What a search has kept in memory is not used for newer content."""
        searching, loading = self.make(), self.make()
        loading.load([VERTIGO])
        typing_error = FilmQuery("La donna che vise due volte", year)
        assert searching.find(typing_error) == Found(VERTIGO.movie, near=True)
        loading.load([film("Metropolis", 1927)])
        assert searching.find(typing_error) is None
        loading.load([film("Metropolis", 1927), VERTIGO])
        assert searching.find(typing_error) == Found(VERTIGO.movie, near=True)
