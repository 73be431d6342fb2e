"""Asks a source by HTTP: at a steady rate, patiently, and within bounds."""

import threading
import time
from collections.abc import Mapping
from http import HTTPStatus
from http.client import HTTPException, HTTPResponse
from typing import Protocol
from urllib.parse import urlencode, urlsplit

import cinestats
from cinestats.adapters import strict_json
from cinestats.adapters.environment import LOOPBACK
from cinestats.adapters.guarded_http import GuardedHttp, PrivateAddress
from cinestats.adapters.retry_after import retry_after
from cinestats.application.sources.ports import SourceStopped
from cinestats.domain.errors import CinestatsError, InvalidInput

SECONDS = 60.0
MAX_BYTES = 8 * 2**20
TRIES = 4
MOST_FAILURES = 10
"""After as many requests in a row in vain a source is left in peace."""
MOST_WAITING = 300.0
"""Seconds: a source that asks for a longer pause is asked again another day."""
USER_AGENT = f"cinestats/{cinestats.__version__} (+https://pypi.org/project/cinestats/)"


class Unanswered(CinestatsError):
    """One question that the source did not answer well; the message says how."""


class Gone(CinestatsError):
    """The source has nothing at that address."""


class Timer(Protocol):
    """Time that passes, so that tests need not wait."""

    def now(self) -> float: ...

    def sleep(self, seconds: float) -> None: ...


class SystemTimer:
    """The clock of this machine."""

    now = staticmethod(time.monotonic)
    sleep = staticmethod(time.sleep)


class StoppableTimer:
    """The same, where waiting ends with SourceStopped when ``stopping`` is set."""

    now = staticmethod(time.monotonic)

    def __init__(self, stopping: threading.Event) -> None:
        self._stopping = stopping

    def sleep(self, seconds: float) -> None:
        if self._stopping.wait(seconds):
            raise SourceStopped("The server stops; the films that are left come later.")


class Pace:
    """When the next request may be sent: ``rate`` a second at most.

    A source with two addresses has one pace for both.
    """

    def __init__(self, rate: float, timer: Timer | None = None) -> None:
        self._pause = 1 / rate
        self._timer = timer or SystemTimer()
        self._next = 0.0

    def wait(self, more: float = 0.0) -> None:
        """Wait for the next turn, and ``more`` seconds at least."""
        now = self._timer.now()
        at = max(self._next, now + more)
        if at > now:
            self._timer.sleep(at - now)
        self._next = max(at, now) + self._pause

    def hold(self, seconds: float) -> None:
        """Send nothing for so long."""
        self._next = max(self._next, self._timer.now() + seconds)


class SourceHttp:
    """Requests to one base address, at a pace; ``requests`` counts them.

    ``label`` is what sentences call the source. ``headers`` may hold a token: neither they nor
    the address with its parameters are ever part of an error. No redirect is followed, and no
    address of the machine's own network is asked, unless the base address is on this machine.
    """

    def __init__(
        self,
        label: str,
        base: str,
        pace: Pace,
        *,
        headers: Mapping[str, str] | None = None,
        seconds: float = SECONDS,
    ) -> None:
        self.requests = 0
        self._label = label
        self._base = urlsplit(base)
        self._pace = pace
        self._headers = {
            "Host": self._base.netloc,
            "User-Agent": USER_AGENT,
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "Connection": "close",
            **(headers or {}),
        }
        self._seconds = seconds
        self._failures = 0
        self._http = GuardedHttp(private_addresses=self._base.hostname in LOOPBACK)

    def json(self, path: str = "", **parameters: str | int) -> strict_json.Fields:
        """The JSON object at a path below the base address.

        Raises Gone for 404, Unanswered after ``TRIES`` in vain, and SourceStopped where there
        is no sense in asking on.
        """
        query = f"?{urlencode(parameters)}" if parameters else ""
        target = f"{self._base.path.rstrip('/')}{path}{query}"
        problem = ""
        for attempt in range(TRIES):
            self._pace.wait(2.0**attempt if attempt else 0.0)
            try:
                answer = self._get(target)
            except Unanswered as error:
                problem = str(error)
                continue
            self._failures = 0
            return answer
        self._failures += 1
        if self._failures >= MOST_FAILURES:
            raise SourceStopped(
                f"{self._label} failed {MOST_FAILURES} times in a row: {problem} Go on later."
            )
        raise Unanswered(problem)

    def _get(self, target: str) -> strict_json.Fields:
        self.requests += 1
        deadline = time.monotonic() + self._seconds
        try:
            with self._http.connection(self._base, deadline) as http:
                http.request("GET", target, headers=self._headers)
                with http.getresponse() as answer:
                    data = self._body(answer)
        except PrivateAddress as error:
            raise SourceStopped(f"The address of {self._label} is not public.") from error
        except (OSError, HTTPException, UnicodeError) as error:
            if time.monotonic() >= deadline:
                raise Unanswered(
                    f"{self._label} did not answer within {self._seconds:g} s."
                ) from error
            raise Unanswered(
                f"{self._label} could not be reached: {type(error).__name__}."
            ) from error
        try:
            return strict_json.as_object(strict_json.parse(data), "answer")
        except InvalidInput as error:
            raise Unanswered(f"What {self._label} sent was not understood.") from error

    def _body(self, answer: HTTPResponse) -> bytes:
        status = answer.status
        if status == HTTPStatus.NOT_FOUND:
            raise Gone(f"{self._label} has nothing there.")
        if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            raise SourceStopped(
                f"{self._label} refused with {status}: see that its token is right."
            )
        if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
            self._pause_for(answer.getheader("Retry-After"))
        if 300 <= status < 400:
            raise Unanswered(f"{self._label} sent elsewhere, where nothing is asked for.")
        if status != HTTPStatus.OK:
            raise Unanswered(f"{self._label} answered {status}.")
        data = answer.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise Unanswered(f"{self._label} sent more than {MAX_BYTES // 2**20} MiB.")
        if answer.length:  # http.client counts what a short answer lacks
            raise Unanswered(f"{self._label} ended its answer too early.")
        return data

    def _pause_for(self, header: str | None) -> None:
        wait = retry_after(header)
        if wait is None:
            return
        seconds = max(wait.total_seconds(), 0.0)
        if seconds > MOST_WAITING:
            raise SourceStopped(
                f"{self._label} asks to come back in {seconds / 60:,.0f} minutes; go on then."
            )
        self._pace.hold(seconds)
