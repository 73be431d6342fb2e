"""What is asked of a catalogue of films."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Protocol

from cinestats.domain.movie import NO_IDS, FilmIds, Movie

from .origins import Origin


@dataclass(frozen=True, slots=True)
class FilmQuery:
    """What is known of a film.

    ``film_key`` is what the catalogue itself calls one of its films: it alone decides. Else
    ids decide, where the catalogue has them; else title and year. The ``duration`` in minutes
    may tell films of one title and year apart. With ``whole`` the title is not to be cut at
    its colon, not even for a guess.
    """

    title: str
    year: int | None = None
    ids: FilmIds = NO_IDS
    duration: int | None = None
    whole: bool = False
    film_key: str | None = None


@dataclass(frozen=True, slots=True)
class CatalogueFilm:
    """A film as a catalogue lists it; ``movie.title`` is the title that answers show.

    ``release_years`` are those of its releases beside ``movie.year``. ``origins`` tell which
    source told what, where one did that was asked for it.
    """

    movie: Movie
    italian_title: str | None = None
    alternative_titles: tuple[str, ...] = ()
    release_years: tuple[int, ...] = ()
    origins: tuple[Origin, ...] = ()

    @property
    def titles(self) -> frozenset[str]:
        """Every title of the film."""
        others = filter(None, (self.movie.details.original_title, self.italian_title))
        return frozenset((self.movie.title, *others, *self.alternative_titles))

    @property
    def years(self) -> frozenset[int]:
        """Every year of a release."""
        year = self.movie.year
        return frozenset(self.release_years if year is None else (year, *self.release_years))

    @property
    def ref(self) -> str:
        """What a person calls the film when they choose it from the catalogue."""
        return self.movie.film_key


@dataclass(frozen=True, slots=True)
class Found:
    """The one film that answers the query: an id says so, or exactly its title and year."""

    film: CatalogueFilm


@dataclass(frozen=True, slots=True)
class Suggested:
    """Films that may be meant, best first; nothing is sure.

    ``namesakes`` have exactly the title, and the year where one is asked for; ``near`` are
    those of a year beside it, or nearly of the title.
    """

    namesakes: tuple[CatalogueFilm, ...] = ()
    near: tuple[CatalogueFilm, ...] = ()

    @property
    def candidates(self) -> tuple[CatalogueFilm, ...]:
        return (*self.namesakes, *self.near)


class Loaded(NamedTuple):
    """What became of a catalogue's films; ``films`` is how many there are now."""

    added: int
    updated: int
    films: int


class SourceShare(NamedTuple):
    """How many films a source told of, and when it did so first of those that are left."""

    source: str
    films: int
    oldest: date


class Catalogue(Protocol):
    """Finds films by their ids and by any of their titles."""

    def find(self, query: FilmQuery) -> Found | Suggested | None:
        """The film, those that may be meant, or None where there is nothing like it."""
        ...

    def search(self, text: str, limit: int) -> Sequence[CatalogueFilm]:
        """The films that somebody who is typing a title may mean, best first."""
        ...

    def size(self) -> int:
        """How many films there are."""
        ...


class LoadedCatalogue(Protocol):
    """What is in a catalogue: the owner's films, and what sources told of them."""

    def load(self, films: Iterable[CatalogueFilm], *, replace: bool = False) -> Loaded:
        """Add films, all or none, or bring those that are there up to date.

        A film that is there has one of the ids, or else the same title and year and no id
        that says otherwise. With ``replace`` the others go.
        """
        ...

    def learn(self, films: Iterable[CatalogueFilm]) -> Loaded:
        """Take in what sources tell, each film for itself: it adds to what is there."""
        ...

    def told_by(self, source: str, before: date, limit: int) -> Sequence[CatalogueFilm]:
        """Films that the source told of before a day, those of the longest ago first."""
        ...

    def forget(self, source: str) -> int:
        """Drop what the source told, and that it was asked; returns of how many films."""
        ...


class SourcesAsked(Protocol):
    """What sources were asked in vain, and how much they told."""

    def shares(self) -> Sequence[SourceShare]:
        """The sources that told anything, by name."""
        ...

    def note_missing(self, source: str, asked: Collection[str], day: date) -> None:
        """Remember what the source did not know on a day."""
        ...

    def missing(self, source: str, asked: Collection[str], since: date) -> Collection[str]:
        """Those of ``asked`` that the source did not know, on that day or later."""
        ...

    def forget_asked(self, films: Collection[str]) -> None:
        """Drop all that was asked in vain, and the films of these keys."""
        ...


class FilmStore(Catalogue, LoadedCatalogue, SourcesAsked, Protocol):
    """The catalogue, for those who ask it and for those who fill it."""
