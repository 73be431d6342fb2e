"""Write to a diary: add, re-rate, delete. Each answer carries the log's new position."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Response
from fastapi.concurrency import run_in_threadpool

from cinestats.adapters.documents import Document
from cinestats.adapters.documents.fields import Answer, Id, Play, Position
from cinestats.adapters.film_json import EntryDocument, entry_document
from cinestats.application.diary import keep
from cinestats.application.diary.find import find_entry
from cinestats.application.diary.record import Receipt
from cinestats.entrypoints.api.http.answers import WRITE_PROBLEMS, header
from cinestats.entrypoints.api.http.bodies import IdempotencyKey, MovieBody, RatingBody, takes
from cinestats.entrypoints.api.http.callers import User, UserToRead, id_in_path
from cinestats.entrypoints.api.http.services import Injected

router = APIRouter(prefix="/users/{user}/movies", tags=["Diary"])

EntryId = Annotated[str, id_in_path("The entry's id.")]


class DeletedAnswer(Answer):
    """``position`` is what a read has to wait for, with ``at_least``, to see the write."""

    entry_id: Id
    position: Position


class RatedAnswer(DeletedAnswer):
    """The entry as it is now."""

    entry: Play


class AddedAnswer(RatedAnswer):
    """The new entry."""

    event_id: Id


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

    def add() -> Receipt:
        given = "watched_date" in body.model_fields_set
        with services.writing():
            return keep.add(
                services.diary,
                user=user,
                film=body.movie(),
                rating=body.rating,
                watched=body.watched_date if given else "today",
                at=body.timestamp,
                key=key,
            )

    # Of a handler that is no coroutine the answer, too, would be sent by way of a thread.
    receipt = await run_in_threadpool(add)
    event = receipt.event
    assert event is not None  # adding a film always changes the diary
    path = f"/users/{quote(user, safe='')}/movies/{event.entry.entry_id}"
    response.headers["Location"] = path
    return AddedAnswer.of(receipt, event, event.entry)


@router.get("/{entry}", response_model=EntryDocument)
def get_movie(user: UserToRead, entry: EntryId, services: Injected) -> Document:
    """Read one entry of a diary."""
    return entry_document(find_entry(services.diary, user, entry))


@router.patch("/{entry}", **takes(RatingBody))
def rate_movie(
    user: User,
    entry: EntryId,
    body: Annotated[RatingBody, Depends(RatingBody.read)],
    services: Injected,
    key: IdempotencyKey = None,
) -> RatedAnswer:
    """Give an entry another rating, or none."""
    with services.writing():
        receipt = keep.rate(
            services.diary, user=user, entry_id=entry, rating=body.rating, key=key
        )
    event = receipt.event
    # Without an event it had that rating already.
    rated = (event and event.after) or find_entry(services.diary, user, entry)
    return RatedAnswer.of(receipt, rated, entry=rated)


@router.delete("/{entry}", responses=WRITE_PROBLEMS)
def delete_movie(
    user: User, entry: EntryId, services: Injected, key: IdempotencyKey = None
) -> DeletedAnswer:
    """Delete an entry from the diary."""
    with services.writing():
        receipt = keep.delete(services.diary, user=user, entry_id=entry, key=key)
    return DeletedAnswer.of(receipt, entry_id=entry)
