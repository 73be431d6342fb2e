"""Recognise films: by their title in the catalogue, and by their title in a diary."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from cinestats.domain.entry import Entry
from cinestats.domain.errors import CinestatsError, EntryNotFound
from cinestats.domain.movie import Movie
from cinestats.domain.titles import normalize_title

from .ports import Ambiguous, Catalogue, DiaryStore, EntryKey, FilmQuery, Found


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
    movie: Movie,
    catalogue: Catalogue,
    imdb_id: str | None = None,
    tmdb_id: int | None = None,
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


def find_play(
    user_id: str,
    title: str,
    year: int | None,
    watched_on: date | None,
    diaries: DiaryStore,
    catalogue: Catalogue,
) -> Entry:
    """The user's play of a film named by any of its titles; the latest unless a day is given.

    Raises EntryNotFound.
    """
    movie = Movie.create(title, year=year)
    keys = {
        EntryKey("film_key", recognise(movie, catalogue).movie.film_key),
        EntryKey("title_key", normalize_title(title)),
    }
    plays = [
        entry
        for entry in diaries.lookup(user_id, keys)
        if year in (None, entry.movie.year) and watched_on in (None, entry.watched_on)
    ]
    if not plays:
        day = f" on {watched_on}" if watched_on else ""
        raise EntryNotFound(f"{title} is not in the diary of {user_id}{day}.")
    return latest_play(plays)


def latest_play(plays: Iterable[Entry]) -> Entry:
    """The play that is meant when a film is named without a day: the one watched last."""
    return max(plays, key=lambda e: (e.watched_on or date.min, e.added_on, e.entry_id))
