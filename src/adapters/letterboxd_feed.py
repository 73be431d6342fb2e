"""Asks Letterboxd for the feed of an account, as a polite reader of feeds does."""

import time
from datetime import tzinfo
from http import HTTPStatus
from http.client import HTTPException, HTTPResponse
from urllib.parse import urlsplit

import cinestats
from cinestats.application.following.poll import Feed, FeedUnavailable

from .guarded_http import GuardedHttp, PrivateAddress
from .letterboxd_rss import NoFeed, read_rss
from .retry_after import retry_after

ORIGIN = "https://letterboxd.com"
SECONDS = 20.0
MAX_BYTES = 4 * 1024 * 1024
_MAX_VALIDATOR = 500  # in characters; what is longer is not worth sending back
_TELLING_WHEN = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)


class LetterboxdFeed:
    """Implements FeedReader: one GET, ``seconds`` for all of it, no redirect is followed.

    ``zone`` tells which day a moment belongs to. Only a stand-in in tests has another
    ``origin``, and a private address.
    """

    def __init__(
        self,
        zone: tzinfo,
        *,
        origin: str = ORIGIN,
        private_addresses: bool = False,
        seconds: float = SECONDS,
    ) -> None:
        self._zone = zone
        self._origin = urlsplit(origin)
        self._http = GuardedHttp(private_addresses)
        self._seconds = seconds

    def __call__(self, name: str, etag: str | None, last_modified: str | None) -> Feed:
        deadline = time.monotonic() + self._seconds
        try:
            return self._ask(name, etag, last_modified, deadline)
        except PrivateAddress as error:
            raise FeedUnavailable("The address of Letterboxd is not public.") from error
        except NoFeed as error:
            raise FeedUnavailable(
                f"What Letterboxd sent was not understood. {error}"
            ) from error
        except (OSError, HTTPException, UnicodeError) as error:
            if time.monotonic() >= deadline:
                sentence = f"Letterboxd did not answer within {self._seconds:g} s."
            else:
                sentence = f"Letterboxd could not be reached: {type(error).__name__}."
            raise FeedUnavailable(sentence) from error

    def _ask(
        self, name: str, etag: str | None, last_modified: str | None, deadline: float
    ) -> Feed:
        headers = {
            "Host": self._origin.netloc,
            "User-Agent": f"cinestats/{cinestats.__version__}",
            "Accept": "application/rss+xml, application/xml",
            "Accept-Encoding": "identity",
            "Connection": "close",
        }
        if etag is not None:
            headers["If-None-Match"] = etag
        if last_modified is not None:
            headers["If-Modified-Since"] = last_modified
        with self._http.connection(self._origin, deadline) as http:
            http.request("GET", f"/{name}/rss/", headers=headers)
            with http.getresponse() as answer:
                if answer.status == HTTPStatus.NOT_MODIFIED:
                    return Feed(None)
                if answer.status != HTTPStatus.OK:
                    raise _refusal(name, answer)
                if answer.getheader("Content-Encoding", "identity") != "identity":
                    raise NoFeed("It is compressed, though nobody asked for that.")
                data = answer.read(MAX_BYTES + 1)
                if time.monotonic() >= deadline:  # the connection was ended under it
                    raise TimeoutError
                if len(data) > MAX_BYTES:
                    raise NoFeed(f"It is larger than {MAX_BYTES // 1024**2} MiB.")
                if answer.length:  # http.client counts what a short answer lacks
                    raise HTTPException("The answer ended too early.")
                validators = _validator(answer, "ETag"), _validator(answer, "Last-Modified")
        return Feed(*read_rss(data, self._zone), *validators)


def _refusal(name: str, answer: HTTPResponse) -> FeedUnavailable:
    status = answer.status
    if status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
        return FeedUnavailable(f"Letterboxd has no public account {name}.", gone=True)
    if 300 <= status < 400:
        return FeedUnavailable("Letterboxd sent elsewhere, where nothing is asked for.")
    after = retry_after(answer.getheader("Retry-After")) if status in _TELLING_WHEN else None
    return FeedUnavailable(f"Letterboxd answered {status}.", after=after)


def _validator(answer: HTTPResponse, name: str) -> str | None:
    value = answer.getheader(name)
    if value is None or len(value) > _MAX_VALIDATOR:
        return None
    return value if value.isascii() and value.isprintable() else None
