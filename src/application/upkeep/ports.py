"""What looking after the figures needs of the world."""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from cinestats.application.figures.ports import States


class OpeningBalance(Protocol):
    """What the read models counted before there was a log; empty where there always was."""

    def users(self) -> Sequence[str]:
        """Whose plays it counts, sorted."""
        ...

    def states(self, owner: str | int) -> Mapping[str, States]:
        """A user's, or those of a partition that count plays of all, by projection."""
        ...

    def forget(self, user_id: str) -> bool:
        """Drop what it counts of a user; False where there was nothing."""
        ...


class OpeningBalances(OpeningBalance, Protocol):
    """The opening balance, recorded once."""

    def begun(self) -> bool:
        """Whether recording it has begun, or has been done."""
        ...

    def record(self, partitions: int) -> None:
        """Keep what the read models count, and let them count from position 1 of the log.

        May be broken off anywhere and be repeated, and be done by two at once; once it is
        done, nothing is recorded any more.
        """
        ...


class TakingIn(Protocol):
    """Which records of topics may be in the log, though no position tells so yet."""

    def begin(self, topic: str, partition: int, end: int) -> None:
        """Note that records before the offset ``end`` are about to be appended."""
        ...

    def under_way(self) -> Collection[str]:
        """The topics of which a position has not come to the end of what was begun."""
        ...
