"""How much more a user's diary may hold, where the user has a quota."""

from collections.abc import Callable
from dataclasses import dataclass

from cinestats.application.ports import QuotaReached
from cinestats.domain.events import Event, MovieAdded, MovieDeleted


@dataclass(slots=True)
class Bound:
    """A number that may not rise above ``limit``, and is ``used`` now."""

    what: str
    limit: int
    used: int

    def take(self, more: int) -> None:
        """Count more as used; raises QuotaReached, and counts nothing, beyond the limit."""
        if self.used + more > self.limit:
            raise QuotaReached(self.what, self.limit)
        self.used += more


@dataclass(slots=True)
class Room:
    """What a diary may still take in; None is without a bound.

    ``storage`` is in bytes of the log, where ``size_of`` tells what an event takes.
    """

    entries: Bound | None = None
    storage: Bound | None = None
    size_of: Callable[[Event], int] | None = None

    def take(self, event: Event) -> None:
        """Count an event that is to be recorded; raises QuotaReached.

        A deletion always goes in, as it is the way out.
        """
        if isinstance(event, MovieDeleted) and not event.as_published:
            if self.entries is not None:
                self.entries.used -= 1
            return
        if self.storage is not None and self.size_of is not None:
            self.storage.take(self.size_of(event))
        adds = isinstance(event, MovieAdded) and not event.as_published
        if adds and self.entries is not None:
            self.entries.take(1)


RoomOf = Callable[[str], Room]
"""Tells the room of a user, as the stores have it now."""


def without_bound(_: str) -> Room:
    """The room of users who have no quota."""
    return Room()
