"""A diary to look at, made up from the films that the package ships."""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta, tzinfo

from cinestats.application.films import recognise
from cinestats.domain.days import local_day
from cinestats.domain.diary import AddMovie, Command, DeleteMovie, UpdateRating
from cinestats.domain.entry import Entry
from cinestats.domain.errors import CinestatsError
from cinestats.domain.movie import Movie

from .container import Container, sample_films

_DAYS = 900
_REWATCHES = 0.6  # for each film
_WEEKDAYS = (5, 4, 5, 6, 12, 17, 14)  # how likely an evening with a film is, from Monday
_MONTHS = (13, 12, 10, 9, 8, 6, 5, 5, 8, 10, 12, 14)  # the same, from January


def fill_demo(container: Container, user_id: str, films: int | None = None) -> int:
    """Record the demo diary of ``films`` films; returns the number of events.

    Returns 0 where the user has it already. Raises CinestatsError for a user who keeps a
    diary of their own.
    """

    def event_id(name: str) -> str:
        return container.id_from("demo", user_id, name)

    log = container.log()
    if log.find(user_id, event_id("play 0")) is not None:
        return 0
    if next(log.of_user(user_id), None) is not None:
        raise CinestatsError(f"{user_id} keeps a diary already; choose another user.")
    catalogue = container.catalogue()
    movies = [recognise(film.movie, catalogue).movie for film in sample_films()[:films]]
    plan = _Plan(movies, container.clock()(), container.zone())
    commands = [
        replace(command, user_id=user_id, event_id=event_id(command.event_id))
        for command in plan.commands()
    ]
    outcomes = container.recorder().record_all(commands)  # in one append: all or none
    for outcome in outcomes:
        if isinstance(outcome, CinestatsError):
            raise outcome
    container.projector().catch_up()
    return len(outcomes)
