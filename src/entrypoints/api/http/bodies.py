"""What a request may carry: read raw, parsed strictly, then checked field by field."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any, ClassVar, Self, cast

from fastapi import Header, Request
from pydantic import AfterValidator, BaseModel, ConfigDict
from starlette.types import Message

from cinestats.adapters import strict_json
from cinestats.domain.errors import InvalidInput

from .answers import WRITE_PROBLEMS
from .body_budget import keep_in_memory
from .principal import principal_of
from .problems import BodyTooLarge, MalformedBody, UnsupportedBody

MAX_JSON_BYTES = 2 * 2**20
MAX_UNKNOWN_JSON_BYTES = 64 * 2**10
"""Of a caller without a credential, who can only sign in or up."""
MAX_KEY_LENGTH = 200
BEGIN = "cinestats.begin"
"""Where a request with a body has in its scope what waits for its caller's share."""

LINE_PATTERN = r"^[^\x00-\x1f\x7f-\x9f]*[^\x00-\x1f\x7f-\x9f\s][^\x00-\x1f\x7f-\x9f]*$"
"""For the reference: a text that is not blank and holds no control character."""


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
            unknown = principal_of(request.scope).kind == "anonymous"
            limit = MAX_UNKNOWN_JSON_BYTES if unknown else MAX_JSON_BYTES
            document = strict_json.parse(await whole(request, limit))
        except InvalidInput as error:
            raise MalformedBody(f"{error}.") from error
        if not isinstance(document, dict):
            raise InvalidInput("body", "must be a JSON object")
        return cls.model_validate(document)


async def whole(request: Request, limit: int) -> bytes:
    """The body, once it is there and so is the caller's share of the threads."""
    body = await bounded(request, limit).body()
    await begin(request)
    return body


async def begin(request: Request) -> None:
    """Wait for the caller's share of the threads, where the body had to come first."""
    share: Callable[[], Awaitable[None]] | None = request.scope.get(BEGIN)
    if share is not None:
        await share()


def bounded(request: Request, limit: int, *, to_disk: bool = False) -> Request:
    """The request with a body that raises BodyTooLarge once it is past ``limit`` bytes.

    Without ``to_disk`` it counts as kept in memory; raises BodiesFull when there is no room.
    """
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > limit:  # before a byte of it is read
        raise BodyTooLarge(f"The body is larger than {limit:,} bytes.")
    received = 0

    async def receive() -> Message:
        nonlocal received
        message = await request.receive()
        size = len(message.get("body", b""))
        received += size
        if received > limit:
            raise BodyTooLarge(f"The body is larger than {limit:,} bytes.")
        if not to_disk:
            keep_in_memory(request, size)
        return message

    return Request(request.scope, receive)


def documented_body(content: Mapping[str, Any], **more: str) -> dict[str, Any]:
    """The ``openapi_extra`` of a route that reads a body of one of these media types itself."""
    return {"requestBody": {"required": True, "content": content, **more}}


def takes(model: type[Body], responses: Mapping[Any, Any] = WRITE_PROBLEMS) -> dict[str, Any]:
    """How a route that writes what ``model.read`` reads is documented."""
    schema = {**_inlined(model.model_json_schema()), "examples": [model.example]}
    body = documented_body({"application/json": {"schema": schema}})
    return {"responses": responses, "openapi_extra": body}


def _inlined(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema with each part where it is referred to: in the document it stands alone."""
    parts: dict[str, Any] = schema.pop("$defs", {})

    def inlined(value: Any) -> Any:
        if isinstance(value, list):
            return list(map(inlined, cast(list[object], value)))
        if not isinstance(value, dict):
            return value
        fields = cast(dict[str, Any], value)
        if "$ref" in fields:
            part = parts[fields["$ref"].rpartition("/")[2]]
            return inlined({**part, **{k: v for k, v in fields.items() if k != "$ref"}})
        return {name: inlined(item) for name, item in fields.items()}

    return cast(dict[str, Any], inlined(schema))


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
