"""How many bytes of bodies may be in memory: of one caller, and of all together."""

from collections import Counter
from collections.abc import Callable

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .peer import ClientAddress
from .principal import principal_of
from .problems import BodiesFull
from .rate_limit import account_key

MAX_UNKNOWN_BYTES, MAX_UNKNOWN_EACH = 32 * 2**20, 12 * 2**20
"""Of all callers without a credential, and of one address."""
MAX_KNOWN_BYTES, MAX_KNOWN_EACH = 64 * 2**20, 16 * 2**20
"""Of all with a credential, and of one account; the owner of a home may have all."""
_LET_GO = "cinestats.body"


class BodyBudget:
    """Counts what ``app`` is given of bodies, until it has answered.

    Stands behind ``Identify``. What the app does not ask for stays with the client, but for
    the 64 KiB or so that a connection reads ahead.
    """

    def __init__(self, app: ASGIApp, address: ClientAddress) -> None:
        self._app = app
        self._address = address
        self._held: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        principal = principal_of(scope)
        unknown = principal.kind == "anonymous"
        pot, most = ("unknown", MAX_UNKNOWN_BYTES) if unknown else ("known", MAX_KNOWN_BYTES)
        each = MAX_UNKNOWN_EACH if unknown else MAX_KNOWN_EACH
        key = account_key(principal, scope, self._address)
        if principal.kind == "owner":
            each = most
        held = 0

        def let_go(size: int) -> None:
            nonlocal held
            held -= size
            for name in (pot, key):
                self._held[name] -= size
                if not self._held[name]:
                    del self._held[name]

        async def receive_counted() -> Message:
            nonlocal held
            message = await receive()
            size = len(message.get("body", b""))
            if size:
                if self._held[pot] + size > most or self._held[key] + size > each:
                    raise BodiesFull("Too many bodies are on their way; try again in a moment.")
                held += size
                self._held[pot] += size
                self._held[key] += size
            return message

        scope[_LET_GO] = let_go
        try:
            await self._app(scope, receive_counted, send)
        finally:
            if held:
                let_go(held)


def goes_to_disk(request: Request, message: Message) -> None:
    """What this message brings of a body is not kept in memory."""
    let_go: Callable[[int], None] | None = request.scope.get(_LET_GO)
    size = len(message.get("body", b""))
    if let_go is not None and size:
        let_go(size)
