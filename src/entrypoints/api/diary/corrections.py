"""Put entries right: which film one is of, many at once, and whatever a catalogue adds."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field

from cinestats.adapters.documents.fields import Answer, Count, Id, Position
from cinestats.adapters.documents.reports import EnrichAnswer
from cinestats.application.corrections.batch import Changes
from cinestats.application.corrections.enrich import enrich
from cinestats.application.corrections.many import change_many, delete_many
from cinestats.application.corrections.match import match
from cinestats.entrypoints.api.http.bodies import IdempotencyKey, takes
from cinestats.entrypoints.api.http.callers import User
from cinestats.entrypoints.api.http.services import Injected, Services
from cinestats.entrypoints.api.http.turns import InTurn

from .bodies import EnrichBody, FilmBody, ManyBody
from .movies import CorrectedAnswer, EntryId, corrected_answer

router = APIRouter(prefix="/users/{user}", tags=["Corrections"])

Cause = Annotated[Id, Field(examples=["review:019483f0-0000-7000-8000-000000000000"])]
"""Undoes a request, as the id of an import does."""


class FailureAnswer(Answer):
    """An entry that stayed as it was."""

    entry_id: Id
    reason: str = Field(examples=["The diary holds no entry 019483f0."])


class ChangesAnswer(Answer):
    """``changed`` counts entries. ``undo`` takes it back; null where nothing changed."""

    changed: Count = Field(examples=[2])
    failed: list[FailureAnswer] = Field(examples=[[]])
    undo: Cause | None
    position: Position


class EnrichedAnswer(EnrichAnswer):
    """What became of the films that lacked something: ``films`` is the sum of the next four.

    ``requests`` counts what was asked of a source elsewhere. ``undo`` takes it back; null
    where nothing changed.
    """

    undo: Cause | None
    position: Position


@router.put("/movies/{entry}/film", **takes(FilmBody))
def choose_film(
    user: User,
    entry: EntryId,
    body: Annotated[FilmBody, Depends(FilmBody.read)],
    services: Injected,
    key: IdempotencyKey = None,
) -> CorrectedAnswer:
    """Say which film an entry is of, or that it is none that the catalogue has.

    By ids, or by the `ref` of a candidate. The title stays as its source has it; the credits
    become those of the film. Ids that the catalogue does not know are kept.
    """
    ids, ref = body.chosen()
    with services.writing():
        receipt = match(services.diary, user=user, entry_id=entry, ids=ids, ref=ref, key=key)
    return corrected_answer(services, user, entry, receipt)


@router.post("/movies/bulk", **takes(ManyBody))
def change_movies(
    user: User,
    body: Annotated[ManyBody, Depends(ManyBody.read)],
    services: Injected,
    key: IdempotencyKey = None,
) -> ChangesAnswer:
    """Change entries alike, or delete them, up to 500 at once.

    One that cannot be changed is listed with the reason, and the others are changed.
    """
    change = body.wanted()
    with services.writing():
        if change is None:
            changes = delete_many(services.diary, user=user, entry_ids=body.entries, key=key)
        else:
            changes = change_many(
                services.diary, user=user, entry_ids=body.entries, change=change, key=key
            )
    return changes_answer(services, user, changes)


@router.post("/enrich", **takes(EnrichBody))
def enrich_diary(
    user: User,
    body: Annotated[EnrichBody, Depends(EnrichBody.read)],
    turn: InTurn,
    services: Injected,
) -> EnrichedAnswer:
    """Complete the films that lack credits or a length, from the catalogue as it is by now.

    What is there stays, unless `refresh` lets the catalogue's credits take its place. A film
    that somebody chose stays in any case.
    """
    with services.writing():
        report = enrich(
            services.diary,
            user=user,
            refresh=body.refresh,
            dry_run=body.dry_run,
            check=turn.check,
        )
    done = report.completed and not body.dry_run
    undo = report.cause if done else None
    return EnrichedAnswer.of(report, undo=undo, position=services.position(user))


def changes_answer(services: Services, user: str, changes: Changes) -> ChangesAnswer:
    """The answer of a request that changes many entries."""
    position = services.position(user) if changes.position is None else changes.position
    return ChangesAnswer.of(changes, undo=changes.cause, position=position)
