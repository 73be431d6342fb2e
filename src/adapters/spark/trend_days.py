"""Plays by day and film, from what is not counted: a topic's events, or films."""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, tzinfo
from typing import Any

from cinestats.adapters.foreign_json import read_foreign
from cinestats.adapters.foreign_values import day_of
from cinestats.adapters.plain_values import plain_value
from cinestats.domain.errors import CinestatsError, InvalidInput
from cinestats.domain.global_trend import DayCount, FilmDay, ToldDay, film_told
from cinestats.domain.projections import FILM_DAYS
from cinestats.domain.projections.projection import Move, moves_of
from cinestats.domain.recompute import told_days_of

from .completion import Completion
from .user_statistics import entry_of_film

Days = list[tuple[FilmDay, DayCount]]

_logger = logging.getLogger(__name__)


def days_told(values: Iterable[bytes], zone: tzinfo, completion: Completion) -> Days:
    """The plays that events tell of, those that cannot be read left out."""
    days = FILM_DAYS.fold(_moves(values, zone, completion))
    return [_shown(day, plays) for day, ((plays,), _) in days.items() if plays]


def _moves(values: Iterable[bytes], zone: tzinfo, completion: Completion) -> Iterator[Move]:
    now = datetime.now(UTC)
    for position, value in enumerate(values, 1):
        try:
            event = completion.event(read_foreign(value, zone, now).event)
        except CinestatsError:
            continue  # it is parked where it is counted
        yield from moves_of(position, event)


def days_of_films(
    films: Iterable[Mapping[str, Any]],
    added: Sequence[str],
    zone: tzinfo,
    completion: Completion,
) -> Days:
    """The plays that an application's own films are, by the day that each was added.

    The first of the fields ``added`` that says anything tells the day. A film without one, or
    that breaks a rule, is left out and named in the log.
    """
    entries = []
    for film in films:
        try:
            entry = completion.entry(entry_of_film(film))
            entries.append(replace(entry, added_on=_day_added(film, added, zone)))
        except CinestatsError as error:
            name = f"{film.get('name')!r:.80}"
            _logger.warning("A film is left out of the trends: %s: %s", name, error)
    return [_shown(day, plays) for day, (plays,) in told_days_of(entries).items()]


def _day_added(film: Mapping[str, Any], names: Sequence[str], zone: tzinfo) -> date:
    for name in names:
        value = film.get(name)
        if isinstance(value, datetime):  # MongoDB's have no zone, and are UTC's
            moment = value if value.tzinfo else value.replace(tzinfo=UTC)
            return day_of(moment.timestamp(), name, zone)
        said = plain_value(value)
        if said is not None and str(said).strip():
            return day_of(said, name, zone)
    raise InvalidInput("added_at", f"is missing, as are {', '.join(names[1:])}")


def _shown(day: ToldDay, plays: int) -> tuple[FilmDay, DayCount]:
    film = film_told(day.film_key, day.film)
    return FilmDay(day.day, day.film_key), DayCount(plays, film)
