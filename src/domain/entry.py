"""One line of a diary: a play of a film."""

from dataclasses import dataclass
from datetime import date

from .movie import Movie


@dataclass(frozen=True, slots=True)
class Entry:
    """A play of ``movie``, as it was when it was added.

    ``rating`` is in half stars (1-10) or None; ``watched_on`` is None when the day is
    unknown; ``added_on`` is the day whose trends count it.
    """

    entry_id: str
    movie: Movie
    rating: int | None
    watched_on: date | None
    added_on: date


def recency(entry: Entry) -> tuple[bool, date, date, str]:
    """Sorts plays from those of an unknown day to the latest.

    Plays of one day go by the day they were added, then by title.
    """
    return (
        entry.watched_on is not None,
        entry.watched_on or entry.added_on,
        entry.added_on,
        entry.movie.title,
    )
