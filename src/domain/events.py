"""What can happen to a diary, in the past tense. Events are the only source of truth.

Every event says what a play was before it and what it is after it: None where it was not, or
is not, in the diary. Figures take the one off and put the other on, whatever the event is.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar, Literal, NamedTuple, get_args

from .entry import Entry

EventVerb = Literal["ADD", "DELETE", "UPDATE_RATING"]
EventKind = Literal["added", "deleted", "rated"]


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
    """What every event says: which one it is, whose diary changed, when, and the play."""

    event_id: str
    user_id: str
    occurred_at: datetime
    entry: Entry


@dataclass(frozen=True, slots=True)
class MovieAdded(_Happening):
    """``entry`` came into the diary. ``cause`` names what made it, such as an import."""

    names: ClassVar = EventNames("ADD", "added")

    cause: str | None = None

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
    """The rating changed from ``entry.rating`` to ``new_rating`` (half stars, or None)."""

    names: ClassVar = EventNames("UPDATE_RATING", "rated")

    new_rating: int | None
    cause: str | None = None

    @property
    def before(self) -> Entry:
        return self.entry

    @property
    def after(self) -> Entry:
        return replace(self.entry, rating=self.new_rating)


Event = MovieAdded | MovieDeleted | RatingUpdated

EVENT_TYPES: tuple[type[Event], ...] = get_args(Event)
