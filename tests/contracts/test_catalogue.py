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

    def test_a_file_from_before_the_search_is_searched_by_title(self) -> None:
        """Its films come up by the title that answers show, and are found as before."""
        self.make().load([VERTIGO, film("Metropolis", 1927)])
        with closing(sqlite3.connect(self.folder / "catalogue.db")) as older, older:
            older.execute("DROP TABLE titles")
            older.execute("DROP TABLE words")
        catalogue = self.make()
        assert [found.movie.title for found in catalogue.search("vert", 8)] == ["Vertigo"]
        assert catalogue.find(FilmQuery("La donna che visse due volte")) == Found(VERTIGO.movie)

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
