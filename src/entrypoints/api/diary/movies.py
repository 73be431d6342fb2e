"""Write to a diary: add, re-rate, delete. Each answer carries the log's new position."""

from dataclasses import replace
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Path, Response
from fastapi.concurrency import run_in_threadpool

from cinestats.adapters.documents import Document, entry_document
from cinestats.adapters.event_json import MAX_ID_LENGTH
from cinestats.application.catalogue.recognise import film_to_add
from cinestats.application.diary.ports import EntryKey
from cinestats.application.diary.record import EventIdReused, Receipt
from cinestats.domain.diary import AddMovie, DeleteMovie, UpdateRating
from cinestats.domain.entry import Entry
from cinestats.domain.errors import EntryNotFound
from cinestats.domain.events import MovieAdded, RatingUpdated
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
    entry_id = _event_id(user, key, services)
    receipt = _answered_before(user, entry_id, body, services) if key else None
    if receipt is not None:
        return receipt
    now = services.clock()
    moment = body.moment(now)
    day = services.day_of(moment)
    command = AddMovie(
        event_id=entry_id,
        user_id=user,
        entry_id=entry_id,
        movie=film_to_add(body.movie(), services.catalogue),
        rating=body.rating,
        watched_on=body.watched_date if "watched_date" in body.model_fields_set else day,
        added_on=day,
        today=max(day, services.day_of(now)),
        now=moment,
    )
    with services.writing():
        return services.recorder.record(command)


@router.get("/{entry}", response_model=EntryAnswer, responses=PROBLEMS)
def get_movie(user: UserToRead, entry: EntryId, services: Injected) -> Document:
    """Read one entry of a diary."""
    return entry_document(_present_entry(user, entry, services))


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
    event_id = _event_id(user, key, services)
    command = UpdateRating(event_id, user, entry, body.rating, services.clock())
    with services.writing():
        receipt = services.recorder.record(command)
    event = receipt.event
    rated = (
        replace(event.entry, rating=event.new_rating)
        if isinstance(event, RatingUpdated)
        else _present_entry(user, entry, services)  # it had that rating already
    )
    return {"entry_id": entry, "position": receipt.position, "entry": entry_document(rated)}


@router.delete("/{entry}", response_model=DeletedAnswer, responses=WRITE_PROBLEMS)
def delete_movie(
    user: User, entry: EntryId, services: Injected, key: IdempotencyKey = None
) -> Document:
    """Delete an entry from the diary."""
    event_id = _event_id(user, key, services)
    command = DeleteMovie(event_id, user, entry, services.clock())
    with services.writing():
        receipt = services.recorder.record(command)
    return {"entry_id": entry, "position": receipt.position}


def _event_id(user: str, key: str | None, services: Services) -> str:
    """The id of a write: the same one when the write is sent again with its key."""
    if key is None:
        return services.new_id()
    return services.id_from("idempotency", user, key)


def _answered_before(
    user: str, event_id: str, body: MovieBody, services: Services
) -> Receipt | None:
    """The receipt of the same request, if it was sent before.

    Today, and what the catalogue knows, may differ by now: all that the body says itself is
    compared. Raises EventIdReused when it says something else.
    """
    before = services.history.find(user, event_id)
    if before is None or before.event is None:
        return None
    event = before.event
    entry = event.entry
    watched_on = (
        body.watched_date
        if "watched_date" in body.model_fields_set
        else services.day_of(event.occurred_at)
    )
    same = (
        isinstance(event, MovieAdded)
        and body.movie().completed_by(entry.movie) == entry.movie
        and (body.rating, watched_on) == (entry.rating, entry.watched_on)
        and body.timestamp in (None, event.occurred_at)
    )
    if not same:
        raise EventIdReused(
            "This Idempotency-Key was already used for another request; take a new one."
        )
    return Receipt(before.position, event)


def _present_entry(user: str, entry_id: str, services: Services) -> Entry:
    entries = services.diaries.lookup(user, [EntryKey("entry_id", entry_id)])
    if not entries:
        raise EntryNotFound(f"The diary holds no entry {entry_id}.")
    return entries[0]
