"""Who is at the other end of a connection: this machine, this OS user, a browser, a proxy."""

import os
import sys
from collections.abc import Callable, Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Literal

from starlette.datastructures import Headers
from starlette.types import Scope

CONNECTION = "connection"
"""Where a server keeps, in the state of its scopes, a dict for each connection, if it does."""

WELCOME = "welcome"
"""What is called, in that dict, when somebody known is at the other end."""

_TABLES: tuple[tuple[Path, Literal[4, 6]], ...] = (
    (Path("/proc/net/tcp"), 4),
    (Path("/proc/net/tcp6"), 6),
)
_ESTABLISHED = "01"
_FORWARDED = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip")
_BROWSER = ("origin", "referer", "sec-fetch-site", "sec-fetch-mode", "sec-fetch-dest")

_Address = IPv4Address | IPv6Address
_Endpoint = tuple[_Address, int]


class ClientAddress:
    """Tells the address of a caller, also behind the proxies that are trusted to say it.

    ``trusted`` are addresses and networks.
    """

    def __init__(self, trusted: Iterable[str] = ()) -> None:
        self._trusted = [ip_network(network) for network in trusted]

    def __call__(self, scope: Scope) -> str:
        """The address; a network of 64 bits for IPv6, as that is what one caller is given.

        Only the last hop of X-Forwarded-For is believed: whoever calls can write the others.
        """
        peer = _address(scope)
        if peer is not None and any(peer in network for network in self._trusted):
            said = Headers(scope=scope).getlist("x-forwarded-for")
            last = said[-1].rpartition(",")[2].strip() if said else ""
            peer = _parsed(last) or peer
        if isinstance(peer, IPv6Address):
            return str(IPv6Network((peer, 64), strict=False))
        return str(peer)


def welcome(scope: Scope) -> None:
    """Tell the server that who is at the other end of the connection is known."""
    known: dict[str, Callable[[], None]] = scope.get("state", {}).get(CONNECTION, {})
    if WELCOME in known:
        known[WELCOME]()


def is_this_machine(scope: Scope) -> bool:
    """Whether the caller is on this machine, and says nothing of calling for somebody else."""
    peer = _address(scope)
    headers = Headers(scope=scope)
    return (
        peer is not None
        and peer.is_loopback
        and not any(name in headers for name in _FORWARDED)
    )


def is_program_of_same_user(scope: Scope) -> bool:
    """Whether a program that the server's own OS user runs here is calling, not a browser.

    What any site's page could make the user's browser send is no program's request. Outside
    Linux nobody can tell, so it is False.
    """
    if not sys.platform.startswith("linux"):
        return False
    headers = Headers(scope=scope)
    agent = headers.get("user-agent", "").lower()
    return (
        is_this_machine(scope)
        and not agent.startswith("mozilla/")
        and not any(name in headers for name in _BROWSER)
        and _owner(scope) == os.geteuid()
    )


def _owner(scope: Scope) -> int | None:
    """As ``_look_up`` says, which takes milliseconds: once for each connection."""
    known: dict[str, int | None] = scope.get("state", {}).get(CONNECTION, {})
    if "owner" not in known:
        known["owner"] = _look_up(scope)
    return known["owner"]


def _look_up(scope: Scope) -> int | None:
    """The uid that owns the other end of the connection; None where it is not to be seen."""
    client, server = _endpoint(scope.get("client")), _endpoint(scope.get("server"))
    if client is None or server is None:
        return None
    for table, version in _TABLES:
        if not table.exists():  # a kernel may be without IPv6
            continue
        # Only while it is established: of a closed socket the owner is told as 0.
        wanted = f" {_shown(client, version)} {_shown(server, version)} {_ESTABLISHED} "
        _, found, rest = table.read_text("ascii").partition(wanted)
        if found:
            _queues, _timer, _retries, owner, _ = rest.split(maxsplit=4)
            return int(owner)
    return None


def _shown(endpoint: _Endpoint, version: Literal[4, 6]) -> str:
    """An endpoint as the kernel shows it: 32-bit words in the machine's own byte order.

    >>> shown = _shown((IPv4Address("127.0.0.1"), 8080), 4)
    >>> shown == ("0100007F:1F90" if sys.byteorder == "little" else "7F000001:1F90")
    True
    """
    address, port = endpoint
    packed = address.packed
    if version == 6 and isinstance(address, IPv4Address):
        packed = IPv6Address(f"::ffff:{address}").packed
    words = [packed[at : at + 4] for at in range(0, len(packed), 4)]
    digits = "".join(f"{int.from_bytes(word, sys.byteorder):08X}" for word in words)
    return f"{digits}:{port:04X}"


def _endpoint(pair: tuple[str, int] | None) -> _Endpoint | None:
    if pair is None:
        return None
    address = _parsed(pair[0])
    return None if address is None else (address, pair[1])


def _address(scope: Scope) -> _Address | None:
    client = _endpoint(scope.get("client"))
    return None if client is None else client[0]


def _parsed(text: str) -> _Address | None:
    """An address; one of IPv4 as such, also where a socket for both kinds shows it as IPv6."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
