"""The rules of a diary: what may be added, deleted and re-rated.

``decide`` says which event a command leads to, ``evolve`` what events change; both are
pure. A diary here is any part of a user's entries that holds all plays of the film in
question.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypedDict, assert_never, cast

from .entry import MAX_TAGS, Entry, RatingOf, Source
from .errors import AlreadyInDiary, CinestatsError, EntryNotFound, InvalidInput
from .events import EntryCorrected, Event, MovieAdded, MovieDeleted, RatingUpdated
from .movie import Movie

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
    """Put an entry into the diary; it may have been watched up to ``today``.

    With ``again`` it may be another play of its film on one day.
    """

    entry: Entry
    today: date
    again: bool = False

    @property
    def entry_id(self) -> str:
        return self.entry.entry_id


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteMovie(_Command):
    """Delete one play."""

    entry_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateRating(_Command):
    """Give one play another rating in half stars, or none; see RatingUpdated."""

    entry_id: str
    new_rating: int | None
    rating_of: RatingOf = "play"
    said_by: str | None = None


class Said(TypedDict, total=False):
    """What may be said of a play beside its film, its day and its rating."""

    rewatch: bool | None
    liked: bool | None
    tags: tuple[str, ...]
    review: str | None
    place: str | None
    company: str | None


class Correction(Said, total=False):
    """The fields of an entry that shall be others."""

    movie: Movie
    watched_on: date | None
    sources: tuple[Source, ...]
    rating_of: RatingOf
    film_chosen: bool
    merged: tuple[Source, ...]
    apart: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectEntry(_Command):
    """Say of one play what it was in truth.

    ``said_by`` is the kind of source that says so; None where a person or a catalogue does.
    With ``of`` the correction holds only while the play's film is still that one. ``today``
    and ``again`` as in AddMovie.
    """

    entry_id: str
    correction: Correction
    today: date
    again: bool = False
    said_by: str | None = None
    of: Movie | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CountAsPublished(_Command):
    """Count another application's event of a play that the diary does not hold."""

    published: Event

    @property
    def entry_id(self) -> str:
        return self.published.entry.entry_id


Command = AddMovie | DeleteMovie | UpdateRating | CorrectEntry | CountAsPublished


def decide(command: Command, diary: Diary) -> Event | None:
    """The event that the command leads to; None when it would change nothing.

    Raises EntryNotFound, AlreadyInDiary or InvalidInput, each with a sentence that says
    what is wrong.
    """
    stamp = command.event_id, command.user_id, command.now
    match command:
        case AddMovie():
            again = _check_addition(command, diary)
            return MovieAdded(*stamp, command.entry, command.cause, again)
        case DeleteMovie():
            return MovieDeleted(*stamp, _existing(command.entry_id, diary), command.cause)
        case UpdateRating(new_rating=rating):
            entry = _existing(command.entry_id, diary)
            of, by = command.rating_of, command.said_by
            if entry.rating == rating and (rating is None or entry.rating_of == of):
                return None
            return RatingUpdated(*stamp, entry, rating, command.cause, of, by)
        case CorrectEntry():
            entry = _existing(command.entry_id, diary)
            if command.of not in (None, entry.movie):
                return None
            corrected = entry.changed(command.correction, command.said_by)
            if corrected == entry:
                return None
            _check_correction(command, entry, corrected, diary)
            return EntryCorrected(*stamp, entry, corrected, command.cause)
        case CountAsPublished(published=event):
            return replace(event, as_published=True)
        case _ as never:
            assert_never(never)


def led_to(command: Command, event: Event) -> bool:
    """Whether the command, sent before at whatever moment, led to this event then."""
    before = event.before
    try:
        again = decide(command, {} if before is None else {before.entry_id: before})
    except CinestatsError:
        return False
    if isinstance(again, MovieAdded) and isinstance(event, MovieAdded):
        again = replace(again, again=event.again)  # for then there may have been another play
    return again is not None and replace(again, occurred_at=event.occurred_at) == event


def correction_between(entry: Entry, corrected: Entry) -> Correction:
    """What makes one entry of the other."""
    fields = {name: getattr(corrected, name) for name in Correction.__annotations__}
    return cast(
        Correction, {name: v for name, v in fields.items() if v != getattr(entry, name)}
    )


def evolve(diary: Diary, events: Iterable[Event]) -> Diary:
    """The diary after the events, its entries in the order they were added.

    An event that does not fit (no such entry), or is not of the diary, changes nothing.
    """
    entries = dict(diary)
    for event in events:
        if event.as_published:
            continue
        entry_id = event.entry.entry_id
        match event:
            case MovieAdded():
                entries[entry_id] = event.entry
            case MovieDeleted():
                entries.pop(entry_id, None)
            case RatingUpdated():
                if entry_id in entries:
                    entries[entry_id] = entries[entry_id].rated(
                        event.new_rating, event.rating_of, event.said_by
                    )
            case EntryCorrected():
                if entry_id in entries:
                    entries[entry_id] = event.corrected
            case _ as never:
                assert_never(never)
    return entries


def _check_addition(command: AddMovie, diary: Diary) -> bool:
    """Whether the diary holds another play of the film on that day."""
    new = command.entry
    _check_day(new, command.today)
    _check_tags(new)
    if new.entry_id in diary:
        raise _already(diary[new.entry_id])
    if not command.again:
        _check_only(new, diary)
    return any(_play(other) == _play(new) for other in diary.values())


def _check_correction(
    command: CorrectEntry, entry: Entry, corrected: Entry, diary: Diary
) -> None:
    if corrected.watched_on != entry.watched_on:
        _check_day(corrected, command.today)
    _check_tags(corrected)
    if not command.again and _play(corrected) != _play(entry):
        _check_only(corrected, diary)


def _check_day(play: Entry, today: date) -> None:
    if play.watched_on is not None and not FIRST_DAY <= play.watched_on <= today:
        raise InvalidInput(
            "watched_date",
            f"must be from {FIRST_DAY} to today ({today}), not {play.watched_on}",
        )


def _check_tags(play: Entry) -> None:
    if len(play.tags) > MAX_TAGS:
        raise InvalidInput("tags", f"holds {len(play.tags):,} tags, more than {MAX_TAGS}")


def _check_only(play: Entry, diary: Diary) -> None:
    """Raise AlreadyInDiary where another play is of the same film on the same day."""
    for other in diary.values():
        if other.entry_id != play.entry_id and _play(other) == _play(play):
            raise _already(other)


def _play(entry: Entry) -> tuple[str, date | None]:
    return entry.movie.film_key, entry.watched_on


def _already(entry: Entry) -> AlreadyInDiary:
    day = "with no date" if entry.watched_on is None else f"on {entry.watched_on}"
    return AlreadyInDiary(
        f"{entry.movie.title} is already in the diary {day};"
        " a rewatch needs another day, or to be added as seen again."
    )


def _existing(entry_id: str, diary: Diary) -> Entry:
    entry = diary.get(entry_id)
    if entry is None:
        raise EntryNotFound(f"The diary holds no entry {entry_id}.")
    return entry
