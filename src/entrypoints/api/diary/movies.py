"""Write to a diary: add, correct, delete. Each answer carries the log's new position."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Response
from fastapi.concurrency import run_in_threadpool

from cinestats.adapters.documents import Document
from cinestats.adapters.documents.fields import Answer, Id, Position, ShownPlay
from cinestats.adapters.entry_json import EntryDocument, entry_document
from cinestats.application.corrections.edit import edit
from cinestats.application.diary import keep
from cinestats.application.diary.find import find_entry
from cinestats.application.diary.record import Receipt
from cinestats.application.diary.shown import ShownEntry, shown_entry
from cinestats.entrypoints.api.http.answers import WRITE_PROBLEMS, header
from cinestats.entrypoints.api.http.bodies import IdempotencyKey, takes
from cinestats.entrypoints.api.http.callers import User, UserToRead, id_in_path
from cinestats.entrypoints.api.http.services import Injected, Services

from .bodies import CorrectionBody, MovieBody

router = APIRouter(prefix="/users/{user}/movies", tags=["Diary"])

EntryId = Annotated[str, id_in_path("The entry's id.")]


class DeletedAnswer(Answer):
    """``position`` is what a read has to wait for, with ``at_least``, to see the write."""

    entry_id: Id
    position: Position


class CorrectedAnswer(DeletedAnswer):
    """The entry as it is now."""

    entry: ShownPlay


class AddedAnswer(CorrectedAnswer):
    """The new entry."""

    event_id: Id


def corrected_answer(
    services: Services, user: str, entry_id: str, receipt: Receipt
) -> CorrectedAnswer:
    """The entry as an event left it, or as it is where nothing was to change."""
    event, diary = receipt.event, services.diary
    entry = (event and event.after) or find_entry(diary, user, entry_id)
    shown = shown_entry(diary, user, entry)
    return CorrectedAnswer.of(receipt, entry_id=entry_id, entry=shown)


_ADDED = {
    "description": "The new entry.",
    "headers": {"Location": header("The path of the new entry.")},
}


@router.post("", status_code=201, **takes(MovieBody, {**WRITE_PROBLEMS, 201: _ADDED}))
async def add_movie(
    user: User,
    body: Annotated[MovieBody, Depends(MovieBody.read)],
    services: Injected,
    response: Response,
    key: IdempotencyKey = None,
) -> AddedAnswer:
    """Add a film that was watched. What the body leaves out comes from the catalogue."""

    def add() -> tuple[Receipt, ShownEntry]:
        given = "watched_date" in body.model_fields_set
        with services.writing():
            receipt = keep.add(
                services.diary,
                user=user,
                film=body.movie(),
                rating=body.rating,
                watched=body.watched_date if given else "today",
                said=body.said(),
                again=body.again,
                at=body.timestamp,
                key=key,
            )
        event = receipt.event
        assert event is not None  # adding a film always changes the diary
        return receipt, shown_entry(services.diary, user, event.entry)

    # Of a handler that is no coroutine the answer, too, would be sent by way of a thread.
    receipt, entry = await run_in_threadpool(add)
    path = f"/users/{quote(user, safe='')}/movies/{entry.entry.entry_id}"
    response.headers["Location"] = path
    return AddedAnswer.of(receipt, receipt.event, entry.entry, entry=entry)


@router.get("/{entry}", response_model=EntryDocument)
def get_movie(user: UserToRead, entry: EntryId, services: Injected) -> Document:
    """Read one entry of a diary."""
    return entry_document(
        shown_entry(services.diary, user, find_entry(services.diary, user, entry))
    )


@router.patch("/{entry}", **takes(CorrectionBody))
def correct_movie(
    user: User,
    entry: EntryId,
    body: Annotated[CorrectionBody, Depends(CorrectionBody.read)],
    services: Injected,
    key: IdempotencyKey = None,
) -> CorrectedAnswer:
    """Say what an entry was in truth, or give it another rating.

    What the body does not name stays as it is. Which film it is, is another address.
    """
    with services.writing():
        receipt = edit(
            services.diary,
            user=user,
            entry_id=entry,
            correction=body.correction(),
            rating=body.new_rating(),
            again=body.again,
            key=key,
        )
    return corrected_answer(services, user, entry, receipt)


@router.delete("/{entry}", responses=WRITE_PROBLEMS)
def delete_movie(
    user: User, entry: EntryId, services: Injected, key: IdempotencyKey = None
) -> DeletedAnswer:
    """Delete an entry from the diary."""
    with services.writing():
        receipt = keep.delete(services.diary, user=user, entry_id=entry, key=key)
    return DeletedAnswer.of(receipt, entry_id=entry)
