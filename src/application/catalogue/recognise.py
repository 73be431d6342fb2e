"""Recognise films by their ids, or by exactly their title and year, in the catalogue."""

from collections.abc import Sequence
from typing import NamedTuple

from cinestats.application.catalogue.ports import (
    Catalogue,
    CatalogueFilm,
    FilmQuery,
    Found,
    Suggested,
)
from cinestats.application.catalogue.told import told_of
from cinestats.domain.entry import Entry
from cinestats.domain.errors import CinestatsError
from cinestats.domain.movie import Movie


class AmbiguousTitle(CinestatsError):
    """More than one film has the title, and no year says which is meant."""


class Recognised(NamedTuple):
    """A film with what the catalogue adds; ``known`` is the film there, None if it is not.

    ``candidates`` are the films that it may be, where the catalogue is not sure.
    """

    movie: Movie
    known: CatalogueFilm | None = None
    candidates: tuple[CatalogueFilm, ...] = ()


def recognise(
    movie: Movie, catalogue: Catalogue, *, only_namesake: bool = False, whole: bool = False
) -> Recognised:
    """Complete a film from the catalogue; what it has itself is kept, its title included.

    A film that the catalogue does not know, or cannot tell from another, stays as it is. With
    ``only_namesake`` the only film of exactly the title is taken where no year is given: the
    answer shows which it was. ``whole`` as in FilmQuery.
    """
    query = FilmQuery(movie.title, movie.year, movie.ids, movie.duration, whole)
    match catalogue.find(query):
        case Found(film):
            return Recognised(movie.completed_by(film.movie), film)
        case Suggested(namesakes=(film,)) if only_namesake and movie.year is None:
            return Recognised(movie.completed_by(film.movie), film)
        case Suggested() as suggested:
            return Recognised(movie, candidates=suggested.candidates)
        case None:
            return Recognised(movie)


def film_to_add(movie: Movie, catalogue: Catalogue) -> Movie:
    """The film that a person means; raises AmbiguousTitle when only a year could tell."""
    query = FilmQuery(movie.title, movie.year, movie.ids, movie.duration)
    match catalogue.find(query):
        case Found(film) | Suggested(namesakes=(film,)):
            return movie.completed_by(film.movie)
        case Suggested(namesakes=namesakes) if namesakes and movie.year is None:
            movies = sorted((each.movie for each in namesakes[:5]), key=lambda m: m.year or 0)
            years = ", ".join(f"{each.title} ({each.year})" for each in movies)
            raise AmbiguousTitle(f"{movie.title} may be {years}; give the year.")
        case _:
            return movie


def candidates_for(entry: Entry, catalogue: Catalogue) -> Sequence[CatalogueFilm]:
    """The films that an entry may be of, best first: none where its film is known or chosen."""
    movie = entry.movie
    if movie.listed is not None or entry.film_chosen:
        return ()
    match catalogue.find(told_of(entry).query):
        case Found(film):
            return () if film.movie.film_key == movie.film_key else (film,)
        case Suggested() as suggested:
            return suggested.candidates
        case None:
            return ()
