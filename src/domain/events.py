"""What can happen to a diary, in the past tense. Events are the only source of truth.

Every event says what a play was before it and what it is after it: None where it was not, or
is not, in the diary. Figures take the one off and put the other on, whatever the event is.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Literal, NamedTuple, get_args

from .entry import Entry, RatingOf

EventVerb = Literal["ADD", "DELETE", "UPDATE_RATING", "CORRECT"]
EventKind = Literal["added", "deleted", "rated", "corrected"]


class EventNames(NamedTuple):
    """What an event is called: ``verb`` on the wire and in answers, ``kind`` in webhooks.

    ``schema`` is the version of the wire form that brought it. A new type raises it, so that a
    program that does not know the type can tell; new optional fields do not.
    """

    verb: EventVerb
    kind: EventKind
    schema: int = 1


@dataclass(frozen=True, slots=True)
class _Happening:
    """What every event says: which one it is, whose diary changed, when, and the play.

    ``as_published`` tells that the diary does not hold the play, and that it counts all the
    same: another application, whose diary it is, has published so.
    """

    event_id: str
    user_id: str
    occurred_at: datetime
    entry: Entry
    as_published: bool = field(default=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class MovieAdded(_Happening):
    """``entry`` came into the diary. ``cause`` names what made it, such as an import.

    ``again`` tells that the diary held another play of the film on that day, or that nobody
    looked whether it did.
    """

    names: ClassVar = EventNames("ADD", "added")

    cause: str | None = None
    again: bool = False

    @property
    def before(self) -> None:
        """The play was not in the diary."""

    @property
    def after(self) -> Entry:
        return self.entry


@dataclass(frozen=True, slots=True)
class MovieDeleted(_Happening):
    """``entry`` left the diary; it is the entry as added, with its rating of the moment."""

    names: ClassVar = EventNames("DELETE", "deleted")

    cause: str | None = None

    @property
    def before(self) -> Entry:
        return self.entry

    @property
    def after(self) -> None:
        """The play is in the diary no more."""


@dataclass(frozen=True, slots=True)
class RatingUpdated(_Happening):
    """The rating changed from ``entry.rating`` to ``new_rating`` (half stars, or None).

    ``said_by`` is the kind of source that says so, None where a person does; ``rating_of``
    tells whether it rates the play or the film.
    """

    names: ClassVar = EventNames("UPDATE_RATING", "rated")

    new_rating: int | None
    cause: str | None = None
    rating_of: RatingOf = "play"
    said_by: str | None = None

    @property
    def before(self) -> Entry:
        return self.entry

    @property
    def after(self) -> Entry:
        return self.entry.rated(self.new_rating, self.rating_of, self.said_by)


@dataclass(frozen=True, slots=True)
class EntryCorrected(_Happening):
    """The play was never ``entry``: it is ``corrected``, with the same id and rating.

    It may be another film, day, or anything else that is said of a play; not the rating, and
    not the day it was added. ``cause`` names what corrected it, such as an import.
    """

    names: ClassVar = EventNames("CORRECT", "corrected", schema=2)

    corrected: Entry
    cause: str | None = None

    @property
    def before(self) -> Entry:
        return self.entry

    @property
    def after(self) -> Entry:
        return self.corrected


Event = MovieAdded | MovieDeleted | RatingUpdated | EntryCorrected

EVENT_TYPES: tuple[type[Event], ...] = get_args(Event)
