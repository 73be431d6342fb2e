"""Errors as RFC 9457 problem documents: the one place that gives errors their status."""

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from cinestats.adapters.importers import AmbiguousDays, UnknownColumns
from cinestats.application.access.accounts import AccountNotFound
from cinestats.application.access.passwords import SignInRefused
from cinestats.application.access.ports import AccountExists
from cinestats.application.access.reset import ResetRefused
from cinestats.application.catalogue.recognise import AmbiguousTitle
from cinestats.application.corrections.match import FilmNotFound
from cinestats.application.diary.record import EventIdReused, PlaysElsewhere
from cinestats.application.imports.import_diary import MirrorUnconfirmed
from cinestats.application.imports.undo import ImportNotFound
from cinestats.application.lists.keep import ListNotFound
from cinestats.application.media_servers.hooks import TooManyHooks
from cinestats.application.ports import QuotaReached, StoreBusy, StoreFull, StoreUnavailable
from cinestats.application.streaming.dead_letters import LetterNotFound
from cinestats.application.webhooks.subscriptions import TooManyWebhooks
from cinestats.domain.errors import AlreadyInDiary, CinestatsError, EntryNotFound, InvalidInput
from cinestats.entrypoints.backlog import BacklogFull
from cinestats.entrypoints.source_worker import JobRunning

from .answers import ProblemAnswer
from .headers import SECURITY_HEADERS

MEDIA_TYPE = "application/problem+json"


class MalformedBody(CinestatsError):
    """The request's body cannot be read at all."""


class UnsupportedBody(CinestatsError):
    """The request's body is of another media type than the route takes."""


class BodyTooLarge(CinestatsError):
    """The request's body is beyond the route's limit."""


class SourceOff(CinestatsError):
    """The admin of the server has not turned that source on."""


class NotYet(CinestatsError):
    """The answer is not there yet; it will be soon."""


class BodiesFull(CinestatsError):
    """More bodies are in memory than there is room for."""


class TooMuchAtOnce(CinestatsError):
    """The caller, or everybody together, has asked for more than may wait."""


class Abandoned(CinestatsError):
    """Whoever asked for long work has gone, or the server ends."""


# The first class that fits decides; the rest of CinestatsError is a value that is refused.
_STATUS: tuple[tuple[type[CinestatsError], int, str], ...] = (
    (SignInRefused, 401, "sign-in-refused"),
    (ResetRefused, 403, "reset-refused"),
    (EntryNotFound, 404, "entry-not-found"),
    (AccountNotFound, 404, "account-not-found"),
    (LetterNotFound, 404, "dead-letter-not-found"),
    (ImportNotFound, 404, "import-not-found"),
    (FilmNotFound, 404, "film-not-found"),
    (ListNotFound, 404, "list-not-found"),
    (AccountExists, 409, "account-exists"),
    (AlreadyInDiary, 409, "already-in-diary"),
    (EventIdReused, 409, "idempotency-key-reused"),
    (PlaysElsewhere, 409, "plays-elsewhere"),
    (AmbiguousTitle, 409, "ambiguous-title"),
    (MirrorUnconfirmed, 409, "mirror-unconfirmed"),
    (JobRunning, 409, "completion-running"),
    (SourceOff, 403, "source-off"),
    (TooManyHooks, 409, "too-many-hooks"),
    (TooManyWebhooks, 409, "too-many-webhooks"),
    (QuotaReached, 409, "quota-reached"),
    (MalformedBody, 400, "malformed-body"),
    (UnsupportedBody, 415, "unsupported-body"),
    (BodyTooLarge, 413, "body-too-large"),
    (TooMuchAtOnce, 429, "too-much-at-once"),
    (BodiesFull, 503, "bodies-full"),
    (Abandoned, 503, "abandoned"),
    (NotYet, 503, "not-yet"),
    (BacklogFull, 503, "backlog-full"),
    (StoreBusy, 503, "store-busy"),
    (StoreUnavailable, 503, "store-unavailable"),
    (StoreFull, 507, "store-full"),
    (AmbiguousDays, 422, "ambiguous-days"),
    (UnknownColumns, 422, "unknown-columns"),
    (InvalidInput, 422, "invalid-input"),
    (CinestatsError, 422, "refused"),
)
_RETRY_AFTER: Mapping[type, int] = {
    NotYet: 1,
    StoreBusy: 5,
    BacklogFull: 30,
    BodiesFull: 10,
    TooMuchAtOnce: 10,
    Abandoned: 10,
}  # seconds
_SENTENCES = {
    404: "There is nothing at this address.",
    405: "This address does not answer that method.",
    413: "The body is larger than this address takes.",
}


