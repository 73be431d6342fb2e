"""Plays of a film added on a day, by everybody: what the trends are made of."""

from cinestats.domain.entry import Entry
from cinestats.domain.global_trend import ToldDay, told_film
from cinestats.domain.recompute import told_days_of

from .projection import Projection


def keys_of(_user_id: str, entry: Entry) -> tuple[ToldDay]:
    movie = entry.movie
    return (ToldDay(entry.added_on, movie.film_key, told_film(movie)),)


def count(_entry: Entry, sign: int) -> tuple[int]:
    return (sign,)


def combine(stored: tuple[int], change: tuple[int]) -> tuple[int]:
    return (stored[0] + change[0],)


FILM_DAYS = Projection(
    name="global_days",
    key_fields=ToldDay._fields,
    keys_of=keys_of,
    count=count,
    combine=combine,
    recompute=lambda _user_id, entries: told_days_of(entries),
    counted=("count",),
)
