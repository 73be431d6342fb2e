"""Incoming hooks: Plex, Jellyfin and Emby tell of films that were seen to their end."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal, NamedTuple
from urllib.parse import quote

from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from cinestats.adapters import strict_json
from cinestats.adapters.media_servers.emby import read_emby
from cinestats.adapters.media_servers.jellyfin import read_jellyfin
from cinestats.adapters.media_servers.plex import read_plex
from cinestats.application.media_servers.hooks import MAX_USER_NAME_LENGTH, Hook, MediaServer
from cinestats.application.media_servers.record_play import (
    Ignored,
    Play,
    PlayOutcome,
    record_play,
)
from cinestats.domain.errors import InvalidInput
from cinestats.entrypoints.api.http.answers import PROBLEMS, WRITE_PROBLEMS, Answer, Id, Moment
from cinestats.entrypoints.api.http.bodies import bounded, json_body, openapi_body
from cinestats.entrypoints.api.http.problems import MalformedBody
from cinestats.entrypoints.api.http.services import (
    Injected,
    OwnUser,
    PathId,
    Services,
    User,
    UserInPerson,
)

MAX_NOTICE_BYTES = 2**20
MAX_FORM_BYTES = 10 * 2**20  # Plex puts a picture beside what it has to say
_FORM_FIELDS = ("payload", "data")  # Plex's and Emby's
_READERS: Mapping[MediaServer, Callable[[object], Play | Ignored]] = {
    "plex": read_plex,
    "jellyfin": read_jellyfin,
    "emby": read_emby,
}

router = APIRouter(tags=["Webhooks"], responses=PROBLEMS)


class HookBody(BaseModel):
    """Which media server calls; with ``user_name`` only the plays of that user count."""

    model_config = ConfigDict(
        strict=True,
        extra="forbid",
        json_schema_extra={"examples": [{"service": "jellyfin", "user_name": "anna"}]},
    )

    service: MediaServer
    user_name: str | None = Field(default=None, min_length=1, max_length=MAX_USER_NAME_LENGTH)


class HookAnswer(Answer):
    """An address that a media server calls; it is not shown again."""

    hook_id: Id
    service: MediaServer = Field(examples=["jellyfin"])
    user_name: str | None = Field(examples=["anna"])
    created_at: Moment


class NewHookAnswer(HookAnswer):
    """A new hook with the path to enter in the media server. Whoever knows it may add films."""

    url: str = Field(examples=["/hooks/csh_M1xY…"])


class HooksAnswer(Answer):
    """The hooks of a user, the oldest first."""

    items: list[HookAnswer]


class OutcomeAnswer(Answer):
    """What became of a notification; ``reason`` says why nothing was added."""

    outcome: Literal["added", "already-there", "ignored"] = Field(examples=["ignored"])
    reason: str | None = Field(examples=["The film was not played to its end."])


@router.get("/users/{user}/hooks")
def list_hooks(user: OwnUser, services: Injected) -> HooksAnswer:
    """The hooks by which media servers add to the diary."""
    return HooksAnswer(
        items=[HookAnswer(**_fields(hook, services)) for hook in services.hooks.of_user(user)]
    )


@router.post(
    "/users/{user}/hooks",
    status_code=201,
    responses=WRITE_PROBLEMS,
    openapi_extra=openapi_body(HookBody),
)
def make_hook(
    user: UserInPerson,
    body: Annotated[HookBody, Depends(json_body(HookBody))],
    services: Injected,
) -> NewHookAnswer:
    """Make an address for a media server. It holds a secret, and is shown this once."""
    made = services.hooks.make(user, body.service, body.user_name)
    return NewHookAnswer(**_fields(made.hook, services), url=f"/hooks/{quote(made.secret)}")


@router.delete("/users/{user}/hooks/{hook_id}", status_code=204, responses=WRITE_PROBLEMS)
def delete_hook(user: User, hook_id: PathId, services: Injected) -> Response:
    """End a hook: nothing answers at its address any more."""
    if not services.hooks.revoke(user, hook_id):
        raise HTTPException(404)
    return Response(status_code=204)


def _hook(
    secret: Annotated[str, Path(description="The secret of the hook; its only credential.")],
    services: Injected,
) -> Hook:
    hook = services.hooks.find(secret)
    if hook is None:
        raise HTTPException(404)
    return hook


class _Notice(NamedTuple):
    hook: Hook
    document: object


async def _notice(request: Request, hook: Annotated[Hook, Depends(_hook)]) -> _Notice:
    """What the media server says, as JSON; whatever else its form holds is not looked at.

    Without a hook nothing is read.
    """
    text: str | bytes | None
    if request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        form = bounded(request, MAX_FORM_BYTES).form(
            max_files=4, max_fields=4, max_part_size=MAX_NOTICE_BYTES
        )
        async with form as fields:
            texts = [fields.get(name) for name in _FORM_FIELDS]
        text = next((each for each in texts if isinstance(each, str)), None)
        if text is None:
            raise InvalidInput("payload", "is missing from the form")
    else:  # whatever it is declared as: Jellyfin sends JSON as text/plain
        text = await bounded(request, MAX_NOTICE_BYTES).body()
    try:
        return _Notice(hook, strict_json.parse(text))
    except InvalidInput as error:
        raise MalformedBody(f"{error}.") from error


_NOTICE: dict[str, Any] = {"type": "object", "additionalProperties": True}
_OPENAPI_NOTICE: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "What Plex, Jellyfin's webhook plugin, or Emby sends.",
        "content": {
            "application/json": {
                "schema": _NOTICE,
                "example": {
                    "NotificationType": "PlaybackStop",
                    "ItemType": "Movie",
                    "ItemId": "0a1b2c3d",
                    "Name": "Inception",
                    "Year": 2010,
                    "Provider_imdb": "tt1375666",
                    "PlayedToCompletion": True,
                    "UtcTimestamp": "2025-01-20T21:30:00Z",
                },
            },
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "payload": {"type": "string", "description": "Plex's JSON."},
                        "data": {"type": "string", "description": "Emby's JSON."},
                        "thumb": {"type": "string", "format": "binary"},
                    },
                },
                "example": {
                    "payload": '{"event": "media.scrobble", "Metadata": {"type": "movie",'
                    ' "title": "Inception", "year": 2010}}'
                },
            },
        },
    }
}


@router.post(
    "/hooks/{secret}",
    responses=WRITE_PROBLEMS,
    openapi_extra=_OPENAPI_NOTICE,
    operation_id="receive_notice",
)
def receive(notice: Annotated[_Notice, Depends(_notice)], services: Injected) -> OutcomeAnswer:
    """Take what a media server tells. A film seen to its end is added; once, however often."""
    hook = notice.hook
    play = _READERS[hook.service](notice.document)
    if isinstance(play, Ignored):
        outcome = PlayOutcome("ignored", play.reason)
    elif not hook.is_for(play.user_name):
        outcome = PlayOutcome("ignored", f"It was not seen by {hook.user_name}.")
    else:
        credential = hook.credential
        with services.writing():
            outcome = record_play(
                services.diary,
                user=credential.user_id,
                hook_id=credential.credential_id,
                play=play,
            )
    return OutcomeAnswer(outcome=outcome.outcome, reason=outcome.reason)


def _fields(hook: Hook, services: Services) -> dict[str, Any]:
    credential = hook.credential
    return {
        "hook_id": credential.credential_id,
        "service": hook.service,
        "user_name": hook.user_name,
        "created_at": credential.created_at.astimezone(services.zone).isoformat(),
    }
