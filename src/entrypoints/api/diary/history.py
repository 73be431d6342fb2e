"""Read what happened in a diary: to one film, and since a day."""

from collections import Counter
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from cinestats.adapters.documents import Document, change_document, entry_document, iso_day
from cinestats.application.diary.changes import changes_since, film_history, place_of_change
from cinestats.domain.days import parse_day
from cinestats.domain.events import Event, EventVerb, MovieAdded, MovieDeleted, RatingUpdated
from cinestats.entrypoints.api.http.answers import (
    Answer,
    Count,
    Day,
    EntryAnswer,
    FilmName,
    FilmYear,
    Id,
    Moment,
    NextCursor,
    Stars,
)
from cinestats.entrypoints.api.http.cursors import Cursor, Limit, decode_cursor, encode_cursor
from cinestats.entrypoints.api.http.etag import CONDITIONAL, Condition
from cinestats.entrypoints.api.http.services import Injected, OwnUser, Services

from .movies import EntryId

router = APIRouter(prefix="/users/{user}", tags=["Diary"])


class _EventAnswer(Answer):
    """Ratings in stars, before and after: what was not in the diary has none."""

    at: Moment
    type: EventVerb = Field(examples=["UPDATE_RATING"])
    old_rating: Stars | None = Field(examples=[4])
    new_rating: Stars | None


class FilmEventAnswer(_EventAnswer):
    """What happened to a play, which is the one of ``watched_date``."""

    entry_id: Id
    watched_date: Day | None


class HistoryAnswer(Answer):
    """The present plays of a film, and all that ever happened to it, oldest first."""

    name: FilmName
    year: FilmYear | None
    plays: list[EntryAnswer]
    events: list[FilmEventAnswer]


class ChangeAnswer(_EventAnswer):
    """A change, with the entry as it was after it, or when it left."""

    entry: EntryAnswer


class ChangesAnswer(Answer):
    """A page of changes, latest first, and how many there are of each kind on all pages."""

    items: list[ChangeAnswer]
    next_cursor: NextCursor | None
    added: Count
    deleted: Count = Field(examples=[0])
    rated: Count = Field(examples=[2])


@router.get("/movies/{entry}/history", response_model=HistoryAnswer, responses=CONDITIONAL)
def get_history(
    user: OwnUser, entry: EntryId, services: Injected, condition: Condition
) -> Document:
    """The history of a film, named by any entry that ever was a play of it."""
    condition.check(services.diary_reader.history_version(user))
    history = film_history(services.diary_reader.history(user), entry)
    movie = history.events[-1].entry.movie
    return {
        "name": movie.title,
        "year": movie.year,
        "plays": [entry_document(play) for play in history.plays],
        "events": [
            {
                **change_document(event, services.zone),
                "entry_id": event.entry.entry_id,
                "watched_date": iso_day(event.entry.watched_on),
            }
            for event in history.events
        ],
    }


@router.get("/changes", response_model=ChangesAnswer, responses=CONDITIONAL)
def list_changes(
    user: OwnUser,
    services: Injected,
    condition: Condition,
    since: Annotated[
        str,
        Query(
            max_length=10,
            description="What changed after the end of this day.",
            examples=["2025-01-20"],
        ),
    ],
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Document:
    """What was added, deleted and rated since a day, by the time of each change."""
    condition.check(services.diary_reader.history_version(user))
    day = parse_day(since, "since")
    changes = changes_since(services.diary_reader.history(user), day, services.zone)
    kinds = Counter(type(recorded.event) for recorded in changes)
    rest = changes
    if cursor is not None:
        last = decode_cursor(cursor)
        rest = [recorded for recorded in changes if place_of_change(recorded) < last]
    page = rest[:limit]
    return {
        "items": [_change(recorded.event, services) for recorded in page if recorded.event],
        "next_cursor": (
            encode_cursor(*place_of_change(page[-1])) if len(rest) > limit else None
        ),
        "added": kinds[MovieAdded],
        "deleted": kinds[MovieDeleted],
        "rated": kinds[RatingUpdated],
    }


def _change(event: Event, services: Services) -> Document:
    entry = event.after or event.entry
    return {**change_document(event, services.zone), "entry": entry_document(entry)}
