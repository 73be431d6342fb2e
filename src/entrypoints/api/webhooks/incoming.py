"""Incoming hooks: Plex, Jellyfin and Emby tell of films that were seen to their end."""

from collections.abc import Callable, Mapping
from typing import Annotated, ClassVar, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, Path, Request
from pydantic import Field
from starlette.exceptions import HTTPException

from cinestats.adapters import strict_json
from cinestats.adapters.documents.fields import Answer, Id, Moment
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
from cinestats.entrypoints.api.http.answers import NO_CONTENT, WRITE_PROBLEMS
from cinestats.entrypoints.api.http.bodies import Body, begin, bounded, documented_body, takes
from cinestats.entrypoints.api.http.callers import OwnUser, PathId, User, UserInPerson
from cinestats.entrypoints.api.http.problems import MalformedBody
from cinestats.entrypoints.api.http.services import Injected

MAX_NOTICE_BYTES = 2**20
MAX_FORM_BYTES = 10 * 2**20  # Plex puts a picture beside what it has to say
_FORM_FIELDS = ("payload", "data")  # Plex's and Emby's
_READERS: Mapping[MediaServer, Callable[[object], Play | Ignored]] = {
    "plex": read_plex,
    "jellyfin": read_jellyfin,
    "emby": read_emby,
}

router = APIRouter(tags=["Webhooks"])


class HookBody(Body):
    """Which media server calls; with ``user_name`` only the plays of that user count."""

    example: ClassVar = {"service": "jellyfin", "user_name": "anna"}

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
    return HooksAnswer.of(items=services.hooks.of_user(user), zone=services.zone)


@router.post("/users/{user}/hooks", status_code=201, **takes(HookBody))
def make_hook(
    user: UserInPerson,
    body: Annotated[HookBody, Depends(HookBody.read)],
    services: Injected,
) -> NewHookAnswer:
    """Make an address for a media server. It holds a secret, and is shown this once."""
    made = services.hooks.make(user, body.service, body.user_name)
    url = f"/hooks/{quote(made.secret)}"
    return NewHookAnswer.of(made.hook, zone=services.zone, url=url)


@router.delete("/users/{user}/hooks/{hook_id}", **NO_CONTENT)
def delete_hook(user: User, hook_id: PathId, services: Injected) -> None:
    """End a hook: nothing answers at its address any more."""
    if not services.hooks.revoke(user, hook_id):
        raise HTTPException(404)


def _hook(
    secret: Annotated[str, Path(description="The secret of the hook; its only credential.")],
    services: Injected,
) -> Hook:
    hook = services.hooks.find(secret)
    if hook is None:
        raise HTTPException(404)
    return hook


_Hook = Annotated[Hook, Depends(_hook)]


async def _notice(request: Request, _: _Hook) -> object:
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
    await begin(request)
    try:
        return strict_json.parse(text)
    except InvalidInput as error:
        raise MalformedBody(f"{error}.") from error


_NOTICES = {
    "application/json": {
        "schema": {"type": "object", "additionalProperties": True},
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
}
_TOLD = "What Plex, Jellyfin's webhook plugin, or Emby sends."


@router.post(
    "/hooks/{secret}",
    responses=WRITE_PROBLEMS,
    openapi_extra=documented_body(_NOTICES, description=_TOLD),
)
def receive_notice(
    hook: _Hook, notice: Annotated[object, Depends(_notice)], services: Injected
) -> OutcomeAnswer:
    """Take what a media server tells. A film seen to its end is added; once, however often."""
    play = _READERS[hook.service](notice)
    if isinstance(play, Ignored):
        outcome = PlayOutcome("ignored", play.reason)
    elif not hook.is_for(play.user_name):
        outcome = PlayOutcome("ignored", f"It was not seen by {hook.user_name}.")
    else:
        with services.writing():
            user = hook.credential.user_id
            outcome = record_play(services.diary, user=user, hook_id=hook.hook_id, play=play)
    return OutcomeAnswer.of(outcome, zone=services.zone)
