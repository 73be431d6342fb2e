"""Where an event lies in a log: its partition and its position in one number."""

from cinestats.application.log.ports import Recorded

from .event_json import decode

_SHIFT = 40
POSITION = (1 << _SHIFT) - 1
"""The bits of the position; those above are the partition."""


def bounds(partition: int) -> tuple[int, int]:
    """The places that all those of a partition lie between."""
    return partition << _SHIFT, (partition + 1) << _SHIFT


def recorded(place: int, body: bytes | str | None) -> Recorded:
    """The event that is kept at a place; an erased one has no body."""
    return Recorded(place >> _SHIFT, place & POSITION, None if body is None else decode(body))
