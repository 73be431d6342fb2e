"""What is asked of a catalogue of films."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from cinestats.domain.movie import Movie


@dataclass(frozen=True, slots=True)
class FilmQuery:
    """What is known of a film. Identifiers, where given, decide; then title and year."""

    title: str
    year: int | None = None
    imdb_id: str | None = None
    tmdb_id: int | None = None


@dataclass(frozen=True, slots=True)
class CatalogueFilm:
    """A film as a catalogue lists it; ``movie.title`` is the title that answers show."""

    movie: Movie
    original_title: str | None = None
    italian_title: str | None = None
    alternative_titles: tuple[str, ...] = ()
    imdb_id: str | None = None
    tmdb_id: int | None = None

    @property
    def titles(self) -> frozenset[str]:
        """Every title of the film."""
        others = filter(None, (self.original_title, self.italian_title))
        return frozenset((self.movie.title, *others, *self.alternative_titles))


@dataclass(frozen=True, slots=True)
class Found:
    """The one film that answers the query; ``near`` when its title was only nearly right."""

    movie: Movie
    near: bool = False
    imdb_id: str | None = None
    tmdb_id: int | None = None


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """More than one film answers the query, and nothing says which is meant."""

    candidates: tuple[Movie, ...]


class Catalogue(Protocol):
    """Finds films by any of their titles."""

    def find(self, query: FilmQuery) -> Found | Ambiguous | None:
        """The film, the candidates when several fit, or None."""
        ...

    def search(self, text: str, limit: int) -> Sequence[CatalogueFilm]:
        """The films that somebody who is typing a title may mean, best first."""
        ...

    def load(self, films: Iterable[CatalogueFilm]) -> int:
        """Replace the content by ``films``, all or none. Returns how many there are now."""
        ...

    def size(self) -> int:
        """How many films there are."""
        ...
