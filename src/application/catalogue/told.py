"""Films as their sources tell of them, without what a catalogue lends."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from cinestats.domain.entry import Entry
from cinestats.domain.movie import Movie, film_key_of
from cinestats.domain.titles import normalize_title

from .ports import FilmQuery

_SHORT = frozenset({"short", "shorts", "short film"})

TitleAndYear = tuple[str, int | None]
"""What a source calls a film: a title in ``normalize_title``'s form, and a year."""


@dataclass(frozen=True, slots=True)
class ToldFilm:
    """A film as its source tells of it.

    ``movie`` has the credits and the ids that the source gives. ``title`` is blank where it
    gives ids only. ``is_short`` tells that the source calls it a short.
    """

    title: str
    year: int | None
    movie: Movie
    is_short: bool = False

    @property
    def name(self) -> TitleAndYear:
        return normalize_title(self.title), self.year

    @property
    def query(self) -> FilmQuery:
        """What a catalogue is asked."""
        movie = self.movie
        return FilmQuery(self.title, self.year, movie.ids, movie.duration, self.is_short)


def told_of(entry: Entry) -> ToldFilm:
    """The film as the sources of an entry tell of it, without what a catalogue lent."""
    movie, name = entry.movie, entry.told_name
    title, year = (movie.title, movie.year) if name is None else name
    if movie.listed is None:
        own = replace(movie, ids=entry.told_ids)
    else:
        own = Movie(movie.title, year, film_key_of(movie.title, year), ids=entry.told_ids)
    ids_only = name is None and bool(entry.sources)
    return ToldFilm("" if ids_only else title, year, own, is_short(entry.tags))


def is_short(tags: Iterable[str]) -> bool:
    """Whether a person's tags say that the film is a short."""
    return any(normalize_title(tag) in _SHORT for tag in tags)
