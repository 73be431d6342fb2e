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
from cinestats.domain.movie import Movie


class FilmHistory(NamedTuple):
    """A film as it was told last, its present plays, and all its events in the log's order."""

    film: Movie
    plays: list[Entry]
    events: list[Event]


def film_history(history: Iterable[Recorded], entry_id: str) -> FilmHistory:
    """The history of the film that an entry, present or deleted, is a play of.

    Raises EntryNotFound for an entry that the diary never held.
    """
    events = [recorded.event for recorded in history if recorded.event is not None]
    named = [event for event in events if event.entry.entry_id == entry_id]
    if not named:
        raise EntryNotFound(f"The diary never held an entry {entry_id}.")
    film_key = (named[-1].after or named[-1].entry).movie.film_key
    # A correction may have made it a play of this film, or of another.
    plays = {
        event.entry.entry_id
        for event in events
        if any(film.film_key == film_key for film in _films(event))
    }
    of_film = [event for event in events if event.entry.entry_id in plays]
    present = evolve({}, of_film).values()
    told = [film for event in of_film for film in _films(event) if film.film_key == film_key]
    plays_now = [play for play in present if play.movie.film_key == film_key]
    return FilmHistory(told[-1], plays_now, of_film)


def _films(event: Event) -> list[Movie]:
    """The films that the event tells of: the one before it, and the one after it."""
    return [play.movie for play in (event.before, event.after) if play is not None]


def changes_since(history: Iterable[Recorded], day: date, zone: tzinfo) -> list[Recorded]:
    """What happened after the end of ``day`` in ``zone``, latest first."""
    after = [
        recorded
        for recorded in history
        if recorded.event is not None and local_day(recorded.event.occurred_at, zone) > day
    ]
    return sorted(after, key=_moment, reverse=True)


def known_since(history: Iterable[Recorded], zone: tzinfo) -> date | None:
    """The day in ``zone`` of the first that ever happened; None where nothing did."""
    events = (recorded.event for recorded in history if recorded.event is not None)
    first = min((event.occurred_at for event in events), default=None)
    return None if first is None else local_day(first, zone)


def _moment(recorded: Recorded) -> tuple[datetime, int]:
    assert recorded.event is not None  # the erased tell of no change
    return recorded.event.occurred_at, recorded.position


def place_of_change(recorded: Recorded) -> tuple[str, str]:
    """Where an event stands by its time; no two of a user's stand in one place."""
    moment, position = _moment(recorded)
    return moment.astimezone(UTC).isoformat(timespec="microseconds"), f"{position:020}"
