"""Outgoing webhooks: a user's own programs are told of what happens in the diary."""

import secrets
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from cinestats.adapters.webhook_sender import secret_text
from cinestats.application.webhooks.address import MAX_URL_LENGTH
from cinestats.application.webhooks.subscriptions import Webhook
from cinestats.domain.events import EVENT_TYPES, EventKind, EventVerb
from cinestats.entrypoints.api.http.answers import PROBLEMS, WRITE_PROBLEMS, Answer, Id, Moment
from cinestats.entrypoints.api.http.bodies import json_body, openapi_body
from cinestats.entrypoints.api.http.services import (
    Injected,
    OwnUser,
    PathId,
    Services,
    User,
    UserInPerson,
)

_KEY_BYTES = 32

_KINDS: Mapping[EventVerb, EventKind] = {
    type_.names.verb: type_.names.kind for type_ in EVENT_TYPES
}

router = APIRouter(prefix="/users/{user}/webhooks", tags=["Webhooks"], responses=PROBLEMS)


class WebhookBody(BaseModel):
    """Where to send which events; every type unless ``events`` are named."""

    model_config = ConfigDict(
        strict=True,
        extra="forbid",
        json_schema_extra={
            "examples": [{"url": "https://films.example/told", "events": ["ADD", "DELETE"]}]
        },
    )

    url: str = Field(
        max_length=MAX_URL_LENGTH,
        json_schema_extra={"format": "uri", "pattern": "^https?://"},
    )
    events: list[EventVerb] = Field(default=list(_KINDS), min_length=1, max_length=3)


class WebhookAnswer(Answer):
    """A webhook and how its receiver answers.

    Once it is not ``active`` nothing is sent any more; ``last_error`` says why.
    """

    webhook_id: Id
    url: str = Field(examples=["https://films.example/told"])
    events: list[EventVerb] = Field(examples=[["ADD", "DELETE"]])
    created_at: Moment
    active: bool = Field(examples=[True])
    last_status: int | None = Field(examples=[200])
    last_error: str | None = Field(examples=[None])


class NewWebhookAnswer(WebhookAnswer):
    """A new webhook with the secret that signs what it is sent, as Standard Webhooks has it."""

    secret: str = Field(examples=["whsec_…"])


class WebhooksAnswer(Answer):
    """The webhooks of a user, the oldest first."""

    items: list[WebhookAnswer]


@router.get("")
def list_webhooks(user: OwnUser, services: Injected) -> WebhooksAnswer:
    """The webhooks that are told of this diary."""
    return WebhooksAnswer(
        items=[
            WebhookAnswer(**_fields(webhook, services))
            for webhook in services.webhooks.of_user(user)
        ]
    )


@router.post(
    "", status_code=201, responses=WRITE_PROBLEMS, openapi_extra=openapi_body(WebhookBody)
)
def make_webhook(
    user: UserInPerson,
    body: Annotated[WebhookBody, Depends(json_body(WebhookBody))],
    services: Injected,
) -> NewWebhookAnswer:
    """Have an address told of what happens from now on. Its secret is shown this once."""
    webhook = services.subscriber.subscribe(
        user,
        body.url,
        [_KINDS[event] for event in body.events],
        secrets.token_bytes(_KEY_BYTES),
    )
    return NewWebhookAnswer(**_fields(webhook, services), secret=secret_text(webhook.key))


@router.delete("/{webhook_id}", status_code=204, responses=WRITE_PROBLEMS)
def delete_webhook(user: User, webhook_id: PathId, services: Injected) -> Response:
    """End a webhook; at most a delivery that is under way still arrives."""
    if not services.webhooks.remove(user, webhook_id):
        raise HTTPException(404)
    return Response(status_code=204)


def _fields(webhook: Webhook, services: Services) -> dict[str, Any]:
    progress = webhook.progress
    return {
        "webhook_id": webhook.webhook_id,
        "url": webhook.url,
        "events": [event for event, kind in _KINDS.items() if kind in webhook.events],
        "created_at": webhook.created_at.astimezone(services.zone).isoformat(),
        "active": progress.active,
        "last_status": progress.last_status,
        "last_error": progress.last_error,
    }