def problem(
    status: int,
    detail: str,
    *,
    kind: str | None = None,
    field: str | None = None,
    headers: Mapping[str, str] | None = None,
    **more: Any,
) -> JSONResponse:
    """A problem document; ``kind`` tells programs apart what ``detail`` tells people.

    ``more`` are further fields of it.
    """
    answer = ProblemAnswer(
        type="about:blank" if kind is None else f"urn:cinestats:{kind}",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        field=field,
        **more,
    )
    document = answer.model_dump(exclude_none=True)
    return JSONResponse(document, status, headers, media_type=MEDIA_TYPE)


def problem_of(error: CinestatsError) -> JSONResponse:
    """The problem document of an error."""
    status, kind = next((s, k) for cls, s, k in _STATUS if isinstance(error, cls))
    wait = _RETRY_AFTER.get(type(error))
    headers = {} if wait is None else {"Retry-After": str(wait)}
    if isinstance(error, BodiesFull):
        headers["Connection"] = "close"  # else the rest of the body would come all the same
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return problem(status, str(error), kind=kind, headers=headers, **_more(error))


def _more(error: CinestatsError) -> Mapping[str, Any]:
    """What a program has to know beside the sentence, to ask a person about it."""
    match error:
        case InvalidInput():
            return {"field": error.field}
        case UnknownColumns():
            return {"columns": error.labels}
        case AmbiguousDays():
            days = {order: day.isoformat() for order, day in error.readings.items()}
            return {"field": error.column, "readings": days}
        case _:
            return {}


async def _of_cinestats(_: Request, error: CinestatsError) -> JSONResponse:
    return problem_of(error)


async def _of_validation(
    _: Request, error: RequestValidationError | ValidationError
) -> JSONResponse:
    first = error.errors()[0]
    names = [str(part)[:80] for part in first["loc"] if part not in ("path", "query")]
    field = names[0] if names else "body"
    match first["type"]:
        case "extra_forbidden":
            sentence = "is not a field of this body"
        case "missing":
            sentence = "is missing"
        case "model_type" | "model_attributes_type":
            sentence = "must be a JSON object"
        case _:
            message = first["msg"]
            sentence = message[:1].lower() + message[1:]
    return problem(422, f"{field}: {sentence}.", kind="invalid-input", field=field)


async def _of_http(_: Request, error: HTTPException) -> Response:
    if error.status_code == 304:  # no error, but the way out of a handler
        return Response(status_code=304, headers=error.headers)
    detail = _SENTENCES.get(error.status_code, error.detail)
    return problem(error.status_code, detail, headers=error.headers)


async def _of_nobody(_: Request, __: ClientDisconnect) -> Response:
    # Whoever called hung up before the body was there: no bug, and nobody reads this.
    return Response(status_code=400)


async def _of_bug(_: Request, __: Exception) -> JSONResponse:
    # Starlette logs the exception with its trace behind this answer, and outside the guard.
    sentence = "Something went wrong inside cinestats; its log says what."
    return problem(500, sentence, headers=SECURITY_HEADERS)


HANDLERS: Mapping[type[Exception], Callable[..., Awaitable[Response]]] = {
    CinestatsError: _of_cinestats,
    RequestValidationError: _of_validation,
    ValidationError: _of_validation,
    HTTPException: _of_http,
    ClientDisconnect: _of_nobody,
    Exception: _of_bug,
}
"""How an app answers every error with a problem document."""
