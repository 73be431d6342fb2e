"""What a request may carry: read raw, parsed strictly, then checked field by field."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Header, Request
from pydantic import BaseModel, ConfigDict, Field, PlainValidator, WithJsonSchema
from starlette.types import Message

from cinestats.adapters import strict_json
from cinestats.domain.days import parse_day
from cinestats.domain.errors import InvalidInput
from cinestats.domain.movie import (
    FIRST_YEAR,
    LAST_YEAR,
    MAX_DURATION,
    MAX_NAME_LENGTH,
    MAX_POSTER_URL_LENGTH,
    MAX_TITLE_LENGTH,
    Movie,
)
from cinestats.domain.rating import parse_rating

from .problems import BodyTooLarge, MalformedBody, UnsupportedBody

MAX_JSON_BYTES = 2 * 2**20
MAX_KEY_LENGTH = 200

LINE_PATTERN = r"^[^\x00-\x1f\x7f-\x9f]*[^\x00-\x1f\x7f-\x9f\s][^\x00-\x1f\x7f-\x9f]*$"
"""For the reference: a text that is not blank and holds no control character."""

_BodyT = TypeVar("_BodyT", bound=BaseModel)


def _watched_date(value: object) -> date | None:
    return None if value is None else parse_day(value, "watched_date")


def _timestamp(value: object) -> datetime:
    try:
        moment = datetime.fromisoformat(value if isinstance(value, str) else "")
    except ValueError as error:
        raise InvalidInput(
            "timestamp",
            f"must be a time such as 2025-01-20T21:30:00+01:00, not {str(value)[:40]!r}",
        ) from error
    if moment.tzinfo is None:
        raise InvalidInput("timestamp", f"must say its zone, as in {moment.isoformat()}+01:00")
    return moment


Rating = Annotated[
    int | None,
    PlainValidator(parse_rating),
    WithJsonSchema(
        {
            "type": ["number", "null"],
            "minimum": 0.5,
            "maximum": 5,
            "multipleOf": 0.5,
            "description": "Stars in half steps; null for none.",
        }
    ),
]


class _Body(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")


def _text(limit: int) -> Any:
    """What the domain checks of a text, with sentences of its own."""
    return Field(
        json_schema_extra={"minLength": 1, "maxLength": limit, "pattern": LINE_PATTERN}
    )


def _whole(least: int, most: int) -> Any:
    return Field(json_schema_extra={"minimum": least, "maximum": most})


_Name = Annotated[str, _text(MAX_NAME_LENGTH)]


class MovieBody(_Body):
    """A film that was watched, as the ``movie`` of an ADD event has it.

    ``rating`` is in half stars once it is parsed. A ``watched_date`` that is absent is the
    day of the ``timestamp``, which is now unless given; null says that the day is unknown.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"name": "Inception", "rating": 4.5, "watched_date": "2025-01-20"}]
        }
    )

    name: Annotated[str, _text(MAX_TITLE_LENGTH)]
    year: Annotated[int, _whole(FIRST_YEAR, LAST_YEAR)] | None = None
    rating: Rating = None
    genres: list[_Name] = []
    actors: list[_Name] = []
    director: str | list[_Name] | None = None
    duration: Annotated[int, _whole(1, MAX_DURATION)] | None = None
    watched_date: Annotated[
        date | None,
        PlainValidator(_watched_date),
        WithJsonSchema(
            {
                "type": ["string", "null"],
                "format": "date",
                "description": "The day of the timestamp unless given; null if it is unknown.",
            }
        ),
    ] = None
    poster_url: Annotated[str, _text(MAX_POSTER_URL_LENGTH)] | None = None
    timestamp: Annotated[
        datetime | None,
        PlainValidator(_timestamp),
        WithJsonSchema(
            {
                "type": "string",
                "format": "date-time",
                "description": "When the film was added, with its zone; now unless given.",
            }
        ),
    ] = None

    def movie(self) -> Movie:
        """The film; raises InvalidInput with the name of the field that is wrong."""
        try:
            return Movie.create(
                self.name,
                year=self.year,
                genres=self.genres,
                directors=self.director or (),
                actors=self.actors,
                duration=self.duration,
                poster_url=self.poster_url,
            )
        except InvalidInput as error:
            if error.field != "title":
                raise
            message = str(error).removeprefix("title: ")
            raise InvalidInput("name", message) from error


class RatingBody(_Body):
    """The rating that an entry gets, or none."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"rating": 4.5}]})

    rating: Rating


def bounded(request: Request, limit: int) -> Request:
    """The request with a body that raises BodyTooLarge once it is past ``limit`` bytes."""
    received = 0

    async def receive() -> Message:
        nonlocal received
        message = await request.receive()
        received += len(message.get("body", b""))
        if received > limit:
            raise BodyTooLarge(f"The body is larger than {limit:,} bytes.")
        return message

    return Request(request.scope, receive)


def json_body(model: type[_BodyT]) -> Callable[[Request], Awaitable[_BodyT]]:
    """A dependency that reads the body as ``model``; ``openapi_body`` documents it."""

    async def read(request: Request) -> _BodyT:
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type != "application/json":
            raise UnsupportedBody("Send the body as application/json.")
        try:
            document = strict_json.parse(await bounded(request, MAX_JSON_BYTES).body())
        except InvalidInput as error:
            raise MalformedBody(f"{error}.") from error
        if not isinstance(document, dict):
            raise InvalidInput("body", "must be a JSON object")
        return model.model_validate(document)

    return read


def openapi_body(model: type[BaseModel]) -> dict[str, Any]:
    """The ``openapi_extra`` of a route whose body ``json_body(model)`` reads."""
    content = {"application/json": {"schema": model.model_json_schema()}}
    return {"requestBody": {"required": True, "content": content}}


async def _idempotency_key(
    idempotency_key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            description="Makes a write that is sent again one write; printable characters.",
            examples=["4f1c2a"],
            json_schema_extra={"minLength": 1, "maxLength": MAX_KEY_LENGTH},
        ),
    ] = None,
) -> str | None:
    key = idempotency_key
    if key is not None and not (1 <= len(key) <= MAX_KEY_LENGTH and key.isprintable()):
        raise InvalidInput(
            "Idempotency-Key", f"must have 1 to {MAX_KEY_LENGTH} printable characters"
        )
    return key


IdempotencyKey = Annotated[str | None, Depends(_idempotency_key)]
