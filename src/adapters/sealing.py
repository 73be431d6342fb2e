"""Seals for events that were stored before there were checksums."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from cinestats.application.log.chain import START, Seal, digest_of, link
from cinestats.application.log.ports import DamagedLog

from .places import decoded, place_of


class Unsealed(NamedTuple):
    """An event of an earlier form, with a random ``salt``; an erased one has no body.

    ``event_id`` is None where the store has none beside the body; ``digest`` is there where an
    earlier attempt has come so far.
    """

    place: int
    user_id: str | None
    event_id: str | None
    body: bytes | None
    salt: bytes
    digest: bytes | None = None


def seals_of(events: Iterable[Unsealed]) -> Iterator[tuple[int, Seal]]:
    """The seal of each event, by its place; all of a log, in order.

    Raises DamagedLog where one cannot be read, is missing or is filed under another name.
    """
    at, chain = (0, 0), START
    for place, user_id, event_id, body, salt, digest in events:
        partition, position = place_of(place)
        if partition != at[0]:
            at, chain = (partition, 0), START
        if position != at[1] + 1:
            raise DamagedLog(partition, at[1] + 1, "it is missing")
        if body is not None:
            event = decoded(place, body)
            names = event.user_id, event_id and event.event_id
            if names != (user_id, event_id):
                raise DamagedLog(partition, position, "it is filed under another name")
        # Of an erased event nothing is known: its digest is that of its random salt.
        digest = digest or digest_of(salt, body or b"")
        chain = link(chain, partition, position, digest)
        at = partition, position
        yield place, Seal(None if body is None else salt, digest, chain)
