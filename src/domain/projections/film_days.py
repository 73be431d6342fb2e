"""Plays of a film added on a day, by everybody: what the trends are made of."""

from cinestats.domain.entry import Entry
from cinestats.domain.global_trend import DayCount, FilmDay
from cinestats.domain.recompute import film_days_of

from .projection import Projection


def keys_of(_user_id: str, entry: Entry) -> tuple[FilmDay]:
    return (FilmDay(entry.added_on, entry.movie.film_key),)


def count(entry: Entry, sign: int) -> DayCount:
    return DayCount(sign, entry.movie)


def combine(stored: DayCount, change: DayCount) -> DayCount:
    return DayCount(stored.plays + change.plays, stored.movie)


FILM_DAYS = Projection(
    name="global_days",
    key_fields=("day", "film_key"),
    keys_of=keys_of,
    count=count,
    combine=combine,
    recompute=lambda _user_id, entries: film_days_of(entries),
    counted=("count",),
    film=lambda day: day.movie,
)
