"""Both catalogues keep the port's contract."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cinestats.adapters.memory.catalogue import MemoryCatalogue
from cinestats.adapters.sqlite.catalogue import SqliteCatalogue
from cinestats.application.ports import FilmQuery, Found

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
