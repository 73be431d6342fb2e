"""Which addresses webhooks may have."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from cinestats.domain.errors import InvalidInput

MAX_URL_LENGTH = 2000
_IPV6_UNICAST = ip_network("2000::/3")  # all that is given out of IPv6 so far
_NAT64 = ip_network("64:ff9b::/96")  # an IPv4 address in its last 32 bits


def checked_url(url: str, private_addresses: bool) -> str:
    """``url`` if a webhook may have it; raises InvalidInput.

    What a name leads to is only known when it is sent to; an address is judged at once.

    >>> checked_url("https://films.example/hook?key=1", private_addresses=False)
    'https://films.example/hook?key=1'
    """
    if len(url) > MAX_URL_LENGTH:
        raise InvalidInput("url", f"must not be longer than {MAX_URL_LENGTH:,} characters")
    if not (url.isascii() and url.isprintable()) or any(c in ' "<>\\^`{|}' for c in url):
        raise InvalidInput("url", "must be ASCII, with every other character percent-encoded")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise InvalidInput("url", "is not an address") from error
    if parts.scheme not in ("http", "https") or not host or port == 0:
        raise InvalidInput("url", "must begin with http:// or https:// and a host")
    if "@" in parts.netloc:
        raise InvalidInput("url", "must not hold a user name or password")
    if "#" in url:
        raise InvalidInput("url", "must not hold a fragment")
    if not private_addresses and (host == "localhost" or _is_private_address(host)):
        raise InvalidInput("url", "must lead to a public address")
    return url


def is_public(address: str) -> bool:
    """Whether an IP address is of the public internet, also inside an IPv6 address.

    >>> is_public("192.0.2.1"), is_public("93.184.216.34"), is_public("::ffff:10.0.0.1")
    (False, True, False)
    >>> is_public("2606:2800:220:1::1"), is_public("fec0::1"), is_public("::7f00:1")
    (True, False, False)
    """
    ip = ip_address(address)
    if isinstance(ip, IPv6Address) and (inner := _inner(ip)) is not None:
        ip = inner
    if isinstance(ip, IPv6Address) and ip not in _IPV6_UNICAST:
        return False
    return ip.is_global and not ip.is_multicast


def _inner(ip: IPv6Address) -> IPv4Address | None:
    if ip in _NAT64:
        return IPv4Address(int(ip) & 0xFFFF_FFFF)
    return ip.ipv4_mapped or ip.sixtofour


def _is_private_address(host: str) -> bool:
    try:
        return not is_public(host)
    except ValueError:
        return False  # it is a name
