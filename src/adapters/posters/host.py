"""Asks an image host for a picture: once, within bounds, and for nothing else."""

import threading
import time
from http import HTTPStatus
from http.client import HTTPException, HTTPResponse
from urllib.parse import quote, urlsplit

from cinestats.adapters.environment import LOOPBACK
from cinestats.adapters.guarded_http import GuardedHttp, PrivateAddress
from cinestats.adapters.retry_after import retry_after
from cinestats.adapters.sources.http import USER_AGENT

from .picture import MEDIA_TYPES, media_type_of

SECONDS = 8.0
MAX_BYTES = 2 * 2**20
AT_ONCE = 4
REST_SECONDS = 60.0
MOST_REST_SECONDS = 24 * 3600.0
_BUSY = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)


class NoPicture(Exception):
    """The host has no picture there, or one that is not shown."""


class BadAnswer(Exception):
    """This one could not be had now."""


class HostRests(Exception):
    """Nobody is to ask the host now: it is away, or asked for a pause."""


class ImageHost:
    """Pictures below one ``base`` address; no other host is ever asked.

    Redirects are not followed. An address of the machine's own network gets no byte, unless
    the base address is on this machine.
    """

    def __init__(self, base: str, seconds: float = SECONDS) -> None:
        self._base = urlsplit(base.rstrip("/"))
        self._seconds = seconds
        self._http = GuardedHttp(private_addresses=self._base.hostname in LOOPBACK)
        self._turns = threading.BoundedSemaphore(AT_ONCE)
        self._rests_until = 0.0

    def get(self, path: str) -> bytes:
        """The picture at the path below the base address.

        Raises NoPicture, BadAnswer and HostRests.
        """
        with self._turns:
            if time.monotonic() < self._rests_until:
                raise HostRests
            deadline = time.monotonic() + self._seconds
            try:
                with self._http.connection(self._base, deadline) as http:
                    target = f"{self._base.path}/{quote(path)}"
                    http.request("GET", target, headers=self._headers())
                    with http.getresponse() as answer:
                        return self._read(answer, deadline)
            except (OSError, UnicodeError, PrivateAddress) as error:
                self._rest(REST_SECONDS)
                raise HostRests from error
            except HTTPException as error:
                raise BadAnswer from error

    def _headers(self) -> dict[str, str]:
        return {
            "Host": self._base.netloc,
            "User-Agent": USER_AGENT,
            "Accept": ", ".join(sorted(MEDIA_TYPES)),
            "Accept-Encoding": "identity",
            "Connection": "close",
        }

    def _read(self, answer: HTTPResponse, deadline: float) -> bytes:
        if answer.status in _BUSY:
            wait = retry_after(answer.getheader("Retry-After"))
            self._rest(REST_SECONDS if wait is None else wait.total_seconds())
            raise HostRests
        if answer.status >= 500:
            raise BadAnswer
        declared = (answer.getheader("Content-Type") or "").partition(";")[0].strip().lower()
        if answer.status != HTTPStatus.OK or declared not in MEDIA_TYPES:
            raise NoPicture
        data = answer.read(MAX_BYTES + 1)
        if time.monotonic() >= deadline:  # the connection was ended under it
            raise TimeoutError
        if len(data) > MAX_BYTES:
            raise NoPicture
        if answer.length:  # http.client counts what a short answer lacks
            raise BadAnswer
        if media_type_of(data) != declared:
            raise NoPicture
        return data

    def _rest(self, seconds: float) -> None:
        self._rests_until = time.monotonic() + min(max(seconds, 0.0), MOST_REST_SECONDS)
