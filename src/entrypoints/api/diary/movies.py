"""Write to a diary: add, re-rate, delete. Each answer carries the log's new position."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Path, Response
from fastapi.concurrency import run_in_threadpool

from cinestats.adapters.documents import Document, entry_document
from cinestats.adapters.event_json import MAX_ID_LENGTH
from cinestats.application.diary import keep
from cinestats.application.diary.find import find_entry
from cinestats.application.diary.record import Receipt
from cinestats.entrypoints.api.http.answers import (
    PROBLEMS,
    WRITE_PROBLEMS,
    Answer,
    EntryAnswer,
    Id,
    Position,
    header,
)
from cinestats.entrypoints.api.http.bodies import (
    IdempotencyKey,
    MovieBody,
    RatingBody,
    json_body,
    openapi_body,
)
from cinestats.entrypoints.api.http.services import Injected, Services, User, UserToRead

router = APIRouter(prefix="/users/{user}/movies", tags=["Diary"])

EntryId = Annotated[
    str,
    Path(
        max_length=MAX_ID_LENGTH,
        description="The entry's id.",
        examples=["019483f0-0000-7000-8000-000000000000"],
    ),
]


class DeletedAnswer(Answer):
    """``position`` is what a read has to wait for, with ``at_least``, to see the write."""

    entry_id: Id
    position: Position


class RatedAnswer(DeletedAnswer):
    """The entry as it is now."""

    entry: EntryAnswer


class AddedAnswer(RatedAnswer):
    """The new entry."""

    event_id: Id


@router.post(
    "",
    status_code=201,
    response_model=AddedAnswer,
    responses={
        **WRITE_PROBLEMS,
        201: {
            "description": "The new entry.",
            "headers": {"Location": header("The path of the new entry.")},
        },
    },
    openapi_extra=openapi_body(MovieBody),
)
async def add_movie(
    user: User,
    body: Annotated[MovieBody, Depends(json_body(MovieBody))],
    services: Injected,
    response: Response,
    key: IdempotencyKey = None,
) -> Document:
    """Add a film that was watched. What the body leaves out comes from the catalogue."""
    # Of a handler that is no coroutine the answer, too, would be checked in a thread.
    receipt = await run_in_threadpool(_add, user, body, services, key)
    event = receipt.event
    assert event is not None  # adding a film always changes the diary
    entry_id = event.entry.entry_id
    response.headers["Location"] = f"/users/{quote(user, safe='')}/movies/{entry_id}"
    return {
        "entry_id": entry_id,
        "event_id": event.event_id,
        "position": receipt.position,
        "entry": entry_document(event.entry),
    }


def _add(user: str, body: MovieBody, services: Services, key: str | None) -> Receipt:
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


@router.get("/{entry}", response_model=EntryAnswer, responses=PROBLEMS)
def get_movie(user: UserToRead, entry: EntryId, services: Injected) -> Document:
    """Read one entry of a diary."""
    return entry_document(find_entry(services.diary, user, entry))


@router.patch(
    "/{entry}",
    response_model=RatedAnswer,
    responses=WRITE_PROBLEMS,
    openapi_extra=openapi_body(RatingBody),
)
def rate_movie(
    user: User,
    entry: EntryId,
    body: Annotated[RatingBody, Depends(json_body(RatingBody))],
    services: Injected,
    key: IdempotencyKey = None,
) -> Document:
    """Give an entry another rating, or none."""
    with services.writing():
        receipt = keep.rate(
            services.diary, user=user, entry_id=entry, rating=body.rating, key=key
        )
    event = receipt.event
    # Without an event it had that rating already.
    rated = (event and event.after) or find_entry(services.diary, user, entry)
    return {"entry_id": entry, "position": receipt.position, "entry": entry_document(rated)}


@router.delete("/{entry}", response_model=DeletedAnswer, responses=WRITE_PROBLEMS)
def delete_movie(
    user: User, entry: EntryId, services: Injected, key: IdempotencyKey = None
) -> Document:
    """Delete an entry from the diary."""
    with services.writing():
        receipt = keep.delete(services.diary, user=user, entry_id=entry, key=key)
    return {"entry_id": entry, "position": receipt.position}
