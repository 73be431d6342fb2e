"""Undo an import: compensate each of its events, latest first."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from cinestats.application.diary.find import find_entry
from cinestats.application.diary.keep import DiaryKeeper, addition, delete, rate
from cinestats.application.log.ports import Recorded
from cinestats.domain.errors import AlreadyInDiary, CinestatsError, EntryNotFound, InvalidInput
from cinestats.domain.events import Event, MovieAdded, MovieDeleted, RatingUpdated

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


def undo_import(diary: DiaryKeeper, *, user: str, import_id: str) -> int:
    """Take back what an import did and nobody changed since; returns the events undone.

    An entry that it added is deleted, one that it replaced comes back, a rating that it
    changed is set back unless it was changed again. Raises ImportNotFound.
    """
    diary.recorder.catch_up_with(user)
    events = [
        r.event for r in diary.history.of_user(user) if r.event and r.event.cause == import_id
    ]
    if not events:
        raise ImportNotFound(f"{user} has no import {import_id}.")
    return sum(_take_back(diary, event) for event in reversed(events))


def _take_back(diary: DiaryKeeper, event: Event) -> bool:
    """Undo one event; False where the entry was changed since."""
    user, entry_id = event.user_id, event.entry.entry_id
    cause = f"{UNDO_PREFIX}{event.cause}"
    try:
        match event:
            case MovieAdded():
                delete(diary, user=user, entry_id=entry_id, cause=cause)
            case MovieDeleted():
                stamp = diary.stamp(user, cause=cause)
                diary.recorder.record(addition(diary, stamp, event.entry))
            case RatingUpdated():
                if find_entry(diary, user, entry_id).rating != event.new_rating:
                    return False
                rating = event.entry.rating
                rate(diary, user=user, entry_id=entry_id, rating=rating, cause=cause)
            case _ as never:
                assert_never(never)
    except (AlreadyInDiary, EntryNotFound, InvalidInput):
        return False
    return True
