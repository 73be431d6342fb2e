"""The documents that the API, the command line and MongoDB show: their fields are a contract.

Each is one class, which says its fields with their types and an example, and where in the
domain's values each is found.
"""

from datetime import date, tzinfo
from typing import Any

from cinestats.adapters.event_json import verb_of
from cinestats.domain.entry import Entry
from cinestats.domain.events import Event, MovieAdded, MovieDeleted, RatingUpdated
from cinestats.domain.rating import stars

Document = dict[str, Any]


def entry_document(entry: Entry) -> Document:
    """A diary entry; its rating in stars, its duration in minutes."""
    movie = entry.movie
    return {
        "entry_id": entry.entry_id,
        "name": movie.title,
        "year": movie.year,
        "rating": None if entry.rating is None else stars(entry.rating),
        "watched_date": iso_day(entry.watched_on),
        "added_on": entry.added_on.isoformat(),
        "genres": list(movie.genres),
        "director": list(movie.directors),
        "actors": list(movie.actors),
        "duration": movie.duration,
        "poster_url": movie.poster_url,
    }


def change_document(event: Event, zone: tzinfo) -> Document:
    """What an event did to a rating, in stars; what was not in the diary has none."""
    old = None if isinstance(event, MovieAdded) else event.entry.rating
    match event:
        case MovieAdded():
            new = event.entry.rating
        case MovieDeleted():
            new = None
        case RatingUpdated():
            new = event.new_rating
    return {
        "at": event.occurred_at.astimezone(zone).isoformat(),
        "type": verb_of(event),
        "old_rating": None if old is None else stars(old),
        "new_rating": None if new is None else stars(new),
    }


def iso_day(day: date | None) -> str | None:
    """A day as documents write it."""
    return None if day is None else day.isoformat()
