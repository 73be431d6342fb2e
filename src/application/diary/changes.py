"""What happened in a diary: to one film, and since a day."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, tzinfo
from typing import NamedTuple

from cinestats.application.log.ports import Recorded
from cinestats.domain.days import local_day
from cinestats.domain.diary import evolve
from cinestats.domain.entry import Entry
from cinestats.domain.errors import EntryNotFound
from cinestats.domain.events import Event


class FilmHistory(NamedTuple):
    """The present plays of a film, and all its events in the order of the log."""

    plays: list[Entry]
    events: list[Event]


def film_history(history: Iterable[Recorded], entry_id: str) -> FilmHistory:
    """The history of the film that an entry, present or deleted, is a play of.

    Raises EntryNotFound for an entry that the diary never held.
    """
    events = [recorded.event for recorded in history if recorded.event is not None]
    film_key = next(
        (e.entry.movie.film_key for e in events if e.entry.entry_id == entry_id), ""
    )
    if not film_key:
        raise EntryNotFound(f"The diary never held an entry {entry_id}.")
    of_film = [event for event in events if event.entry.movie.film_key == film_key]
    return FilmHistory(list(evolve({}, of_film).values()), of_film)


def changes_since(history: Iterable[Recorded], day: date, zone: tzinfo) -> list[Recorded]:
    """What happened after the end of ``day`` in ``zone``, latest first."""
    after = [
        recorded
        for recorded in history
        if recorded.event is not None and local_day(recorded.event.occurred_at, zone) > day
    ]
    return sorted(after, key=_moment, reverse=True)


def _moment(recorded: Recorded) -> tuple[datetime, int]:
    assert recorded.event is not None  # the erased tell of no change
    return recorded.event.occurred_at, recorded.position


def place_of_change(recorded: Recorded) -> tuple[str, str]:
    """Where an event stands by its time; no two of a user's stand in one place."""
    moment, position = _moment(recorded)
    return moment.astimezone(UTC).isoformat(timespec="microseconds"), f"{position:020}"
