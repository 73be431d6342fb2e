"""What Letterboxd is asked, by a stand-in on loopback, and what becomes of its answers."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

import cinestats
from cinestats.adapters.letterboxd_feed import LetterboxdFeed
from cinestats.application.following.poll import Feed, FeedUnavailable

from .webhook_receiver import Behaviour, Receiver, answer, hang, status, trickle

FEED = (Path(__file__).parents[1] / "unit/adapters/feeds/letterboxd.xml").read_bytes()


@pytest.fixture
def letterboxd() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


def sent(body: bytes, *headers: str) -> Behaviour:
    lines = ["HTTP/1.1 200 OK", f"Content-Length: {len(body)}", *headers, "", ""]
    return answer("\r\n".join(lines).encode() + body)


def ask(letterboxd: Receiver, *, etag: str | None = None, modified: str | None = None) -> Feed:
    origin = f"http://127.0.0.1:{letterboxd.port}"
    reader = LetterboxdFeed(UTC, origin=origin, private_addresses=True, seconds=2)
    return reader("anna", etag, modified)


def refusal(letterboxd: Receiver, behaviour: Behaviour) -> FeedUnavailable:
    letterboxd.behaviours = [behaviour]
    with pytest.raises(FeedUnavailable) as refused:
        ask(letterboxd)
    return refused.value


def test_the_feed_is_asked_for_by_name(letterboxd: Receiver) -> None:
    """Letterboxd learns who asks for what, and nothing else."""
    letterboxd.default = sent(
        FEED, 'ETag: "e1"', "Last-Modified: Sun, 12 Jan 2025 00:00:00 GMT"
    )
    feed = ask(letterboxd)
    assert feed.rows is not None
    assert len(feed.rows) == 5
    assert (feed.etag, feed.last_modified) == ('"e1"', "Sun, 12 Jan 2025 00:00:00 GMT")
    (message,) = letterboxd.wait_for(1)
    assert message.line == "GET /anna/rss/ HTTP/1.1"
    assert message.headers == {
        "host": f"127.0.0.1:{letterboxd.port}",
        "user-agent": f"cinestats/{cinestats.__version__}",
        "accept": "application/rss+xml, application/xml",
        "accept-encoding": "identity",
        "connection": "close",
    }


def test_an_unchanged_feed_is_not_sent_again(letterboxd: Receiver) -> None:
    """The validators go back as they came."""
    letterboxd.default = status(304)
    assert ask(letterboxd, etag='"e1"', modified="Sun, 12 Jan 2025") == Feed(None)
    (message,) = letterboxd.wait_for(1)
    assert message.headers["if-none-match"] == '"e1"'
    assert message.headers["if-modified-since"] == "Sun, 12 Jan 2025"


@pytest.mark.parametrize("number", [429, 503])
def test_retry_after_is_told(letterboxd: Receiver, number: int) -> None:
    """As a number of seconds, or as a moment; nonsense says nothing."""
    error = refusal(letterboxd, status(number, "Retry-After: 7200"))
    assert (str(error), error.after) == (
        f"Letterboxd answered {number}.",
        timedelta(hours=2),
    )
    then = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    after = refusal(letterboxd, status(number, f"Retry-After: {then}")).after
    assert after is not None
    assert timedelta(minutes=59) < after <= timedelta(hours=1)
    assert refusal(letterboxd, status(number, "Retry-After: soon")).after is None
    huge = refusal(letterboxd, status(number, f"Retry-After: {'9' * 500}")).after
    assert huge is not None
    assert huge > timedelta(days=900)


@pytest.mark.parametrize(
    ("behaviour", "sentence"),
    [
        (status(500), "Letterboxd answered 500."),
        (status(403), "Letterboxd answered 403."),
        (status(404), "Letterboxd has no public account anna."),
        (
            status(301, "Location: http://127.0.0.1:1/"),
            "Letterboxd sent elsewhere, where nothing is asked for.",
        ),
        (answer(b"garbage\r\n\r\n"), "Letterboxd could not be reached: BadStatusLine."),
        (answer(b""), "Letterboxd could not be reached: RemoteDisconnected."),
        (sent(b"garbage"), "What Letterboxd sent was not understood. It is no feed."),
        (
            sent(b"<rss>" + b" " * 10_000_000 + b"</rss>"),
            "What Letterboxd sent was not understood. It is larger than 4 MiB.",
        ),
        (
            sent(FEED, "Content-Encoding: gzip"),
            "What Letterboxd sent was not understood. It is compressed, though nobody asked"
            " for that.",
        ),
        (
            answer(b"HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n" + FEED),
            "Letterboxd could not be reached: HTTPException.",
        ),
        (
            sent(b'<!DOCTYPE a [<!ENTITY a "aaaa">]><rss><channel>&a;</channel></rss>'),
            "What Letterboxd sent was not understood. It is no feed.",
        ),
        (trickle, "Letterboxd did not answer within 2 s."),
        (hang, "Letterboxd did not answer within 2 s."),
    ],
)
def test_what_is_of_no_use_is_one_sentence(
    letterboxd: Receiver, behaviour: Behaviour, sentence: str
) -> None:
    """In a bounded time, and with one connection."""
    began = time.monotonic()
    error = refusal(letterboxd, behaviour)
    assert str(error) == sentence
    assert error.gone == ("no public account" in sentence)
    assert time.monotonic() - began < 10
    assert letterboxd.connections == 1


def test_a_private_address_gets_no_connection(letterboxd: Receiver) -> None:
    """Whatever the name of Letterboxd leads to: nobody on this machine or its network."""
    reader = LetterboxdFeed(UTC, origin=f"http://127.0.0.1:{letterboxd.port}")
    with pytest.raises(FeedUnavailable, match="not public"):
        reader("anna", None, None)
    time.sleep(0.05)
    assert letterboxd.connections == 0


def test_letterboxd_is_asked_by_https() -> None:
    """Unless a test says otherwise, and no setting does."""
    from cinestats.adapters.letterboxd_feed import ORIGIN

    assert ORIGIN == "https://letterboxd.com"
