"""Recognise films: give a title its catalogue's credits and key."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from cinestats.domain.entry import Entry
from cinestats.domain.movie import Movie

from .ports import Catalogue, FilmQuery, Found


class Recognised(NamedTuple):
    """A film with what the catalogue adds; ``known`` tells whether it is in there."""

    movie: Movie
    known: bool


def recognise(
    movie: Movie,
    catalogue: Catalogue,
    imdb_id: str | None = None,
    tmdb_id: int | None = None,
) -> Recognised:
    """Complete a film from the catalogue; what it has itself is kept, its title included.

    A film that the catalogue does not know, or cannot tell from another, stays as it is.
    """
    answer = catalogue.find(FilmQuery(movie.title, movie.year, imdb_id, tmdb_id))
    if isinstance(answer, Found):
        return Recognised(movie.completed_by(answer.movie), True)
    return Recognised(movie, False)


def latest_play(plays: Iterable[Entry]) -> Entry:
    """The play that is meant when a film is named without a day: the one watched last."""
    return max(plays, key=lambda e: (e.watched_on or date.min, e.added_on, e.entry_id))
