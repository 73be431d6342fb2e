"""From where on a topic is counted that another program has counted before."""

from collections.abc import Mapping, Sequence

from cinestats.domain.errors import InvalidInput

from .ports import Bounds


def checked_offsets(given: Mapping[int, int], kept: Sequence[Bounds]) -> Sequence[int]:
    """The offset of each partition that the other program would have read next.

    ``kept`` has, for each partition of the topic, the offsets that it holds. Raises
    InvalidInput for a partition too many or too few, an offset that the topic does not reach,
    and one before the first that it still holds.
    """
    for partition in given:
        if partition not in range(len(kept)):
            raise InvalidInput(
                "offsets", f"name partition {partition}, but the topic has {len(kept)}, from 0"
            )
    offsets: list[int] = []
    for partition, held in enumerate(kept):
        if partition not in given:
            raise InvalidInput("offsets", f"must name partition {partition} too")
        offset = given[partition]
        if not 0 <= offset <= held.end:
            raise InvalidInput(
                "offsets",
                f"{partition}:{offset} is not in the topic, which ends at {held.end}",
            )
        if offset < held.first:
            raise InvalidInput(
                "offsets",
                f"{partition}:{offset} is lost: the topic holds {held.first} to {held.end}, so"
                f" {held.first - offset} records were counted by nobody; to go on without them,"
                f" give {partition}:{held.first}",
            )
        offsets.append(offset)
    return offsets
