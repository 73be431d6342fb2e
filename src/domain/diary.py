"""The rules of a diary: what may be added, deleted and re-rated.

``decide`` says which events a command leads to, ``evolve`` what an event changes; both
are pure. A diary here is any part of a user's entries that holds all plays of the film
in question.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from .entry import Entry
from .errors import AlreadyInDiary, EntryNotFound, InvalidInput
from .events import Event, MovieAdded, MovieDeleted, RatingUpdated
from .movie import Movie

FIRST_DAY = date(1888, 1, 1)  # no film was seen before there was one

Diary = Mapping[str, Entry]
"""Entries by ``entry_id``."""


@dataclass(frozen=True, slots=True)
class AddMovie:
    """Add a play. ``today`` bounds ``watched_on``; ``now`` becomes the event's time."""

    event_id: str
    user_id: str
    entry_id: str
    movie: Movie
    rating: int | None
    watched_on: date | None
    added_on: date
    today: date
    now: datetime
    cause: str | None = None


@dataclass(frozen=True, slots=True)
class DeleteMovie:
    """Delete one play."""

    event_id: str
    user_id: str
    entry_id: str
    now: datetime
    cause: str | None = None


@dataclass(frozen=True, slots=True)
class UpdateRating:
    """Give one play another rating, or none."""

    event_id: str
    user_id: str
    entry_id: str
    new_rating: int | None
    now: datetime
    cause: str | None = None


Command = AddMovie | DeleteMovie | UpdateRating


def decide(command: Command, diary: Diary) -> Event | None:
    """The event that the command leads to; None when it would change nothing.

    Raises EntryNotFound, AlreadyInDiary or InvalidInput, each with a sentence that says
    what is wrong.
    """
    match command:
        case AddMovie():
            return _add(command, diary)
        case DeleteMovie():
            entry = _existing(command.entry_id, diary)
            return MovieDeleted(
                command.event_id, command.user_id, command.now, entry, command.cause
            )
        case UpdateRating():
            entry = _existing(command.entry_id, diary)
            if entry.rating == command.new_rating:
                return None
            return RatingUpdated(
                command.event_id,
                command.user_id,
                command.now,
                entry,
                command.new_rating,
                command.cause,
            )


def evolve(diary: Diary, event: Event) -> Diary:
    """The diary after the event. An event that does not fit (no such entry) changes nothing."""
    entry_id = event.entry.entry_id
    match event:
        case MovieAdded():
            return {**diary, entry_id: event.entry}
        case MovieDeleted():
            return {key: entry for key, entry in diary.items() if key != entry_id}
        case RatingUpdated():
            if entry_id not in diary:
                return diary
            return {**diary, entry_id: replace(diary[entry_id], rating=event.new_rating)}


def _add(command: AddMovie, diary: Diary) -> MovieAdded:
    watched_on = command.watched_on
    if watched_on is not None and not FIRST_DAY <= watched_on <= command.today:
        raise InvalidInput(
            "watched_date",
            f"must be from {FIRST_DAY} to today ({command.today}), not {watched_on}",
        )
    for entry in diary.values():
        same_day = (
            entry.movie.film_key == command.movie.film_key and entry.watched_on == watched_on
        )
        if same_day or entry.entry_id == command.entry_id:
            raise AlreadyInDiary(
                f"{entry.movie.title} is already in the diary"
                f" {'with no date' if entry.watched_on is None else f'on {entry.watched_on}'};"
                " a rewatch needs another day."
            )
    entry = Entry(command.entry_id, command.movie, command.rating, watched_on, command.added_on)
    return MovieAdded(command.event_id, command.user_id, command.now, entry, command.cause)


def _existing(entry_id: str, diary: Diary) -> Entry:
    entry = diary.get(entry_id)
    if entry is None:
        raise EntryNotFound(f"The diary holds no entry {entry_id}.")
    return entry
