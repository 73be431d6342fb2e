"""Keep a user's lists as their sources tell them, and take back what an import did."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from cinestats.application.ports import Clock, NewId, StoreBusy
from cinestats.domain.errors import CinestatsError
from cinestats.domain.lists import (
    Change,
    FilmListed,
    FilmUnlisted,
    ListEvent,
    Listing,
    ListKey,
    Lists,
    compare,
    evolve,
    undone,
)

from .ports import ListLog

_ATTEMPTS = 20


class ListNotFound(CinestatsError):
    """The user has no such list."""


@dataclass(frozen=True, slots=True)
class ListKeeper:
    """What the use cases of lists work with."""

    log: ListLog
    clock: Clock
    new_id: NewId

    def lists(self, user_id: str) -> Lists:
        """All that is on the user's lists."""
        return evolve({}, self.log.of_user(user_id))

    def compare(
        self, user_id: str, told: Sequence[Listing], whole: Collection[ListKey]
    ) -> Sequence[Change]:
        """What ``take_in`` would change."""
        return compare(self.lists(user_id), told, whole)

    def take_in(
        self, user_id: str, told: Sequence[Listing], whole: Collection[ListKey], cause: str
    ) -> Sequence[Change]:
        """Make the lists as they are told; what a ``whole`` one lacks leaves it.

        Returns what changed: nothing when they are told so again.
        """
        return self._record(
            user_id, cause, lambda history: compare(evolve({}, history), told, whole)
        )

    def take_back(self, user_id: str, cause: str, undo: str) -> int | None:
        """Take back what ``cause`` did and nothing changed since, with the cause ``undo``.

        Returns how many places are as they were; None where it did nothing to a list ever.
        """
        if undone(self.log.of_user(user_id), cause) is None:
            return None
        return len(self._record(user_id, undo, lambda history: undone(history, cause) or []))

    def _record(
        self,
        user_id: str,
        cause: str,
        decide: Callable[[Sequence[ListEvent]], Sequence[Change]],
    ) -> Sequence[Change]:
        for _ in range(_ATTEMPTS):
            history = self.log.of_user(user_id)
            changes = decide(history)
            events = [self._event(user_id, each, cause) for each in changes]
            if not events or self.log.append(user_id, len(history), events):
                return changes
        raise StoreBusy(f"Others keep changing the lists of {user_id}; try again.")

    def _event(self, user_id: str, change: Change, cause: str) -> ListEvent:
        event_id, now = self.new_id(), self.clock()
        if change.after is not None:
            return FilmListed(event_id, user_id, now, change.after, cause)
        assert change.before is not None  # else nothing changes
        return FilmUnlisted(event_id, user_id, now, change.before, cause)
