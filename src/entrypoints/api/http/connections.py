"""How many connections there may be: in all, and of those unknown from one address."""

from collections import Counter
from ipaddress import IPv6Network, ip_address

MAX_CONNECTIONS = 1_000
MAX_UNKNOWN_CONNECTIONS = 256
"""From one address, of those that have shown no credential yet."""


class Connections:
    """Counts the connections of a process. To be used by the thread of the event loop."""

    def __init__(
        self, most: int = MAX_CONNECTIONS, most_unknown: int = MAX_UNKNOWN_CONNECTIONS
    ) -> None:
        self._most = most
        self._most_unknown = most_unknown
        self.open = 0
        self.unknown: Counter[str] = Counter()

    def place(self, peer: tuple[str, int] | None) -> "ConnectionPlace | None":
        """A place for a connection from ``peer``; None where there is none left."""
        address = _network(peer)
        if self.open >= self._most or self.unknown[address] >= self._most_unknown:
            return None
        self.open += 1
        self.unknown[address] += 1
        return ConnectionPlace(self, address)


class ConnectionPlace:
    """The place of one connection, from when it is made until it is lost."""

    def __init__(self, connections: Connections, address: str) -> None:
        self._connections = connections
        self._address: str | None = address

    def welcome(self) -> None:
        """A credential was shown: the connection counts no more for its address."""
        if self._address is not None:
            unknown = self._connections.unknown
            unknown[self._address] -= 1
            if not unknown[self._address]:
                del unknown[self._address]
            self._address = None

    def leave(self) -> None:
        """The connection is lost."""
        self.welcome()
        self._connections.open -= 1


class Pace:
    """A rate that all together keep, in bytes a second.

    >>> pace = Pace(100)
    >>> pace.wait(50, now=1.0), pace.wait(50, now=1.0), pace.wait(50, now=9.0)
    (0.5, 1.0, 0.5)
    """

    def __init__(self, bytes_a_second: float) -> None:
        self._rate = bytes_a_second
        self._free_at = 0.0

    def wait(self, size: int, now: float) -> float:
        """How many seconds whoever took so many bytes has to take no more."""
        self._free_at = max(now, self._free_at) + size / self._rate
        return self._free_at - now


def _network(peer: tuple[str, int] | None) -> str:
    """The address, or for IPv6 the network of 64 bits, which one caller is given."""
    if peer is None:
        return ""
    address = ip_address(peer[0].partition("%")[0])
    return str(address if address.version == 4 else IPv6Network((address, 64), strict=False))
