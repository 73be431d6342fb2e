"""What the figures need of the stores that keep them."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Literal, NamedTuple, Protocol

from cinestats.application.log.ports import Recorded
from cinestats.domain.affinity import Affinity, AffinityType
from cinestats.domain.global_trend import DayCount, FilmDay, GlobalTrend
from cinestats.domain.user_stats import UserStats


class Fenced(Exception):
    """Another projector moved the checkpoint, or a read model changed meanwhile: start over."""


class UserStatsDocument(NamedTuple):
    """A ``user_stats`` document; ``position`` is that of the last event that touched it."""

    user_id: str
    stats: UserStats
    updated_at: datetime
    position: int


class AffinityDocument(NamedTuple):
    """A ``user_affinities`` document."""

    user_id: str
    type: AffinityType
    name: str
    affinity: Affinity
    updated_at: datetime
    position: int


class Batch(NamedTuple):
    """Events of one partition that follow position ``base``, to be projected at ``now``."""

    partition: int
    base: int
    events: Sequence[Recorded]
    now: datetime


class UserDocuments(NamedTuple):
    """Everything the read models say of one user."""

    stats: UserStatsDocument
    affinities: Sequence[AffinityDocument]


class ReadModels(Protocol):
    """Where projections are written, with their checkpoint."""

    def checkpoint(self, partition: int) -> int:
        """The position up to which every read model is complete."""
        ...

    def apply(self, batch: Batch) -> None:
        """Count the batch in, exactly once, and move the checkpoint to its last event.

        Raises Fenced unless the checkpoint is ``batch.base``.
        """
        ...

    def put_user(self, partition: int, base: int, documents: UserDocuments) -> None:
        """Replace all documents of a user by recomputed ones.

        Raises Fenced unless the checkpoint is ``base``.
        """
        ...

    def forget_user(self, user_id: str) -> None:
        """Remove all documents of a user whose counts are down to 0."""
        ...


class Replacement(ReadModels, Protocol):
    """Read models in the making, invisible to readers until they are adopted."""

    def put_days(
        self, partition: int, position: int, days: Iterable[tuple[FilmDay, DayCount]]
    ) -> None:
        """Set the trend days of a partition and its checkpoint to ``position``."""
        ...

    def adopt(self) -> bool:
        """Take the place of the live read models, each document in one step.

        Returns False while a live checkpoint is ahead; what was replaced by then is right.
        """
        ...


class Rebuilding(Protocol):
    """Read models that can be replaced as a whole."""

    def replacement(self) -> Replacement:
        """New, empty read models; an unfinished earlier one is dropped."""
        ...


class Statistics(Protocol):
    """The read models, read."""

    def user_stats(self, user_id: str) -> UserStatsDocument | None:
        """The user's document, in constant time."""
        ...

    def affinities(
        self,
        user_id: str,
        type_: AffinityType,
        by: Literal["count", "rating"] = "count",
        limit: int | None = None,
    ) -> Sequence[AffinityDocument]:
        """Names with a positive count; the most plays, or the best mean rating, first.

        Ties are broken by name.
        """
        ...

    def film_days(self, since: date) -> Sequence[tuple[FilmDay, DayCount]]:
        """The trend days from ``since`` on, one item per partition, day and film."""
        ...


class TrendBoard(Protocol):
    """Where the current trends stand for everybody to read."""

    def put(self, trend: GlobalTrend, updated_at: datetime) -> None: ...

    def get(self) -> tuple[GlobalTrend, datetime] | None: ...
