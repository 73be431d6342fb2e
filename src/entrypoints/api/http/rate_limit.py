"""How often one caller may ask: a bucket of tokens each, refilled all the time."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cinestats.application.access.principal import OWNER, Principal

from .peer import ClientAddress
from .principal import OPEN_PATHS, principal_of
from .problems import problem

_WINDOW_SECONDS = 60
_ANONYMOUS_SHARE = 10
_MAX_BUCKETS = 20_000


@dataclass(slots=True)
class _Bucket:
    tokens: float
    filled_at: float


class Buckets:
    """The buckets of every caller; those that were not asked for longest make room.

    A bucket that made room is a full one when its caller comes back. ``clock`` gives seconds.
    To be used by one thread, that of the event loop.
    """

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, size: int = _MAX_BUCKETS
    ) -> None:
        self._clock = clock
        self._size = size
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def take(self, key: str, per_minute: int) -> float:
        """Take one token; returns how many are left, below zero when there was none to take."""
        now = self._clock()
        bucket = self._buckets.setdefault(key, _Bucket(per_minute, now))
        self._buckets.move_to_end(key)
        if len(self._buckets) > self._size:
            self._buckets.popitem(last=False)
        gained = (now - bucket.filled_at) * per_minute / _WINDOW_SECONDS
        bucket.tokens = min(per_minute, bucket.tokens + gained)
        bucket.filled_at = now
        left = bucket.tokens - 1
        if left >= 0:
            bucket.tokens = left
        return left


class RateLimit:
    """Answers 429 to whoever asks more than ``per_minute`` times, a tenth for those unknown.

    The owner of a home server is not limited. Stands behind ``Identify``.
    """

    def __init__(
        self, app: ASGIApp, per_minute: int, address: ClientAddress, buckets: Buckets
    ) -> None:
        self._app = app
        self._known = per_minute
        self._unknown = max(1, per_minute // _ANONYMOUS_SHARE)
        self._address = address
        self._buckets = buckets

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        unlimited = scope["type"] != "http" or scope["path"].startswith(OPEN_PATHS)
        principal = OWNER if unlimited else principal_of(scope)
        if principal.kind == "owner":
            await self._app(scope, receive, send)
            return
        limit = self._unknown if principal.kind == "anonymous" else self._known
        left = self._buckets.take(caller_key(principal, scope, self._address), limit)
        # As draft-ietf-httpapi-ratelimit-headers has it: what is left, and until all is back.
        full_in = math.ceil((limit - max(left, 0)) * _WINDOW_SECONDS / limit)
        headers = {
            "RateLimit-Policy": f'"minute";q={limit};w={_WINDOW_SECONDS}',
            "RateLimit": f'"minute";r={max(0, int(left))};t={full_in}',
        }

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(headers)
            await send(message)

        answer = self._app
        if left < 0:
            wait = math.ceil(-left * _WINDOW_SECONDS / limit)
            answer = problem(
                429,
                f"These are more than {limit:,} requests a minute; wait a moment.",
                kind="too-many-requests",
                headers={"Retry-After": str(wait)},
            )
        await answer(scope, receive, send_with_headers)


def account_key(principal: Principal, scope: Scope, address: ClientAddress) -> str:
    """What all that one account does at once is counted under, else the address."""
    if principal.kind == "anonymous":
        return f"address {address(scope)}"
    return f"account {principal.user_id or principal.kind}"


def caller_key(principal: Principal, scope: Scope, address: ClientAddress) -> str:
    """What one caller's requests are counted under: the credential, else the address."""
    if principal.kind == "anonymous":
        return f"address {address(scope)}"
    return f"{principal.kind} {principal.credential_id or principal.user_id}"
