"""Plays by day and film, from what is not counted: a topic's events, or films."""

import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from typing import Any

from cinestats.adapters.foreign_json import read_foreign
from cinestats.adapters.foreign_values import day_of
from cinestats.adapters.plain_values import fields_of
from cinestats.domain.errors import CinestatsError
from cinestats.domain.global_trend import DayCount, FilmDay, ToldDay, film_told
from cinestats.domain.projections import FILM_DAYS
from cinestats.domain.projections.projection import Move, moves_of
from cinestats.domain.recompute import told_days_of

from .user_statistics import entry_of_film

_ADDED = ("added_at", "added_on", "date", "watched_date")

_logger = logging.getLogger(__name__)


def days_told(values: Iterable[bytes], zone: tzinfo) -> list[tuple[FilmDay, DayCount]]:
    """The plays that events tell of, those that cannot be read left out."""
    now, moves = datetime.now(UTC), list[Move]()
    for position, value in enumerate(values, 1):
        try:
            moves += moves_of(position, read_foreign(value, zone, now).event)
        except CinestatsError:
            continue  # it is parked where it is counted
    return [_shown(day, plays) for day, ((plays,), _) in FILM_DAYS.fold(moves).items()]


def days_of_films(films: Iterable[Any], zone: tzinfo) -> list[tuple[FilmDay, DayCount]]:
    """The plays that an application's own films are, by the day that each was added.

    A film without such a day, or that breaks a rule, is left out and named in the log.
    """
    entries = []
    for film in films:
        try:
            fields = fields_of(film, "movie")
            added = next((fields[name] for name in _ADDED if name in fields), None)
            entry = entry_of_film(fields)
            entries.append(replace(entry, added_on=day_of(added, "added_at", zone)))
        except CinestatsError as error:
            _logger.warning("A film is left out of the trends: %s", error)
    return [_shown(day, plays) for day, (plays,) in told_days_of(entries).items()]


def _shown(day: ToldDay, plays: int) -> tuple[FilmDay, DayCount]:
    film = film_told(day.film_key, day.film)
    return FilmDay(day.day, day.film_key), DayCount(plays, film)
