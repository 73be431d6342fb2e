"""How many bytes of bodies may be in memory: of one caller, and of all together."""

from collections import Counter
from collections.abc import Callable

from fastapi import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from .peer import ClientAddress
from .principal import principal_of
from .problems import BodiesFull
from .rate_limit import account_key

MAX_UNKNOWN_BYTES, MAX_UNKNOWN_EACH = 32 * 2**20, 12 * 2**20
"""Of all callers without a credential, and of one address."""
MAX_KNOWN_BYTES, MAX_KNOWN_EACH = 64 * 2**20, 16 * 2**20
"""Of all with a credential, and of one account; the owner of a home may have all."""
_KEEP = "cinestats.keep"


class BodyBudget:
    """Counts what ``app`` keeps of bodies, until it has answered.

    Stands behind ``Identify``. What the app does not ask for stays with the client, but for
    the 64 KiB or so that a connection reads ahead.
    """

    def __init__(self, app: ASGIApp, address: ClientAddress) -> None:
        self._app = app
        self._address = address
        self._kept: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        principal = principal_of(scope)
        unknown = principal.kind == "anonymous"
        pot, most = ("unknown", MAX_UNKNOWN_BYTES) if unknown else ("known", MAX_KNOWN_BYTES)
        each = MAX_UNKNOWN_EACH if unknown else MAX_KNOWN_EACH
        if principal.kind == "owner":
            each = most
        key = account_key(principal, scope, self._address)
        kept = 0

        def keep(size: int) -> None:
            nonlocal kept
            if self._kept[pot] + size > most or self._kept[key] + size > each:
                raise BodiesFull("Too many bodies are on their way; try again in a moment.")
            kept += size
            self._kept[pot] += size
            self._kept[key] += size

        scope[_KEEP] = keep
        try:
            await self._app(scope, receive, send)
        finally:
            self._kept -= Counter({pot: kept, key: kept})  # drops those that are zero


def keep_in_memory(request: Request, size: int) -> None:
    """Count so many bytes more of the request's body; raises BodiesFull."""
    keep: Callable[[int], None] = request.scope[_KEEP]
    keep(size)
