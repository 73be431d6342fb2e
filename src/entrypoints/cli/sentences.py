"""Films and plays as sentences name them."""

from cinestats.domain.entry import Entry
from cinestats.domain.movie import FilmName, Movie


def film_named(film: Movie | FilmName) -> str:
    """A film: Heat (1995)."""
    return film.title if film.year is None else f"{film.title} ({film.year})"


def play_named(entry: Entry) -> str:
    """A play: Heat (1995) of 2025-01-20."""
    day = f" of {entry.watched_on}" if entry.watched_on else ""
    return f"{film_named(entry.movie)}{day}"
