import os
import socket
import sys
from collections.abc import Iterator
from contextlib import closing

import pytest
from starlette.types import Scope

from cinestats.entrypoints.api.http import peer
from cinestats.entrypoints.api.http.peer import (
    ClientAddress,
    is_program_of_same_user,
    is_this_machine,
)

needs_linux = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="Only Linux shows who owns a connection."
)


def scope_of(
    client: tuple[str, int] | None, server: tuple[str, int] | None = None, **headers: str
) -> Scope:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http", "client": client, "server": server, "headers": raw}


@pytest.fixture(params=[(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")], ids=str)
def ends(
    request: pytest.FixtureRequest,
) -> Iterator[tuple[tuple[str, int], tuple[str, int]]]:
    """The two ends of a connection that this process has with itself: client, server."""
    family, host = request.param
    with closing(socket.socket(family)) as listener:
        try:
            listener.bind((host, 0))
        except OSError:
            pytest.skip(f"This machine has no {host}.")
        listener.listen()
        with closing(socket.create_connection(listener.getsockname()[:2])) as client:
            accepted, _ = listener.accept()
            with closing(accepted):
                yield client.getsockname()[:2], accepted.getsockname()[:2]


@needs_linux
def test_a_program_of_the_same_user_is_known(
    ends: tuple[tuple[str, int], tuple[str, int]],
) -> None:
    """The kernel says who owns the other end, over IPv4 and IPv6."""
    assert is_program_of_same_user(scope_of(*ends, user_agent="curl/8"))
    assert is_program_of_same_user(scope_of(*ends))


@needs_linux
def test_a_program_of_another_user_is_not(
    ends: tuple[tuple[str, int], tuple[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The uid must be the server's own; root is another user too."""
    uid = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: uid + 1)
    assert not is_program_of_same_user(scope_of(*ends))


@needs_linux
@pytest.mark.parametrize(
    "headers",
    [
        {"user_agent": "Mozilla/5.0 (X11; Linux x86_64)"},
        {"user_agent": "mozilla/5.0"},
        {"sec_fetch_site": "none"},
        {"sec_fetch_mode": "navigate"},
        {"origin": "http://localhost:8000"},
        {"referer": "http://localhost:8000/"},
        {"forwarded": "for=192.0.2.1"},
        {"via": "1.1 proxy"},
        {"x_forwarded_for": "192.0.2.1"},
        {"x_forwarded_host": "films.example"},
        {"x_real_ip": "192.0.2.1"},
    ],
    ids=str,
)
def test_a_browser_or_a_proxy_is_no_program_of_the_user(
    ends: tuple[tuple[str, int], tuple[str, int]], headers: dict[str, str]
) -> None:
    """Any site could make the browser call, and anybody a proxy."""
    assert not is_program_of_same_user(scope_of(*ends, **headers))


@needs_linux
def test_a_connection_that_is_not_there_belongs_to_nobody(
    ends: tuple[tuple[str, int], tuple[str, int]],
) -> None:
    """Both ends must fit: the port alone may have a new owner by now."""
    client, server = ends
    assert not is_program_of_same_user(scope_of(client, (server[0], 1)))
    assert not is_program_of_same_user(scope_of(client, None))
    assert not is_program_of_same_user(scope_of(("192.0.2.1", 1), server))
    assert not is_program_of_same_user(scope_of(("testclient", 50000), server))
    assert not is_program_of_same_user(scope_of(None, server))


def test_elsewhere_nobody_can_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without /proc every program needs the token."""
    monkeypatch.setattr(peer.sys, "platform", "darwin")
    assert not is_program_of_same_user(scope_of(("127.0.0.1", 1), ("127.0.0.1", 2)))


@pytest.mark.parametrize(
    ("address", "headers", "here"),
    [
        ("127.0.0.1", {}, True),
        ("::1", {}, True),
        ("::ffff:127.0.0.1", {}, True),
        ("192.0.2.1", {}, False),
        ("127.0.0.1", {"x_forwarded_for": "192.0.2.1"}, False),
        ("testclient", {}, False),
    ],
)
def test_this_machine_is_known_by_its_address(
    address: str, headers: dict[str, str], here: bool
) -> None:
    """A proxy on this machine calls for somebody else."""
    assert is_this_machine(scope_of((address, 1), **headers)) is here


@pytest.mark.parametrize(
    ("peer_address", "said", "address"),
    [
        ("192.0.2.1", "198.51.100.7", "192.0.2.1"),
        ("10.1.2.3", "198.51.100.7", "198.51.100.7"),
        ("10.1.2.3", "203.0.113.9, 198.51.100.7", "198.51.100.7"),
        ("10.1.2.3", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("10.1.2.3", "somebody", "10.1.2.3"),
        ("10.1.2.3", "", "10.1.2.3"),
        ("2001:db8::1", "198.51.100.7", "2001:db8::/64"),
    ],
)
def test_only_trusted_proxies_say_who_calls(peer_address: str, said: str, address: str) -> None:
    """And only of the last hop, which they have seen themselves."""
    addressed = ClientAddress(["10.0.0.0/8"])
    assert addressed(scope_of((peer_address, 1), x_forwarded_for=said)) == address
