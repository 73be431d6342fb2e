"""Check a log from its first event to its last, and compare it with a hash noted before."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from cinestats.application.diary.ports import DiaryStore
from cinestats.application.log.chain import START, digest_of, link
from cinestats.application.log.ports import CheckedLog, DamagedLog, Log, Stored
from cinestats.application.ports import StoreBusy, StoreDamaged
from cinestats.domain.errors import CinestatsError
from cinestats.domain.partition import partition_of

from .recount import plays_at

_PAGE = 1000
_ATTEMPTS = 100


class Head(NamedTuple):
    """The end of a partition: the hash there stands for every event up to it."""

    partition: int
    position: int
    chain: str


class DiaryDiffers(StoreDamaged):
    """The diary's store holds something else than the log says."""


class AnotherHistory(CinestatsError):
    """The log is not the one of which a head was noted, or its end is missing."""


def check_events(log: CheckedLog) -> int:
    """Check every event of every partition; returns how many positions there are.

    Raises DamagedLog at the first that is not what was appended.
    """
    return sum(_check(log, partition) for partition in range(log.partitions))


def check_diary(log: Log, diaries: DiaryStore) -> int:
    """Compare every entry with the log; returns how many there are.

    Raises DiaryDiffers, and StoreBusy when a diary keeps changing.
    """
    return sum(_check_diary(log, diaries, user_id) for user_id in log.users())


def heads_of(log: CheckedLog) -> list[Head]:
    """The end of each partition that has events."""
    tails = [(p, log.tail(p)) for p in range(log.partitions)]
    return [Head(p, tail, _chain_at(log, p, tail).hex()) for p, tail in tails if tail]


def compare_heads(log: CheckedLog, noted: Iterable[Head]) -> int:
    """Check the log, and that it has every head that was noted; returns how many there are.

    Raises DamagedLog and AnotherHistory.
    """
    check_events(log)
    number = 0
    for partition, position, chain in noted:
        number += 1
        if partition >= log.partitions or log.tail(partition) < position:
            raise AnotherHistory(
                f"The log has no position {position} in partition {partition}, which was noted:"
                " its end is missing, or it is an older copy; put the newer one back."
            )
        if _chain_at(log, partition, position).hex() != chain:
            raise AnotherHistory(
                f"Up to position {position} of partition {partition} the log is another one"
                " than the one that was noted; put the right one back."
            )
    return number


def _chain_at(log: CheckedLog, partition: int, position: int) -> bytes:
    chain = log.chain_at(partition, position)
    if chain is None:
        raise DamagedLog(partition, position, "its checksum is missing")
    return chain


def _check_diary(log: Log, diaries: DiaryStore, user_id: str) -> int:
    partition = partition_of(user_id, log.partitions)
    for _ in range(_ATTEMPTS):
        position = diaries.position(partition)
        kept = {entry.entry_id: entry for entry in diaries.entries(user_id)}
        right = {e.entry_id: e for e in plays_at(log.of_user(user_id), position).entries}
        if kept == right:
            return len(kept)
        if diaries.position(partition) == position:
            raise DiaryDiffers(f"The diary of {user_id} is not what the log says.")
    raise StoreBusy(f"The diary of {user_id} keeps changing; try again.")


def _check(log: CheckedLog, partition: int) -> int:
    position, chain = 0, START
    for position, stored in enumerate(_all(log, partition), 1):
        if (found := _fault(stored, partition, position, chain, log.partitions)) is not None:
            raise DamagedLog(partition, position, found)
        assert stored.seal is not None
        chain = stored.seal.chain
    if log.chain_at(partition, position + 1) is not None:
        raise DamagedLog(partition, position + 1, "it is missing")
    return position


def _all(log: CheckedLog, partition: int) -> Iterator[Stored]:
    position = 0
    while page := log.stored(partition, position, _PAGE):
        yield from page
        position = page[-1].recorded.position


def _fault(
    stored: Stored, partition: int, position: int, chain: bytes, partitions: int
) -> str | None:
    """What is wrong with an event, as a clause; None when it is what was appended."""
    (_, found, event), user_id, event_id, body, seal = stored
    if found != position:
        return "it is missing"
    if seal is None:
        return "its checksum is missing"
    if link(chain, partition, position, seal.digest) != seal.chain:
        return "it is not the event that was appended there"
    if event is None or body is None:
        whole = all(each is None for each in (body, user_id, event_id, seal.salt))
        return None if whole else "only a part of it is erased"
    if seal.salt is None or digest_of(seal.salt, body) != seal.digest:
        return "its bytes do not fit its checksum"
    names = event.user_id, event.event_id
    if names != (user_id, event_id):
        return "it is filed under another name"
    if partition_of(event.user_id, partitions) != partition:
        return "it belongs to another partition"
    return None
