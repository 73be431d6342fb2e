"""What a request may carry: read raw, parsed strictly, then checked field by field."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Self

from fastapi import Header, Request
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, PlainValidator
from starlette.types import Message

from cinestats.adapters import strict_json
from cinestats.adapters.film_json import Day
from cinestats.domain import movie as films
from cinestats.domain.days import parse_day
from cinestats.domain.errors import InvalidInput
from cinestats.domain.rating import parse_rating

from .answers import WRITE_PROBLEMS
from .problems import BodyTooLarge, MalformedBody, UnsupportedBody

MAX_JSON_BYTES = 2 * 2**20
MAX_KEY_LENGTH = 200

LINE_PATTERN = r"^[^\x00-\x1f\x7f-\x9f]*[^\x00-\x1f\x7f-\x9f\s][^\x00-\x1f\x7f-\x9f]*$"
"""For the reference: a text that is not blank and holds no control character."""


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


_STARS: Any = {"type": ["number", "null"], "minimum": 0.5, "maximum": 5, "multipleOf": 0.5}

Rating = Annotated[
    int | None,
    PlainValidator(parse_rating),
    Field(description="Stars in half steps; null for none.", json_schema_extra=_STARS),
]


class Body(BaseModel):
    """What a request may carry: every field of its own type, and no other field.

    ``example`` is one, for the reference.
    """

    model_config = ConfigDict(strict=True, extra="forbid")
    example: ClassVar[Mapping[str, Any]]

    @classmethod
    async def read(cls, request: Request) -> Self:
        """A dependency that reads the body of a request; ``takes`` documents it."""
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type != "application/json":
            raise UnsupportedBody("Send the body as application/json.")
        try:
            document = strict_json.parse(await bounded(request, MAX_JSON_BYTES).body())
        except InvalidInput as error:
            raise MalformedBody(f"{error}.") from error
        if not isinstance(document, dict):
            raise InvalidInput("body", "must be a JSON object")
        return cls.model_validate(document)


def _text(limit: int) -> Any:
    """What the domain checks of a text, with sentences of its own."""
    return Field(
        json_schema_extra={"minLength": 1, "maxLength": limit, "pattern": LINE_PATTERN}
    )


def _whole(least: int, most: int) -> Any:
    return Field(json_schema_extra={"minimum": least, "maximum": most})


_Name = Annotated[str, _text(films.MAX_NAME_LENGTH)]


class MovieBody(Body):
    """A film that was watched, as the ``movie`` of an ADD event has it.

    ``rating`` is in half stars once it is parsed. A ``watched_date`` that is absent is the
    day of the ``timestamp``, which is now unless given; null says that the day is unknown.
    """

    example: ClassVar = {"name": "Inception", "rating": 4.5, "watched_date": "2025-01-20"}

    name: Annotated[str, _text(films.MAX_TITLE_LENGTH)]
    year: Annotated[int, _whole(films.FIRST_YEAR, films.LAST_YEAR)] | None = None
    rating: Rating = None
    genres: list[_Name] = []
    actors: list[_Name] = []
    director: str | list[_Name] | None = None
    duration: Annotated[int, _whole(1, films.MAX_DURATION)] | None = None
    watched_date: Annotated[
        date | None,
        PlainValidator(_watched_date, json_schema_input_type=Day | None),
        Field(description="The day of the timestamp unless given; null if it is unknown."),
    ] = None
    poster_url: Annotated[str, _text(films.MAX_POSTER_URL_LENGTH)] | None = None
    timestamp: Annotated[
        datetime | None,
        PlainValidator(_timestamp, json_schema_input_type=AwareDatetime),
        Field(description="When the film was added, with its zone; now unless given."),
    ] = None

    def movie(self) -> films.Movie:
        """The film; raises InvalidInput with the name of the field that is wrong."""
        return films.Movie.create(
            films.clean_text(self.name, "name", films.MAX_TITLE_LENGTH),
            year=self.year,
            genres=self.genres,
            directors=self.director or (),
            actors=self.actors,
            duration=self.duration,
            poster_url=self.poster_url,
        )


class RatingBody(Body):
    """The rating that an entry gets, or none."""

    example: ClassVar = {"rating": 4.5}

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


def documented_body(content: Mapping[str, Any], **more: str) -> dict[str, Any]:
    """The ``openapi_extra`` of a route that reads a body of one of these media types itself."""
    return {"requestBody": {"required": True, "content": content, **more}}


def takes(model: type[Body], responses: Mapping[Any, Any] = WRITE_PROBLEMS) -> dict[str, Any]:
    """How a route that writes what ``model.read`` reads is documented."""
    schema = {**model.model_json_schema(), "examples": [model.example]}
    body = documented_body({"application/json": {"schema": schema}})
    return {"responses": responses, "openapi_extra": body}


def _idempotency_key(key: str) -> str:
    if not (1 <= len(key) <= MAX_KEY_LENGTH and key.isprintable()):
        raise InvalidInput(
            "Idempotency-Key", f"must have 1 to {MAX_KEY_LENGTH} printable characters"
        )
    return key


IdempotencyKey = Annotated[
    Annotated[str, AfterValidator(_idempotency_key)] | None,
    Header(
        alias="Idempotency-Key",
        description="Makes a write that is sent again one write; printable characters.",
        examples=["4f1c2a"],
        json_schema_extra={"minLength": 1, "maxLength": MAX_KEY_LENGTH},
    ),
]
