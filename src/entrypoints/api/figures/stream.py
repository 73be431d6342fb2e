"""Tell a page, as it happens, that a user's statistics have changed."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.exceptions import HTTPException

from cinestats.adapters.documents.reports import JobAnswer
from cinestats.application.sources.job import Job
from cinestats.entrypoints.api.access.access import InjectedAccess
from cinestats.entrypoints.api.http.answers import answer
from cinestats.entrypoints.api.http.callers import Caller, UserToRead
from cinestats.entrypoints.api.http.rate_limit import caller_key
from cinestats.entrypoints.api.http.services import Injected

_POLL_SECONDS = 0.1
_CHECK_SECONDS = 3.0  # how soon a stream ends when its reader may not read any more
MAX_STREAMS = 20

_EVENT = {
    "type": "object",
    "description": "An event of the stream.",
    "required": ["event", "data"],
    "properties": {
        "event": {"enum": ["stats", "enrich"]},
        "data": {
            "type": "string",
            "contentMediaType": "application/json",
            "contentSchema": {
                "type": "object",
                "anyOf": [
                    {"required": ["position"]},
                    {"required": ["source", "state", "done", "total"]},
                ],
                "properties": {"position": {"type": "integer", "minimum": 0}},
            },
        },
    },
}
_EXAMPLE = {"event": "stats", "data": '{"position":417}'}
_STREAM = answer("The events, without an end.", "text/event-stream", _EVENT, _EXAMPLE)

router = APIRouter(tags=["Statistics"])


async def _one_of_few(
    request: Request, caller: Caller, access: InjectedAccess
) -> AsyncGenerator[None]:
    """A place among the streams of one credential, for as long as the answer takes."""
    streams: Counter[str] = request.app.state.streams
    key = caller_key(caller, request.scope, access.address)
    if streams[key] >= MAX_STREAMS:
        raise HTTPException(
            429, f"There are {MAX_STREAMS} streams open already.", {"Retry-After": "5"}
        )
    streams[key] += 1
    try:
        yield
    finally:
        streams[key] -= 1
        if not streams[key]:
            del streams[key]


@router.get(
    "/users/{user}/stream",
    response_class=EventSourceResponse,
    responses={200: _STREAM},
    dependencies=[Depends(_one_of_few)],
)
async def stream_statistics(
    request: Request,
    user: UserToRead,
    services: Injected,
    access: InjectedAccess,
    caller: Caller,
    link: Annotated[str | None, Query(include_in_schema=False)] = None,
) -> AsyncIterator[ServerSentEvent]:
    """Tell the position of the statistics now, and whenever it changes.

    The owner is told, too, how far the completion of their films is (`enrich`).
    Without news a comment is sent every 15 s. The stream ends when the server stops, and when
    the reader's session or token ends or the diary is closed to them.
    """
    background = services.background
    check_at = time.monotonic() + _CHECK_SECONDS
    told: int | None = None
    seen: int | None = None
    job: Job | None = None
    while not background.stopping:
        if seen != background.changes:
            seen = background.changes
            stored = await run_in_threadpool(services.models.user_stats, user)
            position = 0 if stored is None else stored.position
            if position != told:
                told = position
                yield ServerSentEvent(event="stats", data={"position": position})
        current = services.source_worker.job(user) if caller.owns(user) else None
        if current is not None and current != job:
            job = current
            yield ServerSentEvent(event="enrich", data=JobAnswer.of(job).document())
        await asyncio.sleep(_POLL_SECONDS)
        if time.monotonic() >= check_at:
            reader = await access.callers.identify(request)
            if not await run_in_threadpool(services.may_read, reader, user, link):
                return
            check_at = time.monotonic() + _CHECK_SECONDS
