"""Read what happened in a diary: to one film, and since a day."""

from collections import Counter
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AliasPath, BeforeValidator, Field

from cinestats.adapters.documents import fields
from cinestats.adapters.documents.corrections import ChangedField, changed_fields
from cinestats.application.diary.changes import (
    changes_since,
    film_history,
    known_since,
    place_of_change,
)
from cinestats.domain.days import parse_day
from cinestats.domain.entry import Entry
from cinestats.domain.events import (
    EntryCorrected,
    EventVerb,
    MovieAdded,
    MovieDeleted,
    RatingUpdated,
)
from cinestats.entrypoints.api.http.answers import NextCursor
from cinestats.entrypoints.api.http.callers import OwnUser
from cinestats.entrypoints.api.http.cursors import Cursor, Limit, decode_cursor, encode_cursor
from cinestats.entrypoints.api.http.etag import CONDITIONAL, Condition
from cinestats.entrypoints.api.http.services import Injected

from .movies import EntryId

router = APIRouter(prefix="/users/{user}", tags=["Diary"])


def _rating(entry: Entry | None) -> int | None:
    return None if entry is None else entry.rating


_Rating = Annotated[fields.HalfStars | None, BeforeValidator(_rating)]


class _EventAnswer(fields.Answer):
    """Ratings in stars, before and after: what was not in the diary has none.

    ``changed`` has the other fields that a correction changed.
    """

    at: fields.Moment = Field(validation_alias="occurred_at")
    type: EventVerb = Field(
        validation_alias=AliasPath("names", "verb"), examples=["UPDATE_RATING"]
    )
    old_rating: _Rating = Field(validation_alias="before", examples=[4])
    new_rating: _Rating = Field(validation_alias="after")
    changed: list[ChangedField]


class FilmEventAnswer(_EventAnswer):
    """What happened to a play, which is the one of ``watched_date``."""

    entry_id: fields.Id = Field(validation_alias=AliasPath("entry", "entry_id"))
    watched_date: fields.Day | None = Field(validation_alias=AliasPath("entry", "watched_on"))


class HistoryAnswer(fields.Answer):
    """The present plays of a film, and all that ever happened to it, oldest first."""

    name: fields.FilmName = Field(validation_alias="title")
    year: fields.FilmYear | None
    plays: list[fields.Play]
    events: list[FilmEventAnswer]


class ChangeAnswer(_EventAnswer):
    """A change, with the entry as it was after it, or when it left."""

    entry: fields.Play


class ChangesAnswer(fields.Answer):
    """A page of changes, latest first, and how many there are of each kind on all pages.

    `known_since` is the day of the first change that there ever was.
    """

    items: list[ChangeAnswer]
    next_cursor: NextCursor | None
    added: fields.Count
    deleted: fields.Count = Field(examples=[0])
    rated: fields.Count = Field(examples=[2])
    corrected: fields.Count = Field(examples=[1])
    known_since: fields.Day | None


@router.get("/movies/{entry}/history", responses=CONDITIONAL)
def get_history(
    user: OwnUser, entry: EntryId, services: Injected, condition: Condition
) -> HistoryAnswer:
    """The history of a film, named by any entry that ever was a play of it."""
    condition.check(services.diary_reader.history_version(user))
    history = film_history(services.diary_reader.history(user), entry)
    events = [
        FilmEventAnswer.of(event, changed=changed_fields(event), zone=services.zone)
        for event in history.events
    ]
    return HistoryAnswer.of(history, history.film, events=events, zone=services.zone)


@router.get("/changes", responses=CONDITIONAL)
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
) -> ChangesAnswer:
    """What was added, deleted, rated and corrected since a day, by the time of each change."""
    condition.check(services.diary_reader.history_version(user))
    day = parse_day(since, "since")
    history = services.diary_reader.history(user)
    changes = changes_since(history, day, services.zone)
    began = known_since(history, services.zone)
    kinds = Counter(type(recorded.event) for recorded in changes)
    rest = changes
    if cursor is not None:
        last = decode_cursor(cursor)
        rest = [recorded for recorded in changes if place_of_change(recorded) < last]
    page = rest[:limit]
    events = [recorded.event for recorded in page if recorded.event]
    return ChangesAnswer(
        items=[
            ChangeAnswer.of(
                event,
                entry=event.after or event.entry,
                changed=changed_fields(event),
                zone=services.zone,
            )
            for event in events
        ],
        next_cursor=encode_cursor(*place_of_change(page[-1])) if len(rest) > limit else None,
        added=kinds[MovieAdded],
        deleted=kinds[MovieDeleted],
        rated=kinds[RatingUpdated],
        corrected=kinds[EntryCorrected],
        known_since=None if began is None else began.isoformat(),
    )
