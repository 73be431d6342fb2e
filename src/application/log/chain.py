"""Checksums of events, and the hash that runs through a partition of the log.

An event's digest is a hash of its salt and of the bytes that are stored of it. Its link is a
hash of the link before, of its place, and of its digest. So whatever is changed, swapped, cut
out or exchanged breaks the chain. Erasing an event removes its bytes and its salt. The digest
stays, so the chain stays whole; without the salt the digest tells nothing of the event.
"""

from collections.abc import Iterable
from hashlib import sha256
from typing import NamedTuple

SALT_BYTES = 16
START = bytes(32)
"""The link before the first event of a partition."""


class Seal(NamedTuple):
    """What is stored beside an event; ``salt`` is None where the event was erased."""

    salt: bytes | None
    digest: bytes
    chain: bytes


def digest_of(salt: bytes, body: bytes) -> bytes:
    """The checksum of an event's stored bytes."""
    return sha256(salt + body).digest()


def link(previous: bytes, partition: int, position: int, digest: bytes) -> bytes:
    """The running hash at a position, from the one before it."""
    place = partition.to_bytes(4, "big") + position.to_bytes(8, "big")
    return sha256(previous + place + digest).digest()


def sealed(
    previous: bytes, partition: int, after: int, bodies: Iterable[bytes], salts: bytes
) -> list[Seal]:
    """The seals of events to be appended behind position ``after``.

    ``salts`` has ``SALT_BYTES`` random bytes for each of them.
    """
    seals: list[Seal] = []
    for number, body in enumerate(bodies):
        salt = salts[number * SALT_BYTES : (number + 1) * SALT_BYTES]
        digest = digest_of(salt, body)
        previous = link(previous, partition, after + 1 + number, digest)
        seals.append(Seal(salt, digest, previous))
    return seals
