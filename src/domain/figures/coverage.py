"""How many plays tell what figures count: a figure of few plays is not one of the diary."""

from collections.abc import Sequence
from typing import NamedTuple

from cinestats.domain.entry import Entry


class Coverage(NamedTuple):
    """So many plays there are, and so many of them have each.

    ``length`` in minutes, ``credits`` a director or an actor, and a genre, a day, a rating.
    """

    plays: int
    length: int
    credits: int
    genres: int
    day: int
    rating: int


def coverage_of(plays: Sequence[Entry]) -> Coverage:
    """What the plays tell."""
    length = credits = genres = day = rating = 0
    for entry in plays:
        film = entry.movie
        length += film.duration is not None
        credits += bool(film.directors or film.actors)
        genres += bool(film.genres)
        day += entry.watched_on is not None
        rating += entry.rating is not None
    return Coverage(len(plays), length, credits, genres, day, rating)
