"""Which addresses are public: each row of IANA's registries, and what lies beside it."""

from datetime import date, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest

from cinestats.application.webhooks.public_address import (
    COMPARED_ON,
    REGISTRY,
    age_told,
    is_public,
)

JUDGED_BY_WHAT_IS_WITHIN = {"::ffff:0:0/96", "64:ff9b::/96", "2002::/16"}


@pytest.mark.parametrize("block", sorted(set(REGISTRY) - JUDGED_BY_WHAT_IS_WITHIN))
def test_every_row_of_the_registries_decides(block: str) -> None:
    """The first and the last address of a block, unless a narrower row has them."""
    network = ip_network(block)
    for address in (network[0], network[-1]):
        rows = [row for row in map(ip_network, REGISTRY) if address in row]
        narrowest = max(rows, key=lambda row: row.prefixlen)
        assert is_public(str(address)) is REGISTRY[str(narrowest)]


# The address below each block and the one above it, where nothing but the block makes a
# difference.
@pytest.mark.parametrize(
    ("neighbour", "expected"),
    [
        ("1.0.0.0", True),
        ("9.255.255.255", True),
        ("11.0.0.0", True),
        ("100.63.255.255", True),
        ("100.128.0.0", True),
        ("126.255.255.255", True),
        ("128.0.0.0", True),
        ("169.253.255.255", True),
        ("169.255.0.0", True),
        ("172.15.255.255", True),
        ("172.32.0.0", True),
        ("191.255.255.255", True),
        ("192.0.0.7", False),
        ("192.0.0.11", False),
        ("192.0.0.192", False),
        ("192.0.1.0", True),
        ("192.0.1.255", True),
        ("192.0.3.0", True),
        ("192.31.195.255", True),
        ("192.88.98.255", True),
        ("192.88.100.0", True),
        ("192.167.255.255", True),
        ("192.169.0.0", True),
        ("198.17.255.255", True),
        ("198.20.0.0", True),
        ("198.51.99.255", True),
        ("198.51.101.0", True),
        ("203.0.112.255", True),
        ("203.0.114.0", True),
        ("223.255.255.255", True),
        ("224.0.0.1", False),
        ("239.255.255.255", False),
        ("::2", False),
        ("100::1:0:0:0:0", False),
        ("1fff:ffff::1", False),
        ("2000::1", True),
        ("2001:1::4", False),
        ("2001:1ff:ffff::1", False),
        ("2001:200::1", True),
        ("2001:db7:ffff::1", True),
        ("2001:db9::1", True),
        ("2001:ffff::1", True),
        ("2003::1", True),
        ("2620:4f:7fff::1", True),
        ("3ffe:ffff::1", True),
        ("3fff:fff:ffff::1", False),
        ("3fff:1000::1", True),
        ("4000::1", False),
        ("5f00::1", False),
        ("fec0::1", False),
        ("ff02::1", False),
    ],
)
def test_neighbours_of_the_rows(neighbour: str, expected: bool) -> None:
    """A block ends where it ends; multicast is no host, and of IPv6 little is given out."""
    assert is_public(neighbour) is expected


@pytest.mark.parametrize(
    "inner", ["8.8.8.8", "10.0.0.1", "127.0.0.1", "192.0.0.192", "224.0.0.1"]
)
def test_an_address_within_another_is_judged(inner: str) -> None:
    """Mapped, translated (NAT64) or tunnelled (6to4), it leads to the same place."""
    number = int(IPv4Address(inner))
    expected = is_public(inner)
    assert is_public(f"::ffff:{inner}") is expected
    assert is_public(str(IPv6Address(int(IPv6Address("64:ff9b::")) + number))) is expected
    assert is_public(str(IPv6Address((0x2002 << 112) + (number << 80) + 1))) is expected


@pytest.mark.parametrize("inner", ["8.8.8.8", "10.0.0.1"])
def test_teredo_is_never_public(inner: str) -> None:
    """It tunnels to an address that it hides: whoever has none of IPv6 otherwise needs it."""
    hidden = int(IPv4Address(inner)) ^ 0xFFFF_FFFF
    assert not is_public(str(IPv6Address((0x2001_0000 << 96) + hidden)))


def test_what_is_no_address_is_an_error() -> None:
    """A name is not judged here."""
    with pytest.raises(ValueError, match="localhost"):
        is_public("localhost")
    assert ip_address("8.8.8.8")


def test_the_age_of_the_table_is_told_after_a_year() -> None:
    """With the way out."""
    a_year_on = COMPARED_ON + timedelta(days=365)
    assert age_told(a_year_on).endswith(str(COMPARED_ON))
    assert age_told(a_year_on + timedelta(days=1)).endswith(
        "over a year old: upgrade cinestats"
    )
    assert date(2026, 11, 28) <= COMPARED_ON
