"""Tell a page, as it happens, that a user's statistics have changed."""

import asyncio
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool
from fastapi.sse import EventSourceResponse, ServerSentEvent

from .services import Injected, Services, User

_POLL_SECONDS = 0.1

router = APIRouter(tags=["Statistics"])


@router.get("/users/{user}/stream", response_class=EventSourceResponse)
async def stream(user: User, services: Injected) -> AsyncIterator[ServerSentEvent]:
    """An event ``stats`` with the document's ``position``: now, and whenever it changes.

    Without news a comment is sent every 15 s. The stream ends when the server stops.
    """
    background = services.background
    told: int | None = None
    seen: int | None = None
    while not background.stopping:
        if seen != background.changes:
            seen = background.changes
            position = await run_in_threadpool(_position, user, services)
            if position != told:
                told = position
                yield ServerSentEvent(event="stats", data={"position": position})
        await asyncio.sleep(_POLL_SECONDS)


def _position(user: str, services: Services) -> int:
    stored = services.statistics.user_stats(user)
    return 0 if stored is None else stored.position
