"""The rules of a diary: what may be added, deleted and re-rated.

``decide`` says which event a command leads to, ``evolve`` what events change; both are
pure. A diary here is any part of a user's entries that holds all plays of the film in
question.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import assert_never

from .entry import Entry
from .errors import AlreadyInDiary, CinestatsError, EntryNotFound, InvalidInput
from .events import Event, MovieAdded, MovieDeleted, RatingUpdated

FIRST_DAY = date(1888, 1, 1)  # no film was seen before there was one

Diary = Mapping[str, Entry]
"""Entries by ``entry_id``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Command:
    """``event_id``, ``now`` and ``cause`` become those of the event."""

    event_id: str
    user_id: str
    now: datetime
    cause: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddMovie(_Command):
    """Put an entry into the diary; it may have been watched up to ``today``."""

    entry: Entry
    today: date

    @property
    def entry_id(self) -> str:
        return self.entry.entry_id


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteMovie(_Command):
    """Delete one play."""

    entry_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateRating(_Command):
    """Give one play another rating in half stars, or none."""

    entry_id: str
    new_rating: int | None


Command = AddMovie | DeleteMovie | UpdateRating


def decide(command: Command, diary: Diary) -> Event | None:
    """The event that the command leads to; None when it would change nothing.

    Raises EntryNotFound, AlreadyInDiary or InvalidInput, each with a sentence that says
    what is wrong.
    """
    stamp = command.event_id, command.user_id, command.now
    match command:
        case AddMovie():
            _check_addition(command, diary)
            return MovieAdded(*stamp, command.entry, command.cause)
        case DeleteMovie():
            return MovieDeleted(*stamp, _existing(command.entry_id, diary), command.cause)
        case UpdateRating(new_rating=rating):
            entry = _existing(command.entry_id, diary)
            if entry.rating == rating:
                return None
            return RatingUpdated(*stamp, entry, rating, command.cause)
        case _ as never:
            assert_never(never)


def led_to(command: Command, event: Event) -> bool:
    """Whether the command, sent before at whatever moment, led to this event then."""
    before = event.before
    try:
        again = decide(command, {} if before is None else {before.entry_id: before})
    except CinestatsError:
        return False
    return again is not None and replace(again, occurred_at=event.occurred_at) == event


def evolve(diary: Diary, events: Iterable[Event]) -> Diary:
    """The diary after the events, its entries in the order they were added.

    An event that does not fit (no such entry) changes nothing.
    """
    entries = dict(diary)
    for event in events:
        entry_id = event.entry.entry_id
        match event:
            case MovieAdded():
                entries[entry_id] = event.entry
            case MovieDeleted():
                entries.pop(entry_id, None)
            case RatingUpdated():
                if entry_id in entries:
                    entries[entry_id] = replace(entries[entry_id], rating=event.new_rating)
            case _ as never:
                assert_never(never)
    return entries


def _check_addition(command: AddMovie, diary: Diary) -> None:
    new = command.entry
    if new.watched_on is not None and not FIRST_DAY <= new.watched_on <= command.today:
        raise InvalidInput(
            "watched_date",
            f"must be from {FIRST_DAY} to today ({command.today}), not {new.watched_on}",
        )
    play = new.movie.film_key, new.watched_on
    for entry in diary.values():
        if (entry.movie.film_key, entry.watched_on) == play or entry.entry_id == new.entry_id:
            day = "with no date" if entry.watched_on is None else f"on {entry.watched_on}"
            raise AlreadyInDiary(
                f"{entry.movie.title} is already in the diary {day};"
                " a rewatch needs another day."
            )


def _existing(entry_id: str, diary: Diary) -> Entry:
    entry = diary.get(entry_id)
    if entry is None:
        raise EntryNotFound(f"The diary holds no entry {entry_id}.")
    return entry
