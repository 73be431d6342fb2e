"""What every catalogue promises."""

from abc import ABC, abstractmethod
from collections.abc import Iterator

import pytest

from cinestats.application.ports import Ambiguous, Catalogue, CatalogueFilm, FilmQuery, Found

from .builders import movie


def film(title: str, year: int | None = None, **details: object) -> CatalogueFilm:
    return CatalogueFilm(movie(title, year), **details)  # type: ignore[arg-type]


SOLARIS = film("Solaris", 1972, original_title="Солярис", imdb_id="tt0069293", tmdb_id=593)
SOLARIS_AGAIN = film("Solaris", 2002, imdb_id="tt0307479", tmdb_id=2103)
VERTIGO = film("Vertigo", 1958, italian_title="La donna che visse due volte")
SEVEN = film("Seven", 1995, alternative_titles=("Se7en", "The Seven Deadly Sins"))


class CatalogueContract(ABC):
    @abstractmethod
    def make(self) -> Catalogue: ...

    @pytest.fixture
    def catalogue(self) -> Catalogue:
        catalogue = self.make()
        catalogue.load([SOLARIS, SOLARIS_AGAIN, VERTIGO, SEVEN])
        return catalogue

    def test_an_empty_catalogue_finds_nothing(self) -> None:
        """Before the first load every question has the answer None."""
        catalogue = self.make()
        assert catalogue.size() == 0
        for query in (
            FilmQuery("Solaris"),
            FilmQuery("A Title With Many Letters", 1972, "tt0069293", 593),
            FilmQuery("A Title With Many Letters"),
        ):
            assert catalogue.find(query) is None

    def test_a_film_comes_back_as_it_was_loaded(self) -> None:
        """Every field of a movie survives, whether filled or not."""
        full = movie("Amélie", 2001, actors=["A", "B"], poster_url="https://x.example/p.jpg")
        empty = movie("Nothing Known", None, genres=(), directors=(), actors=(), duration=None)
        catalogue = self.make()
        assert catalogue.load([CatalogueFilm(full), CatalogueFilm(empty)]) == 2
        assert catalogue.find(FilmQuery("amelie", 2001)) == Found(full)
        assert catalogue.find(FilmQuery("Nothing known")) == Found(empty)

    @pytest.mark.parametrize(
        ("title", "year"),
        [
            ("Vertigo", 1958),
            ("VERTIGO!", None),
            ("La donna che visse due volte", 1958),
            ("La donna che visse due volte", None),
        ],
    )
    def test_a_film_is_found_by_its_title_and_its_italian_title(
        self, catalogue: Catalogue, title: str, year: int | None
    ) -> None:
        """With its year or, where no other film is called so, without."""
        assert catalogue.find(FilmQuery(title, year)) == Found(VERTIGO.movie)

    def test_a_film_is_found_by_its_original_and_alternative_titles(
        self, catalogue: Catalogue
    ) -> None:
        """In whatever script the original title is written."""
        assert catalogue.find(FilmQuery("Солярис", 1972)) == Found(SOLARIS.movie)
        assert catalogue.find(FilmQuery("se7en")) == Found(SEVEN.movie)

    def test_the_year_tells_namesakes_apart(self, catalogue: Catalogue) -> None:
        """The film of the very year, else of the year beside it."""
        assert catalogue.find(FilmQuery("Solaris", 2002)) == Found(SOLARIS_AGAIN.movie)
        assert catalogue.find(FilmQuery("Solaris", 1973)) == Found(SOLARIS.movie)

    def test_namesakes_without_a_year_are_all_candidates(self, catalogue: Catalogue) -> None:
        """Which of two films is meant is not guessed."""
        assert catalogue.find(FilmQuery("Solaris")) == Ambiguous(
            (SOLARIS.movie, SOLARIS_AGAIN.movie)
        )

    def test_a_film_of_another_decade_is_never_the_answer(self, catalogue: Catalogue) -> None:
        """A known title with a foreign year is an unknown film."""
        assert catalogue.find(FilmQuery("Solaris", 1985)) is None
        assert catalogue.find(FilmQuery("Vertigo", 1960)) is None

    def test_an_identifier_decides_whatever_the_title_says(self, catalogue: Catalogue) -> None:
        """IMDb's first, then TMDB's."""
        for query in (
            FilmQuery("Vertigo", 1958, imdb_id="tt0307479"),
            FilmQuery("Vertigo", 1958, tmdb_id=2103),
            FilmQuery("Vertigo", 1958, imdb_id="tt9999999", tmdb_id=2103),
            FilmQuery("Vertigo", 1958, imdb_id="tt0307479", tmdb_id=593),
        ):
            assert catalogue.find(query) == Found(SOLARIS_AGAIN.movie)

    def test_a_film_known_by_another_identifier_is_another_film(
        self, catalogue: Catalogue
    ) -> None:
        """Same title, same year, and yet not the film that the query names."""
        assert catalogue.find(FilmQuery("Solaris", 2002, imdb_id="tt9999999")) is None
        assert catalogue.find(FilmQuery("Solaris", 2002, tmdb_id=9999999)) is None

    def test_a_film_of_unknown_identifier_is_found_by_its_title(
        self, catalogue: Catalogue
    ) -> None:
        """The catalogue knows no identifier of it that could contradict."""
        query = FilmQuery("Vertigo", 1958, imdb_id="tt0052357", tmdb_id=426)
        assert catalogue.find(query) == Found(VERTIGO.movie)

    def test_a_title_with_a_typing_error_is_nearly_right(self, catalogue: Catalogue) -> None:
        """The answer says so."""
        for year in (1958, None):
            query = FilmQuery("La donna che vise due volte", year)
            assert catalogue.find(query) == Found(VERTIGO.movie, near=True)

    def test_loading_replaces_what_was_there(self, catalogue: Catalogue) -> None:
        """Old films are gone from every way of finding them, new ones are there."""
        typing_error = FilmQuery("La donna che vise due volte", 1958)
        assert catalogue.find(typing_error) is not None
        new = film("La donna che visse tre volte", 1958, tmdb_id=1)
        assert catalogue.load([new]) == catalogue.size() == 1
        assert catalogue.find(FilmQuery("Solaris", 2002, "tt0307479", 2103)) is None
        assert catalogue.find(FilmQuery("Vertigo", 1958)) is None
        assert catalogue.find(typing_error) is None  # "tre" would be another number
        assert catalogue.find(FilmQuery("La dona che visse tre volte", 1958)) == Found(
            new.movie, near=True
        )

    def test_a_load_that_fails_changes_nothing(self, catalogue: Catalogue) -> None:
        """All or none: the films from before are still there."""

        def films() -> Iterator[CatalogueFilm]:
            yield film("Metropolis", 1927)
            raise ValueError("the source broke off")

        with pytest.raises(ValueError, match="broke off"):
            catalogue.load(films())
        assert catalogue.size() == 4
        assert catalogue.find(FilmQuery("Metropolis", 1927)) is None
        assert catalogue.find(FilmQuery("Vertigo", 1958)) == Found(VERTIGO.movie)
