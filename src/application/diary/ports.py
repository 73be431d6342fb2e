"""What the diary needs of its store."""

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple, Protocol

from cinestats.application.log.ports import Recorded
from cinestats.domain.entry import Entry


class DiaryStore(Protocol):
    """The present entries of every user, kept in step with the log by position."""

    def position(self, partition: int) -> int:
        """The last position of the partition that is applied."""
        ...

    def apply(self, partition: int, base: int, events: Sequence[Recorded]) -> None:
        """Apply the events that follow ``base``, all or none in effect.

        Does nothing when the store's position is no longer ``base``: somebody else did it.
        """
        ...

    def entries(self, user_id: str) -> Sequence[Entry]:
        """All entries of a user, in the order they were added."""
        ...

    def lookup(self, user_id: str, keys: Iterable["EntryKey"]) -> Sequence[Entry]:
        """The user's entries that any of ``keys`` names, each once."""
        ...


class DiarySize(Protocol):
    """How large diaries are."""

    def count(self, user_id: str) -> int:
        """How many entries a user has now."""
        ...


class Diaries(DiaryStore, DiarySize, Protocol):
    """The present entries, and how many they are."""


class EntryKey(NamedTuple):
    """Names entries by their id, their film, or their title in ``normalize_title``'s form."""

    kind: Literal["entry_id", "film_key", "title_key"]
    value: str
