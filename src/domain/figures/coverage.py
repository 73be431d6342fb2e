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
    films = [entry.movie for entry in plays]
    return Coverage(
        plays=len(plays),
        length=sum(film.duration is not None for film in films),
        credits=sum(bool(film.directors or film.actors) for film in films),
        genres=sum(bool(film.genres) for film in films),
        day=sum(entry.watched_on is not None for entry in plays),
        rating=sum(entry.rating is not None for entry in plays),
    )
