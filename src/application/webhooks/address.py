"""Which addresses webhooks may have."""

from urllib.parse import urlsplit

from cinestats.domain.errors import InvalidInput

from .public_address import is_public

MAX_URL_LENGTH = 2000


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


def _is_private_address(host: str) -> bool:
    try:
        return not is_public(host)
    except ValueError:
        return False  # it is a name
