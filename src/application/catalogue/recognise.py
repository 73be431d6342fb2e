"""Recognise films by their title in the catalogue."""

from typing import NamedTuple

from cinestats.application.catalogue.ports import Ambiguous, Catalogue, FilmQuery, Found
from cinestats.domain.errors import CinestatsError
from cinestats.domain.movie import Movie


class AmbiguousTitle(CinestatsError):
    """More than one film has the title, and no year says which is meant."""


class Recognised(NamedTuple):
    """A film with what the catalogue adds; ``known`` tells whether it is in there.

    ``candidates`` are the films it may be, when the catalogue cannot tell.
    """

    movie: Movie
    known: bool
    candidates: tuple[Movie, ...] = ()


def recognise(
    movie: Movie, catalogue: Catalogue, imdb_id: str | None = None, tmdb_id: int | None = None
) -> Recognised:
    """Complete a film from the catalogue; what it has itself is kept, its title included.

    A film that the catalogue does not know, or cannot tell from another, stays as it is.
    """
    match catalogue.find(FilmQuery(movie.title, movie.year, imdb_id, tmdb_id)):
        case Found(known):
            return Recognised(movie.completed_by(known), True)
        case Ambiguous(candidates):
            return Recognised(movie, False, candidates)
        case None:
            return Recognised(movie, False)


def film_to_add(movie: Movie, catalogue: Catalogue) -> Movie:
    """The film that a person means; raises AmbiguousTitle when only a year could tell."""
    answer = recognise(movie, catalogue)
    if answer.candidates and movie.year is None:
        years = ", ".join(f"{film.title} ({film.year})" for film in answer.candidates[:5])
        raise AmbiguousTitle(f"{movie.title} may be {years}; give the year.")
    return answer.movie
