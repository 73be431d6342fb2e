"""What every catalogue promises."""

from abc import ABC, abstractmethod
from collections.abc import Iterator

import pytest

from cinestats.application.catalogue.ports import (
    Ambiguous,
    Catalogue,
    CatalogueFilm,
    FilmQuery,
    Found,
)

from .builders import movie


def film(title: str, year: int | None = None, **details: object) -> CatalogueFilm:
    return CatalogueFilm(movie(title, year), **details)  # type: ignore[arg-type]


def found(film: CatalogueFilm, near: bool = False) -> Found:
    return Found(film.movie, near, film.imdb_id, film.tmdb_id)


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
        assert catalogue.search("Solaris", 8) == catalogue.search("Solarys", 8) == []

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
        assert catalogue.find(FilmQuery("Солярис", 1972)) == found(SOLARIS)
        assert catalogue.find(FilmQuery("se7en")) == Found(SEVEN.movie)

    def test_the_year_tells_namesakes_apart(self, catalogue: Catalogue) -> None:
        """The film of the very year, else of the year beside it."""
        assert catalogue.find(FilmQuery("Solaris", 2002)) == found(SOLARIS_AGAIN)
        assert catalogue.find(FilmQuery("Solaris", 1973)) == found(SOLARIS)

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
            assert catalogue.find(query) == found(SOLARIS_AGAIN)

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

    @pytest.mark.parametrize(
        ("text", "films"),
        [
            ("solaris", [SOLARIS_AGAIN, SOLARIS]),
            ("SOL", [SOLARIS_AGAIN, SOLARIS]),
            ("Соля", [SOLARIS]),
            ("la donna che", [VERTIGO]),
            ("donna che vis", [VERTIGO]),
            ("volte due", [VERTIGO]),
            ("vertigo 1958", [VERTIGO]),
            ("deadly seven", [SEVEN]),
            ("metropolis", []),
            ("…", []),
            (" ", []),
            ("' OR 1=1 --", []),
            ("[.*", []),
            ("\0", []),
            ("$gt", []),
        ],
    )
    def test_a_film_is_found_while_its_title_is_typed(
        self, catalogue: Catalogue, text: str, films: list[CatalogueFilm]
    ) -> None:
        """By what words of any of its titles begin with, namesakes newest first."""
        assert catalogue.search(text, 8) == films

    @pytest.mark.parametrize("text", ["vertgo", "vretigo", "vartig", "dona due volta"])
    def test_typing_errors_are_mended_where_nothing_else_is_found(
        self, catalogue: Catalogue, text: str
    ) -> None:
        """One in a word of four letters, two in one of eight, also before it ends."""
        assert catalogue.search(text, 8) == [VERTIGO]

    def test_a_short_word_and_a_number_are_what_they_are(self, catalogue: Catalogue) -> None:
        """There are too many others beside them."""
        assert catalogue.search("duo", 8) == []
        assert catalogue.search("solaris 1973", 8) == []

    def test_the_best_films_come_first(self) -> None:
        """The title itself, its beginning, a word of it; each kind newest first."""
        titles = [
            ("Pale Rider", 1985),
            ("Rider", None),
            ("The Rider", 2017),
            ("Knight Rider", 2008),
            ("Rider", 2001),
            ("Riders of Justice", 2020),
            ("Rider on the Rain", 1970),
        ]
        films = [film(title, year) for title, year in titles]
        catalogue = self.make()
        catalogue.load(films)
        best = [films[n] for n in (4, 1, 2, 5, 6, 3, 0)]
        assert catalogue.search("rider", 8) == best
        assert catalogue.search("rider", 3) == best[:3]

    def test_loading_replaces_what_was_there(self, catalogue: Catalogue) -> None:
        """Old films are gone from every way of finding them, new ones are there."""
        typing_error = FilmQuery("La donna che vise due volte", 1958)
        assert catalogue.find(typing_error) is not None
        new = film("La donna che visse tre volte", 1958, tmdb_id=1)
        assert catalogue.load([new]) == catalogue.size() == 1
        assert catalogue.find(FilmQuery("Solaris", 2002, "tt0307479", 2103)) is None
        assert catalogue.find(FilmQuery("Vertigo", 1958)) is None
        assert catalogue.find(typing_error) is None  # "tre" would be another number
        assert catalogue.find(FilmQuery("La dona che visse tre volte", 1958)) == found(
            new, near=True
        )
        assert catalogue.search("Sol", 9) == catalogue.search("Solariz", 9) == []
        assert catalogue.search("visse t", 9) == [new]

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
