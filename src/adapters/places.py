"""Where an event lies in a log, and how it is read from there: checked, then decoded."""

from cinestats.application.log.chain import Seal, digest_of
from cinestats.application.log.ports import DamagedLog, NewerEvent, Recorded
from cinestats.domain.events import Event

from .event_json import decode

_SHIFT = 40
POSITION = (1 << _SHIFT) - 1
"""The bits of the position; those above are the partition."""


def bounds(partition: int) -> tuple[int, int]:
    """The places that all those of a partition lie between."""
    return partition << _SHIFT, (partition + 1) << _SHIFT


def place_of(place: int) -> tuple[int, int]:
    """The partition and the position of a place."""
    return place >> _SHIFT, place & POSITION


def recorded(
    place: int, body: bytes | None, salt: bytes | None, digest: bytes | None
) -> Recorded:
    """The event that is kept at a place; an erased one has no body.

    Raises DamagedLog when the bytes are not those that were written.
    """
    partition, position = place_of(place)
    if body is None:
        return Recorded(partition, position, None)
    try:
        good = salt is not None and digest_of(salt, body) == digest
    except TypeError:  # damage may also change what type a store takes a value for
        good = False
    if not good:
        raise DamagedLog(partition, position, "its bytes do not fit its checksum")
    return Recorded(partition, position, decoded(place, body))


def seal_of(salt: object, digest: object, chain: object) -> Seal | None:
    """The seal that is kept at a place; None unless it is whole."""
    match salt, digest, chain:
        case (None | bytes(), bytes(), bytes()):
            return Seal(salt, digest, chain)
        case _:
            return None


def decoded(place: int, body: bytes) -> Event:
    """The event in a body; raises DamagedLog where there is none."""
    try:
        return decode(body)
    except NewerEvent:
        raise
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise DamagedLog(*place_of(place), "its bytes are no event") from error
