"""Records of another application's topic that are gone before they were counted.

Nobody else has them. So the consumer stops, and goes on where an operator has said which
offsets are given up.
"""

import re
from collections.abc import Mapping, Sequence

from cinestats.application.ports import Clock
from cinestats.domain.errors import CinestatsError, InvalidInput

from .ports import Bounds, Lost, TopicPositions

_LOST = re.compile(r"(\d{1,6}):(\d{1,18})-(\d{1,18})", re.ASCII)


class RecordsLost(CinestatsError):
    """The topic has lost records that were not counted; the message says which."""


class TopicShorter(CinestatsError):
    """The topic ends before what was counted of it."""


def parse_lost(text: str) -> Lost:
    """What ``--accept-loss`` says; raises InvalidInput.

    >>> parse_lost("0:100-250")
    Lost(partition=0, first=100, last=250)
    """
    said = _LOST.fullmatch(text.strip())
    if said is None or int(said[2]) > int(said[3]):
        reason = "must be PARTITION:FIRST-LAST, such as 0:100-250"
        raise InvalidInput("--accept-loss", f"{reason}, not {text[:40]!r}")
    return Lost(*map(int, said.groups()))


def lost_records(positions: Sequence[int], bounds: Sequence[Bounds]) -> Sequence[Lost]:
    """What each partition of a topic has lost between what was counted and its first offset.

    >>> lost_records([100, 7], [Bounds(251, 300), Bounds(0, 9)])
    [Lost(partition=0, first=100, last=250)]
    """
    return [
        Lost(partition, position, first - 1)
        for partition, (position, (first, _)) in enumerate(zip(positions, bounds, strict=True))
        if position < first
    ]


def to_give_up(
    topic: str,
    positions: Sequence[int],
    bounds: Sequence[Bounds],
    accepted: Sequence[Lost],
    given_up: Mapping[int, Sequence[Lost]],
) -> Sequence[Lost]:
    """What to give up of a topic before counting goes on: all that it has lost.

    ``accepted`` is what an operator has said; of that, ``given_up`` was given up before.
    Raises TopicShorter, RecordsLost for a loss that nobody has accepted, and InvalidInput for
    one that was accepted and is none.
    """
    for partition, (position, (_, end)) in enumerate(zip(positions, bounds, strict=True)):
        if position > end:
            raise TopicShorter(
                f"Partition {partition} of the topic {topic} ends at offset {end}, but was"
                f" counted up to {position}: it was emptied or put back, and new records would"
                " be taken for those that were counted. Publish to a topic of another name, and"
                " set CINESTATS_KAFKA_TOPIC to it; where records are only counted, set"
                " CINESTATS_MONGO_DATABASE to a new name, too."
            )
    lost = lost_records(positions, bounds)
    if missing := [each for each in lost if each not in accepted]:
        raise RecordsLost(_sentence(topic, missing))
    for each in accepted:
        if each not in lost and each not in given_up.get(each.partition, ()):
            raise InvalidInput(
                "--accept-loss", f"{each} is no loss: the topic {topic} has lost nothing there"
            )
    return lost


def give_up_losses(
    topic: str,
    bounds: Sequence[Bounds],
    positions: TopicPositions,
    accepted: Sequence[Lost],
    clock: Clock,
) -> Sequence[Lost]:
    """Give up what an operator has accepted, and return it; raises as ``to_give_up`` does."""
    reached = positions_of(topic, len(bounds), positions)
    given_up = {
        partition: [lost for lost, _ in positions.given_up(topic, partition)]
        for partition in {each.partition for each in accepted}
    }
    lost = to_give_up(topic, reached, bounds, accepted, given_up)
    for each in lost:
        positions.give_up(topic, each, clock())
    return lost


def positions_of(topic: str, partitions: int, positions: TopicPositions) -> Sequence[int]:
    """The first offset of each partition that is not counted yet."""
    return [positions.get(topic, partition) or 0 for partition in range(partitions)]


def lag_of_topic(positions: Sequence[int], bounds: Sequence[Bounds]) -> Sequence[int]:
    """How many records of each partition wait to be counted, at most.

    >>> lag_of_topic([100, 7, 12], [Bounds(251, 300), Bounds(0, 9), Bounds(0, 10)])
    [49, 2, 0]
    """
    return [
        max(end - max(position, first), 0)
        for position, (first, end) in zip(positions, bounds, strict=True)
    ]


def _sentence(topic: str, lost: Sequence[Lost]) -> str:
    what = ", ".join(
        f"offsets {each.first} to {each.last} of partition {each.partition}" for each in lost
    )
    number = sum(each.records for each in lost)
    options = " ".join(f"--accept-loss {each}" for each in lost)
    return (
        f"The topic {topic} has lost {number:,} record{'s' * (number > 1)} before they were"
        f" counted ({what}), and no log has them. Publish them again and give the old ones up,"
        f" or only give them up: cinestats consume {options}."
    )
