"""What is taken from an image host, and what is not."""

import socket
from collections.abc import Iterator

import pytest

from cinestats.adapters import guarded_http
from cinestats.adapters.posters.host import (
    MAX_BYTES,
    BadAnswer,
    HostRests,
    ImageHost,
    NoPicture,
)
from tests.unit.adapters.sources.stand_in import ELSEWHERE, Reply, StandIn, served

from .pictures import JPEG, PNG, SVG, WEBP, picture


@pytest.fixture
def server() -> Iterator[StandIn]:
    with served(StandIn(lambda _: picture())) as server:
        yield server


@pytest.fixture
def host(server: StandIn) -> ImageHost:
    return ImageHost(f"{server.url}/t/p/", seconds=1)


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (PNG, "image/png"),
        (JPEG, "image/jpeg"),
        (WEBP, "image/webp"),
        (JPEG, "IMAGE/JPEG; charset=binary"),
    ],
)
def test_a_picture_is_taken_as_it_is(
    server: StandIn, host: ImageHost, body: bytes, media_type: str
) -> None:
    """The host learns which one, and the version of cinestats, nothing else."""
    server.answer = lambda _: picture(body, media_type)
    assert host.get("w342/è (1).jpg") == body
    (asked,) = server.asked
    assert asked.path == "/t/p/w342/%C3%A8%20%281%29.jpg"
    assert asked.headers.keys() == {
        "Host",
        "User-Agent",
        "Accept",
        "Accept-Encoding",
        "Connection",
    }
    assert asked.headers["User-Agent"].startswith("cinestats/")


@pytest.mark.parametrize(
    "reply",
    [
        picture(SVG, "image/svg+xml"),
        picture(SVG, "image/png"),
        picture(PNG, "image/jpeg"),
        picture(PNG, "text/html"),
        picture(b"", "image/png"),
        picture(b"<html>", "image/jpeg"),
        picture(PNG + bytes(MAX_BYTES)),
        Reply(200, PNG),
        Reply(404, b""),
        Reply(403, PNG, {"Content-Type": "image/png"}),
        ELSEWHERE,
        Reply(301, PNG, {"Location": "/elsewhere", "Content-Type": "image/png"}),
    ],
)
def test_what_is_no_picture_is_not_taken(
    server: StandIn, host: ImageHost, reply: Reply
) -> None:
    """By its first bytes and by what the host calls it; and no redirect is followed."""
    server.faults = [reply]
    with pytest.raises(NoPicture):
        host.get("x.png")
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "reply", [Reply(500, b""), Reply(200, PNG[:20], {"Content-Type": "image/png"}, length=900)]
)
def test_a_bad_answer_is_told_apart_from_none(
    server: StandIn, host: ImageHost, reply: Reply
) -> None:
    server.faults = [reply]
    with pytest.raises(BadAnswer):
        host.get("x.png")
    assert host.get("x.png") == PNG


@pytest.mark.parametrize("status", [429, 503])
def test_a_host_that_asks_for_a_pause_is_left_alone(
    server: StandIn, host: ImageHost, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.faults = [Reply(status, b"", {"Retry-After": "7"})]
    for _ in range(3):
        with pytest.raises(HostRests):
            host.get("x.png")
    assert len(server.asked) == 1
    now = guarded_http.time.monotonic()
    monkeypatch.setattr(guarded_http.time, "monotonic", lambda: now + 8)
    assert host.get("x.png") == PNG


def test_a_host_that_is_away_is_left_alone() -> None:
    """Else each poster of a page would wait for it in turn."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        host = ImageHost(f"http://127.0.0.1:{free.getsockname()[1]}")
    for _ in range(2):
        with pytest.raises(HostRests):
            host.get("x.png")


def test_a_private_address_gets_no_byte(
    server: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the name of the host leads to; only a base on this machine may be there."""
    at = ("127.0.0.1", int(server.url.rpartition(":")[2]))
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", at)]
    monkeypatch.setattr(guarded_http.socket, "getaddrinfo", lambda *_, **__: found)
    with pytest.raises(HostRests):
        ImageHost("http://images.example").get("x.png")
    assert server.asked == []
