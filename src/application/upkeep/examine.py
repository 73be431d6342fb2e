"""Examine the parts of a system, for `cinestats doctor`.

A check that needs another one is left out when that one fails: one finding for one cause, and
no second wait for the same server.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from cinestats.application.log.ports import EventHistory, EventLog
from cinestats.application.ports import StoreDamaged
from cinestats.domain.errors import CinestatsError


class Check(NamedTuple):
    """``look`` returns what it saw, or raises the CinestatsError that says what is wrong.

    ``advice`` says what to do then, and ``cure`` where the store is damaged: only then is
    there nothing good to lose. ``needs`` names the checks that must have passed before.
    """

    name: str
    look: Callable[[], str]
    advice: str = ""
    needs: tuple[str, ...] = ()
    cure: str = ""


class Finding(NamedTuple):
    """The result of a check; ``advice`` is None when all is well."""

    name: str
    ok: bool
    detail: str
    advice: str | None = None


def examine(checks: Iterable[Check]) -> Iterator[Finding]:
    """Run the checks in order."""
    passed: set[str] = set()
    for check in checks:
        if not passed.issuperset(check.needs):
            continue
        try:
            finding = Finding(check.name, True, check.look())
        except CinestatsError as error:
            damaged = isinstance(error, StoreDamaged)
            advice = check.cure if damaged and check.cure else check.advice
            finding = Finding(check.name, False, str(error), advice)
        else:
            passed.add(check.name)
        yield finding


def counted(number: int, noun: str, many: str | None = None) -> str:
    """
    >>> counted(1, "event"), counted(1200, "event"), counted(2, "entry", "entries")
    ('1 event', '1,200 events', '2 entries')
    """
    return f"{number:,} {noun if number == 1 else many or noun + 's'}"


def size_of(log: EventLog) -> int:
    """The number of events in the log, erased ones included."""
    return sum(log.tail(partition) for partition in range(log.partitions))


def contents_of(log: EventLog, history: EventHistory) -> str:
    """How many events and users a log has."""
    return f"{counted(size_of(log), 'event')} of {counted(len(history.users()), 'user')}"


_FOR_THE_NEXT_USE = "behind the log, for the next use to take in"


def lag_of(
    log: EventLog, position: Callable[[int], int], waiting: str = _FOR_THE_NEXT_USE
) -> str:
    """How many events lie behind ``position`` of their partition, and for what they wait."""
    lag = sum(max(log.tail(p) - position(p), 0) for p in range(log.partitions))
    return f"{counted(lag, 'event')} {waiting}" if lag else "up to date"
