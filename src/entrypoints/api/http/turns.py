"""Who works when: a caller has a few places, and whoever has none is told to come again.

Python computes in one thread at a time. Without this a single account, which asks for much at
once, has every thread, and nobody else is answered.
"""

import sys
from asyncio import Semaphore
from collections import Counter
from collections.abc import AsyncGenerator, Generator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from typing import Annotated

from anyio import from_thread
from fastapi import Depends, Request

from .bodies import BEGIN
from .callers import Caller, SignedIn
from .peer import ClientAddress
from .problems import Abandoned, TooMuchAtOnce
from .rate_limit import account_key
from .services import Injected, Services

READS_AT_ONCE, READS_WAITING = 6, 58
"""Of one account or unknown address; as many connections as a browser has."""
WORK_AT_ONCE, WORK_WAITING = 1, 2
"""Of one account: imports and what else changes a whole diary."""
ALL_WORK_AT_ONCE, ALL_WORK_WAITING = 2, 18
SLICE_SECONDS = 0.001


class Places:
    """Places of callers by a key: ``at_once`` of each go on, ``waiting`` more may wait.

    Of all together ``all_at_once`` go on and ``all_waiting`` more may wait, where those are
    given. ``what`` is in the sentence that others are told. To be used by one thread, that of
    the event loop.
    """

    def __init__(
        self,
        what: str,
        at_once: int,
        waiting: int,
        all_at_once: int | None = None,
        all_waiting: int = 0,
    ) -> None:
        self._what = what
        self._at_once = at_once
        self._of_each = at_once + waiting
        self._of_all = None if all_at_once is None else all_at_once + all_waiting
        self._all = None if all_at_once is None else Semaphore(all_at_once)
        self._held: Counter[str] = Counter()
        self._own: dict[str, Semaphore] = {}

    @asynccontextmanager
    async def place(self, key: str) -> AsyncGenerator["Place"]:
        """A place, which is given back at the end of the block; raises TooMuchAtOnce."""
        full = self._of_all is not None and self._held.total() >= self._of_all
        if full or self._held[key] >= self._of_each:
            whose = "this server" if full else "this account"
            raise TooMuchAtOnce(
                f"Too many {self._what} of {whose} are waiting already; try again in a moment."
            )
        self._held[key] += 1
        own = self._own.setdefault(key, Semaphore(self._at_once))
        try:
            async with AsyncExitStack() as turn:
                yield Place(turn, own, self._all)
        finally:
            self._held[key] -= 1
            if not self._held[key]:
                del self._held[key], self._own[key]


class Place:
    """A place in the line of one's account, and then in that of all."""

    def __init__(self, turn: AsyncExitStack, own: Semaphore, every: Semaphore | None) -> None:
        self._turn = turn
        self._lines = (own,) if every is None else (own, every)

    async def begin(self) -> None:
        """Wait for one's turn, which lasts until the place is given back."""
        for line in self._lines:
            await self._turn.enter_async_context(line)


class Turn:
    """The turn of a piece of long work, in a thread of its own."""

    def __init__(self, request: Request, services: Services) -> None:
        self._request = request
        self._services = services

    def check(self) -> None:
        """Raise Abandoned when nobody waits for the work any more; between its steps."""
        if self._services.background.stopping:
            raise Abandoned("The server ends. What was done until now stays; ask again later.")
        if from_thread.run(self._request.is_disconnected):
            raise Abandoned("Whoever asked has gone. What was done until now stays.")


class Slices:
    """How long a thread computes before another may: shorter while there is long work.

    A read asks for the processor tens of times, and waits each time for an import's slice.
    Without long work Python's own slices are best, for they cost the fewest changes.
    """

    def __init__(self) -> None:
        self._usual = sys.getswitchinterval()
        self._held = 0

    @contextmanager
    def short(self) -> Generator[None]:
        """Short slices until the end of the block, and of every other such block."""
        self._held += 1
        sys.setswitchinterval(SLICE_SECONDS)
        try:
            yield
        finally:
            self._held -= 1
            if not self._held:
                sys.setswitchinterval(self._usual)


class Lines:
    """The two lines of an app: for what is read or changed at once, and for long work."""

    def __init__(self, address: ClientAddress) -> None:
        self.address = address
        self.slices = Slices()
        self.requests = Places("requests", READS_AT_ONCE, READS_WAITING)
        self.work = Places(
            "imports", WORK_AT_ONCE, WORK_WAITING, ALL_WORK_AT_ONCE, ALL_WORK_WAITING
        )


async def fair_share(request: Request, caller: Caller) -> AsyncGenerator[None]:
    """A dependency: no account has more than its share of the threads."""
    lines: Lines = request.app.state.lines
    key = account_key(caller, request.scope, lines.address)
    async with lines.requests.place(key) as place:
        if {"content-length", "transfer-encoding"} & set(request.headers.keys()):
            request.scope[BEGIN] = place.begin  # a body may be slow to come
        else:
            await place.begin()
        yield


async def _work_place(request: Request, caller: SignedIn) -> AsyncGenerator[Place]:
    lines: Lines = request.app.state.lines
    account = caller.user_id or request.path_params.get("user", "")
    async with lines.work.place(account) as place:
        with lines.slices.short():
            yield place


WorkPlace = Annotated[Place, Depends(_work_place, scope="function")]
"""A place for long work; 429 when the account has too many, before a body is read."""


async def turn_of(place: Place, request: Request, services: Services) -> Turn:
    """Wait for the turn of long work; raises Abandoned where its client has gone by then."""
    await place.begin()
    if await request.is_disconnected():
        raise Abandoned("Whoever asked has gone. Nothing was done.")
    return Turn(request, services)


async def _turn(request: Request, place: WorkPlace, services: Injected) -> Turn:
    return await turn_of(place, request, services)


InTurn = Annotated[Turn, Depends(_turn, scope="function")]
"""The turn of long work. A route lists it behind its body, which may be slow to come."""
