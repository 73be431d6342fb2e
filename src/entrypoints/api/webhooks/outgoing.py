"""Outgoing webhooks: a user's own programs are told of what happens in the diary."""

import secrets
from collections.abc import Collection, Mapping
from typing import Annotated, ClassVar

from fastapi import APIRouter, Depends
from pydantic import AliasPath, BeforeValidator, Field
from starlette.exceptions import HTTPException

from cinestats.adapters.documents.fields import Answer, Id, Moment
from cinestats.adapters.webhook_sender import secret_text
from cinestats.application.webhooks.address import MAX_URL_LENGTH
from cinestats.domain.events import EVENT_TYPES, EventKind, EventVerb
from cinestats.entrypoints.api.http.answers import NO_CONTENT
from cinestats.entrypoints.api.http.bodies import Body, takes
from cinestats.entrypoints.api.http.callers import OwnUser, PathId, User, UserInPerson
from cinestats.entrypoints.api.http.services import Injected

_KEY_BYTES = 32

_KINDS: Mapping[EventVerb, EventKind] = {
    type_.names.verb: type_.names.kind for type_ in EVENT_TYPES
}

router = APIRouter(prefix="/users/{user}/webhooks", tags=["Webhooks"])


class WebhookBody(Body):
    """Where to send which events; every type unless ``events`` are named."""

    example: ClassVar = {"url": "https://films.example/told", "events": ["ADD", "DELETE"]}

    url: str = Field(
        max_length=MAX_URL_LENGTH, json_schema_extra={"format": "uri", "pattern": "^https?://"}
    )
    events: list[EventVerb] = Field(default=list(_KINDS), min_length=1, max_length=len(_KINDS))


def _verbs(kinds: Collection[EventKind]) -> list[EventVerb]:
    return [verb for verb, kind in _KINDS.items() if kind in kinds]


class WebhookAnswer(Answer):
    """A webhook and how its receiver answers.

    Once it is not ``active`` nothing is sent any more; ``last_error`` says why.
    """

    webhook_id: Id
    url: str = Field(examples=["https://films.example/told"])
    events: Annotated[list[EventVerb], BeforeValidator(_verbs)] = Field(
        examples=[["ADD", "DELETE"]]
    )
    created_at: Moment
    active: bool = Field(validation_alias=AliasPath("progress", "active"), examples=[True])
    last_status: int | None = Field(
        validation_alias=AliasPath("progress", "last_status"), examples=[200]
    )
    last_error: str | None = Field(
        validation_alias=AliasPath("progress", "last_error"), examples=[None]
    )


class NewWebhookAnswer(WebhookAnswer):
    """A new webhook with the secret that signs what it is sent, as Standard Webhooks has it."""

    secret: str = Field(examples=["whsec_…"])


class WebhooksAnswer(Answer):
    """The webhooks of a user, the oldest first."""

    items: list[WebhookAnswer]


@router.get("")
def list_webhooks(user: OwnUser, services: Injected) -> WebhooksAnswer:
    """The webhooks that are told of this diary."""
    return WebhooksAnswer.of(items=services.webhooks.of_user(user), zone=services.zone)


@router.post("", status_code=201, **takes(WebhookBody))
def make_webhook(
    user: UserInPerson,
    body: Annotated[WebhookBody, Depends(WebhookBody.read)],
    services: Injected,
) -> NewWebhookAnswer:
    """Have an address told of what happens from now on. Its secret is shown this once."""
    key = secrets.token_bytes(_KEY_BYTES)
    webhook = services.container.subscriber().subscribe(
        user, body.url, [_KINDS[verb] for verb in body.events], key
    )
    return NewWebhookAnswer.of(webhook, zone=services.zone, secret=secret_text(key))


@router.delete("/{webhook_id}", **NO_CONTENT)
def delete_webhook(user: User, webhook_id: PathId, services: Injected) -> None:
    """End a webhook; at most a delivery that is under way still arrives."""
    if not services.webhooks.remove(user, webhook_id):
        raise HTTPException(404)
