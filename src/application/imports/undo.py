"""Undo an import or a correction: compensate each of its events, latest first."""

from collections import Counter
from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import assert_never, cast

from cinestats.application.diary.find import find_entry
from cinestats.application.diary.keep import DiaryKeeper, addition, correction_of, delete
from cinestats.application.diary.ports import EntryKey
from cinestats.application.log.ports import Recorded
from cinestats.domain.diary import (
    Command,
    Correction,
    UpdateRating,
    correction_between,
)
from cinestats.domain.entry import Entry
from cinestats.domain.errors import AlreadyInDiary, CinestatsError, EntryNotFound, InvalidInput
from cinestats.domain.events import (
    EntryCorrected,
    Event,
    MovieAdded,
    MovieDeleted,
    RatingUpdated,
)
from cinestats.domain.lists import ListEvent

UNDO_PREFIX = "undo:"


class ImportNotFound(CinestatsError):
    """The user has no such import."""


@dataclass(frozen=True, slots=True)
class PastImport:
    """An import, or another cause of changes, that the log remembers.

    ``changes`` counts its events.
    """

    import_id: str
    at: datetime
    changes: int
    undone: bool

    @property
    def kind(self) -> str:
        """What it was; see ``kind_of``."""
        return kind_of(self.import_id)


def kind_of(cause: str | None) -> str:
    """What made a change: an import, a person by hand, or what the cause begins with.

    >>> kind_of("edit:0193"), kind_of("0193"), kind_of(None)
    ('edit', 'import', 'hand')
    """
    if cause is None:
        return "hand"
    kind, colon, _ = cause.partition(":")
    return kind if colon else "import"


def past_imports(
    history: Iterable[Recorded], lists: Iterable[ListEvent] = ()
) -> list[PastImport]:
    """The imports and corrections in a user's history and lists, latest first."""
    first: dict[str, datetime] = {}
    changes: Counter[str] = Counter()
    events = (recorded.event for recorded in history)
    for event in chain(events, lists):
        if event is not None and event.cause is not None:
            first.setdefault(event.cause, event.occurred_at)
            changes[event.cause] += 1
    # The lists have a log of their own, so the place in one does not tell which is later.
    in_order = sorted(first.items(), key=lambda each: each[1])
    return [
        PastImport(cause, at, changes[cause], UNDO_PREFIX + cause in first)
        for cause, at in reversed(in_order)
        if not cause.startswith(UNDO_PREFIX)
    ]


def undo_import(
    diary: DiaryKeeper,
    *,
    user: str,
    import_id: str,
    check: Callable[[], None] | None = None,
) -> int:
    """Take back what an import did and nobody changed since; returns the events undone.

    An entry that it added is deleted, one that it replaced comes back, a rating that it
    changed is set back unless it was changed again, and its films leave the lists again.
    ``check`` is asked before each, and breaks it off by what it raises: what is undone by then
    stays so, and undoing again goes on. Raises ImportNotFound.
    """
    of_lists = diary.lists.take_back(user, import_id, UNDO_PREFIX + import_id)
    diary.recorder.catch_up_with(user)
    events: list[Event] = []
    known_before: set[str] = set()
    for event in (r.event for r in diary.history.of_user(user) if r.event):
        if event.cause == import_id:
            events.append(event)
        elif not events:
            known_before.add(event.entry.entry_id)
    if not events and of_lists is None:
        raise ImportNotFound(f"{user} has no import {import_id}.")
    undone = of_lists or 0
    for event in reversed(events):
        if check is not None:
            check()
        undone += _take_back(diary, event, known_before)
    return undone


def _take_back(diary: DiaryKeeper, event: Event, known_before: Container[str]) -> bool:
    """Undo one event; False where the entry was changed since."""
    user, entry_id = event.user_id, event.entry.entry_id
    cause = f"{UNDO_PREFIX}{event.cause}"
    stamp = diary.stamp(user, cause=cause)
    try:
        match event:
            case MovieAdded():
                delete(diary, user=user, entry_id=entry_id, cause=cause)
            case MovieDeleted():
                again = _may_stand_beside(diary, event, known_before)
                diary.recorder.record(addition(diary, stamp, event.entry, again=again))
            case RatingUpdated(entry=entry):
                present = find_entry(diary, user, entry_id)
                if present.rating != event.new_rating:
                    return False
                commands: list[Command] = [
                    UpdateRating(
                        **stamp,
                        entry_id=entry_id,
                        new_rating=entry.rating,
                        rating_of=entry.rating_of,
                        said_by=event.said_by,
                    )
                ]
                if present.sources == event.after.sources:  # else they said more since
                    sources = Correction(sources=entry.sources)
                    stamp = diary.stamp(user, cause=cause)
                    commands.append(correction_of(diary, stamp, entry_id, sources))
                diary.recorder.record_all(commands)
            case EntryCorrected(entry=entry, corrected=corrected):
                present = find_entry(diary, user, entry_id)
                fields = _still(corrected, entry, present)
                back = correction_of(diary, stamp, entry_id, fields)
                return diary.recorder.record(back).event is not None
            case _ as never:
                assert_never(never)
    except (AlreadyInDiary, EntryNotFound, InvalidInput):
        return False
    return True


def _may_stand_beside(
    diary: DiaryKeeper, event: MovieDeleted, known_before: Container[str]
) -> bool:
    """Whether the play comes back though others of its film are on its day.

    It does where a source tells it apart, and where they stood beside it before.
    """
    play = event.entry
    if any(each.reference for each in play.sources):
        return True
    film = [EntryKey("film_key", play.movie.film_key)]
    return all(
        other.entry_id in known_before
        for other in diary.diaries.lookup(event.user_id, film)
        if other.watched_on == play.watched_on
    )


def _still(corrected: Entry, before: Entry, present: Entry) -> Correction:
    """What takes a correction back, but for the fields that were changed since."""
    back = correction_between(corrected, before)
    kept = {n: v for n, v in back.items() if getattr(present, n) == getattr(corrected, n)}
    if "merged" in back:  # plays that were merged with it since, or before, stay so
        gone = set(corrected.merged) - set(before.merged)
        kept["merged"] = tuple(each for each in present.merged if each not in gone)
    if kept and present.sources == corrected.sources:
        kept["sources"] = before.sources  # else they would take what is undone for their word
    return cast(Correction, kept)
