"""What can happen to a diary, in the past tense. Events are the only source of truth."""

from dataclasses import dataclass
from datetime import datetime

from .entry import Entry


@dataclass(frozen=True, slots=True)
class MovieAdded:
    """``entry`` came into the diary. ``cause`` names what made it, such as an import."""

    event_id: str
    user_id: str
    occurred_at: datetime
    entry: Entry
    cause: str | None = None


@dataclass(frozen=True, slots=True)
class MovieDeleted:
    """``entry`` left the diary; it is the entry as added, with its rating of the moment."""

    event_id: str
    user_id: str
    occurred_at: datetime
    entry: Entry
    cause: str | None = None


@dataclass(frozen=True, slots=True)
class RatingUpdated:
    """The rating changed from ``entry.rating`` to ``new_rating`` (half stars, or None)."""

    event_id: str
    user_id: str
    occurred_at: datetime
    entry: Entry
    new_rating: int | None
    cause: str | None = None


Event = MovieAdded | MovieDeleted | RatingUpdated
