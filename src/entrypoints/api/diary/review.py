"""What a person should look at: films that nobody is sure of, and plays that stand twice."""

from collections.abc import Sequence
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Depends
from pydantic import BeforeValidator, Field

from cinestats.adapters.documents.fields import Answer, Count, Position, ShownPlay
from cinestats.adapters.entry_json import CandidateDocument, candidate_document
from cinestats.application.corrections.decide import decide_films
from cinestats.application.corrections.many import change_many
from cinestats.application.corrections.merge import merge
from cinestats.application.corrections.review import KEPT_APART, Doubt, Why, doubts, duplicates
from cinestats.application.diary.shown import ShownEntry, shown, shown_entry
from cinestats.entrypoints.api.http import cursors
from cinestats.entrypoints.api.http.answers import NextCursor
from cinestats.entrypoints.api.http.bodies import IdempotencyKey, takes
from cinestats.entrypoints.api.http.callers import OwnUser, User
from cinestats.entrypoints.api.http.services import Injected

from .bodies import ApartBody, DecisionsBody, MergeBody
from .corrections import Cause, ChangesAnswer, changes_answer

router = APIRouter(prefix="/users/{user}", tags=["Corrections"])


class DoubtAnswer(Answer):
    """Plays of one film that may be of another, and the films that they may be of, best first.

    ``why`` is "suggestion" where the catalogue has no film that is theirs for sure,
    "another-film" where the film they count for has not their title and year.
    """

    why: Why = Field(examples=["suggestion"])
    entries: list[ShownPlay]
    candidates: list[Annotated[CandidateDocument, BeforeValidator(candidate_document)]]


class ReviewAnswer(Answer):
    """A page of doubts, in the order in which the plays were added; ``total`` counts all."""

    items: list[DoubtAnswer]
    next_cursor: NextCursor | None
    total: Count


class DuplicateAnswer(Answer):
    """Plays of one film on one day."""

    entries: list[ShownPlay]


class DuplicatesAnswer(Answer):
    """Plays that may be one, told twice; ``total`` counts all that there are."""

    items: list[DuplicateAnswer]
    total: Count


class MergedAnswer(Answer):
    """The entry that was kept, as it is now; ``undo`` takes the merge back."""

    entry: ShownPlay
    undo: Cause
    position: Position


class _ShownDoubt(NamedTuple):
    why: Why
    entries: Sequence[ShownEntry]
    candidates: object


class _ShownDuplicate(NamedTuple):
    entries: Sequence[ShownEntry]


@router.get("/review")
def list_review(
    user: OwnUser, services: Injected, limit: cursors.Limit = 50, cursor: cursors.Cursor = None
) -> ReviewAnswer:
    """The films of a diary that nobody is sure of, with those that they may be.

    Each counts as it stands until somebody decides.
    """
    entries, catalogue = services.diary_reader.read(user).entries, services.catalogue
    found = sorted(doubts(entries, catalogue), key=_place)
    rest = found
    if cursor is not None:
        last = cursors.decode_cursor(cursor)
        rest = [doubt for doubt in found if _place(doubt) > last]
    page = rest[:limit]
    return ReviewAnswer.of(
        items=[
            _ShownDoubt(why, shown(plays, entries, catalogue), candidates)
            for why, plays, candidates in page
        ],
        next_cursor=cursors.encode_cursor(*_place(page[-1])) if len(rest) > limit else None,
        total=len(found),
    )


@router.post("/review", **takes(DecisionsBody))
def decide_review(
    user: User,
    body: Annotated[DecisionsBody, Depends(DecisionsBody.read)],
    services: Injected,
    key: IdempotencyKey = None,
) -> ChangesAnswer:
    """Say of entries, up to 500 at once, which films they are of; one id undoes it all.

    A decision for an entry that is gone is listed with the reason, and the others go in.
    """
    decisions = body.decided()
    with services.writing():
        changes = decide_films(services.diary, user=user, decisions=decisions, key=key)
    return changes_answer(services, user, changes)


@router.get("/duplicates")
def list_duplicates(
    user: OwnUser, services: Injected, limit: cursors.Limit = 1000
) -> DuplicatesAnswer:
    """The plays of a film on one day that may be one play, told twice."""
    entries = services.diary_reader.read(user).entries
    found = duplicates(entries)
    return DuplicatesAnswer.of(
        items=[
            _ShownDuplicate(shown(plays, entries, services.catalogue))
            for plays in found[:limit]
        ],
        total=len(found),
    )


@router.post("/duplicates/merge", **takes(MergeBody))
def merge_duplicates(
    user: User,
    body: Annotated[MergeBody, Depends(MergeBody.read)],
    services: Injected,
    key: IdempotencyKey = None,
) -> MergedAnswer:
    """Make one play of two: one is deleted, the other takes over what it lacks."""
    diary = services.diary
    with services.writing():
        merged = merge(diary, user=user, keep=body.keep, drop=body.drop, key=key)
    entry = shown_entry(diary, user, merged.entry)
    return MergedAnswer.of(merged, entry=entry, undo=merged.cause)


@router.post("/duplicates/keep", **takes(ApartBody))
def keep_duplicates(
    user: User,
    body: Annotated[ApartBody, Depends(ApartBody.read)],
    services: Injected,
    key: IdempotencyKey = None,
) -> ChangesAnswer:
    """Say of entries that each is a play of its own: they are listed as duplicates no more.

    With another play of their film on that day they are listed again. An entry that is gone
    is listed with the reason, and the others go in.
    """
    with services.writing():
        changes = change_many(
            services.diary, user=user, entry_ids=body.entries, change=KEPT_APART, key=key
        )
    return changes_answer(services, user, changes)


def _place(doubt: Doubt) -> tuple[str, str]:
    """Where a doubt stands by its first play; no two stand in one place."""
    first = doubt.plays[0]
    return first.added_on.isoformat(), first.entry_id
