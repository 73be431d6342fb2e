"""Undo an import: compensate each of its events, latest first."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo

from cinestats.application.diary.ports import DiaryStore, EntryKey
from cinestats.application.diary.record import Receipt, Recorder
from cinestats.application.log.ports import EventHistory, Recorded
from cinestats.application.ports import Clock, NewId
from cinestats.domain.days import local_day
from cinestats.domain.diary import AddMovie, Command, DeleteMovie, UpdateRating
from cinestats.domain.errors import CinestatsError
from cinestats.domain.events import Event, MovieAdded, MovieDeleted

UNDO_PREFIX = "undo:"


class ImportNotFound(CinestatsError):
    """The user has no such import."""


@dataclass(frozen=True, slots=True)
class PastImport:
    """An import that the log remembers; ``changes`` counts its events."""

    import_id: str
    at: datetime
    changes: int
    undone: bool


def past_imports(history: Iterable[Recorded]) -> list[PastImport]:
    """The imports in a user's history, latest first."""
    first: dict[str, datetime] = {}
    changes: Counter[str] = Counter()
    for recorded in history:
        if recorded.event is not None and recorded.event.cause is not None:
            first.setdefault(recorded.event.cause, recorded.event.occurred_at)
            changes[recorded.event.cause] += 1
    return [
        PastImport(cause, at, changes[cause], UNDO_PREFIX + cause in first)
        for cause, at in reversed(first.items())
        if not cause.startswith(UNDO_PREFIX)
    ]


def undo_import(
    user_id: str,
    import_id: str,
    *,
    recorder: Recorder,
    history: EventHistory,
    diaries: DiaryStore,
    clock: Clock,
    new_id: NewId,
    zone: tzinfo,
) -> int:
    """Take back what an import did and nobody changed since; returns the events undone.

    An entry that it added is deleted, one that it replaced comes back, a rating that it
    changed is set back unless it was changed again. Raises ImportNotFound.
    """
    events = [
        r.event for r in history.of_user(user_id) if r.event and r.event.cause == import_id
    ]
    if not events:
        raise ImportNotFound(f"{user_id} has no import {import_id}.")
    now = clock()
    undone = 0
    for event in reversed(events):
        present = diaries.lookup(user_id, [EntryKey("entry_id", event.entry.entry_id)])
        rating = present[0].rating if present else None
        command = _compensation(event, bool(present), rating, new_id(), now, zone)
        if command is not None:
            (outcome,) = recorder.record_all([command])
            undone += isinstance(outcome, Receipt)
    return undone


def _compensation(
    event: Event,
    present: bool,
    rating: int | None,
    event_id: str,
    now: datetime,
    zone: tzinfo,
) -> Command | None:
    entry, user_id = event.entry, event.user_id
    cause = f"{UNDO_PREFIX}{event.cause}"
    match event:
        case MovieAdded():
            if not present:
                return None
            return DeleteMovie(event_id, user_id, entry.entry_id, now, cause)
        case MovieDeleted():
            if present:
                return None
            return AddMovie(
                event_id,
                user_id,
                entry.entry_id,
                entry.movie,
                entry.rating,
                entry.watched_on,
                entry.added_on,
                local_day(now, zone),
                now,
                cause,
            )
        case _:
            if not present or rating != event.new_rating:
                return None
            return UpdateRating(event_id, user_id, entry.entry_id, entry.rating, now, cause)
