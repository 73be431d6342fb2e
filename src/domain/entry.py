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
