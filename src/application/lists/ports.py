"""What lists need of their store."""

from collections.abc import Sequence
from typing import Protocol

from cinestats.domain.lists import ListEvent


class ListLog(Protocol):
    """What happened to each user's lists: append-only, a log of its own for each user.

    It is not the log of the diary, whose positions the topic and the figures follow.
    """

    def of_user(self, user_id: str) -> Sequence[ListEvent]:
        """All events of a user, in order."""
        ...

    def append(self, user_id: str, after: int, events: Sequence[ListEvent]) -> bool:
        """Store the user's events behind the first ``after`` ones; on return they are durable.

        False where the user has another number of events: read them and decide anew. A crash
        may leave the first of ``events`` without the others.
        """
        ...

    def users(self) -> Sequence[str]:
        """Every user with an event, sorted."""
        ...

    def remove_all(self, user_id: str) -> int:
        """Erase a user's events; returns how many."""
        ...
