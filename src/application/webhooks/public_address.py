"""Which IP addresses are of the public internet, by a table of this program alone.

Python has such a table, too, but each of its versions another one: whether a webhook may go
somewhere must not depend on that.
"""

from datetime import date
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

COMPARED_ON = date(2026, 11, 28)
"""When the table was last compared with IANA's two registries of special-purpose addresses,
which had been updated on 2025-10-09."""

REGISTRY = {
    # https://www.iana.org/assignments/iana-ipv4-special-registry: block, "Globally Reachable".
    # A block for which the registry has "N/A" is not: what is behind it is anybody's guess.
    "0.0.0.0/8": False,
    "0.0.0.0/32": False,
    "10.0.0.0/8": False,
    "100.64.0.0/10": False,
    "127.0.0.0/8": False,
    "169.254.0.0/16": False,
    "172.16.0.0/12": False,
    "192.0.0.0/24": False,
    "192.0.0.0/29": False,
    "192.0.0.8/32": False,
    "192.0.0.9/32": True,
    "192.0.0.10/32": True,
    "192.0.0.170/32": False,
    "192.0.0.171/32": False,
    "192.0.2.0/24": False,
    "192.31.196.0/24": True,
    "192.52.193.0/24": True,
    "192.88.99.0/24": False,  # N/A
    "192.88.99.2/32": False,
    "192.168.0.0/16": False,
    "192.175.48.0/24": True,
    "198.18.0.0/15": False,
    "198.51.100.0/24": False,
    "203.0.113.0/24": False,
    "240.0.0.0/4": False,
    "255.255.255.255/32": False,
    # https://www.iana.org/assignments/iana-ipv6-special-registry
    "::1/128": False,
    "::/128": False,
    "::ffff:0:0/96": False,  # an IPv4 address within, which is judged
    "64:ff9b::/96": True,  # the same
    "64:ff9b:1::/48": False,
    "100::/64": False,
    "100:0:0:1::/64": False,
    "2001::/23": False,
    "2001::/32": False,  # N/A
    "2001:1::1/128": True,
    "2001:1::2/128": True,
    "2001:1::3/128": True,
    "2001:2::/48": False,
    "2001:3::/32": True,
    "2001:4:112::/48": True,
    "2001:10::/28": False,  # N/A
    "2001:20::/28": True,
    "2001:30::/28": True,
    "2001:db8::/32": False,
    "2002::/16": False,  # N/A; an IPv4 address within, which is judged
    "2620:4f:8000::/48": True,
    "3fff::/20": False,
    "5f00::/16": False,
    "fc00::/7": False,
    "fe80::/10": False,
}
_BLOCKS = sorted(
    ((ip_network(block), is_reachable) for block, is_reachable in REGISTRY.items()),
    key=lambda each: -each[0].prefixlen,  # the narrowest block that holds an address decides
)
_IPV4_MULTICAST = ip_network("224.0.0.0/4")
_IPV6_UNICAST = ip_network("2000::/3")  # all that is given out of IPv6 so far
_NAT64 = ip_network("64:ff9b::/96")  # an IPv4 address in its last 32 bits


def is_public(address: str) -> bool:
    """Whether an IP address is of the public internet; the one within, of some of IPv6.

    Raises ValueError for what is no address.

    >>> is_public("192.0.2.1"), is_public("93.184.216.34"), is_public("::ffff:10.0.0.1")
    (False, True, False)
    >>> is_public("2606:2800:220:1::1"), is_public("fec0::1"), is_public("::7f00:1")
    (True, False, False)
    """
    ip = ip_address(address)
    if isinstance(ip, IPv6Address) and (inner := _inner(ip)) is not None:
        ip = inner
    for block, is_reachable in _BLOCKS:
        if ip in block:
            return is_reachable
    return ip in _IPV6_UNICAST if isinstance(ip, IPv6Address) else ip not in _IPV4_MULTICAST


def _inner(ip: IPv6Address) -> IPv4Address | None:
    if ip in _NAT64:
        return IPv4Address(int(ip) & 0xFFFF_FFFF)
    return ip.ipv4_mapped or ip.sixtofour


def age_told(today: date) -> str:
    """How old the table is, for people.

    >>> age_told(date(2026, 12, 24))
    'special addresses as of 2026-11-28'
    >>> age_told(date(2027, 12, 24))
    'special addresses as of 2026-11-28, over a year old: upgrade cinestats'
    """
    told = f"special addresses as of {COMPARED_ON}"
    is_old = (today - COMPARED_ON).days > 365
    return f"{told}, over a year old: upgrade cinestats" if is_old else told
