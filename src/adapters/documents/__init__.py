"""The documents that the API, the command line and MongoDB show: their fields are a contract.

Each is one class, which says its fields with their types and an example, and where in the
domain's values each is found.
"""

from datetime import date, tzinfo
from typing import Any

from cinestats.domain.entry import Entry
from cinestats.domain.events import Event
from cinestats.domain.rating import stars

Document = dict[str, Any]


def change_document(event: Event, zone: tzinfo) -> Document:
    """What an event did to a rating, in stars; what was not in the diary has none."""

    def rating(entry: Entry | None) -> float | None:
        return None if entry is None or entry.rating is None else stars(entry.rating)

    return {
        "at": event.occurred_at.astimezone(zone).isoformat(),
        "type": event.names.verb,
        "old_rating": rating(event.before),
        "new_rating": rating(event.after),
    }


def iso_day(day: date | None) -> str | None:
    """A day as documents write it."""
    return None if day is None else day.isoformat()
