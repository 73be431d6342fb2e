"""How often somebody may guess: failures are counted by user and by address."""

import math
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Generator
from contextlib import contextmanager

from starlette.exceptions import HTTPException

from cinestats.application.access.passwords import SignInRefused
from cinestats.domain.errors import CinestatsError

_WINDOW_SECONDS = 15 * 60
PER_USER = 5
PER_ADDRESS = 20
_MAX_KEYS = 20_000


class Throttle:
    """Counts failed attempts of the last quarter of an hour, in this process.

    Those whose last failure is longest ago make room when there are too many. ``clock``
    gives seconds. To be used by one thread, that of the event loop.
    """

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, size: int = _MAX_KEYS
    ) -> None:
        self._clock = clock
        self._size = size
        self._failures: OrderedDict[str, deque[float]] = OrderedDict()

    @contextmanager
    def attempt(self, user_id: str, address: str) -> Generator[None]:
        """One guess at a user's password: it stays counted when it was wrong or broke off.

        It is counted before the block begins, so that many at once are not let in together.
        Raises the answer 429, with the time to wait.
        """
        user = f"user {user_id}"
        self._check(user, PER_USER)
        with self.attempt_from(address):
            at = self._clock()
            self._add(user, at)
            try:
                yield
            except SignInRefused:
                raise
            except CinestatsError:
                self._take_back(user, at)
                raise
            self._failures.pop(user, None)

    @contextmanager
    def attempt_from(self, address: str) -> Generator[None]:
        """One attempt that names no user; as ``attempt`` otherwise.

        Of the address only the one that went well is taken back: who has one password may
        guess others.
        """
        client = f"address {address}"
        self._check(client, PER_ADDRESS)
        at = self._clock()
        self._add(client, at)
        try:
            yield
        except SignInRefused:
            raise
        except CinestatsError:
            self._take_back(client, at)
            raise
        self._take_back(client, at)

    def count(self, address: str) -> None:
        """One step that is dear for the server whatever comes of it; raises as ``attempt``."""
        client = f"address {address}"
        self._check(client, PER_ADDRESS)
        self._add(client, self._clock())

    def _check(self, key: str, limit: int) -> None:
        failures = self._failures.get(key, deque())
        since = self._clock() - _WINDOW_SECONDS
        while failures and failures[0] <= since:
            failures.popleft()
        if len(failures) < limit:
            return
        wait = math.ceil(failures[0] - since)
        raise HTTPException(
            429,
            f"Too many attempts; the next one is possible in {math.ceil(wait / 60)} minutes.",
            headers={"Retry-After": str(wait)},
        )

    def _add(self, key: str, at: float) -> None:
        self._failures.setdefault(key, deque()).append(at)
        self._failures.move_to_end(key)
        if len(self._failures) > self._size:
            self._failures.popitem(last=False)

    def _take_back(self, key: str, at: float) -> None:
        failures = self._failures.get(key)
        if failures and at in failures:
            failures.remove(at)
