"""What the figures need of the stores that keep them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple, Protocol

from cinestats.application.log.ports import Recorded
from cinestats.domain.affinity import Affinity, AffinityType, RankBy
from cinestats.domain.global_trend import DayCount, FilmDay, GlobalTrend
from cinestats.domain.projections.projection import Projection
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


States = Mapping[Any, Any]
"""Of a projection: the state of each document by its key."""

NO_KEYS: Mapping[str, Sequence[Any]] = {}

Counts = Mapping[str, tuple[Any, ...]]
"""Of a projection: the counted parts of each state, by the document's label."""


class UserDocuments(NamedTuple):
    """Everything the read models say of one user: the states by the projection's name.

    ``position`` is that of the user's last event.
    """

    user_id: str
    states: Mapping[str, States]
    updated_at: datetime
    position: int


class Documents(Protocol):
    """Where projections are written, with their checkpoint."""

    def checkpoint(self, partition: int) -> int:
        """The position up to which every document is complete."""
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


class ReadModels(Documents, Protocol):
    """The documents that are read."""

    def forget_user(
        self, user_id: str, partition: int, shared: Mapping[str, Sequence[Any]] = NO_KEYS
    ) -> None:
        """Remove all documents of a user whose counts are down to 0.

        ``shared`` has, by the projection's name, the keys of the documents of the partition
        that count plays of all and counted some of the user's. One that is down to 0 loses
        every name; one that counts plays of others tells what these tell.
        """
        ...


class NewDocuments(Documents, Protocol):
    """Documents in the making, which nobody can read."""

    def put_shared(self, partition: int, position: int, states: Mapping[str, States]) -> None:
        """Set a partition's documents that count plays of all, by the projection's name.

        Its checkpoint moves to ``position``.
        """
        ...


class Replacement(NamedTuple):
    """New documents, empty at first, and how they take the place of the live ones.

    ``adopt`` replaces each document in one step. It returns False while a live checkpoint is
    ahead; what was replaced by then is right.
    """

    documents: NewDocuments
    adopt: Callable[[], bool]


class Statistics(Protocol):
    """The read models, read."""

    def user_stats(self, user_id: str) -> UserStatsDocument | None:
        """The user's document, in constant time."""
        ...

    def affinities(
        self, user_id: str, type_: AffinityType, by: RankBy = "count", limit: int | None = None
    ) -> Sequence[AffinityDocument]:
        """Names with a positive count; the most plays, or the best mean rating, first.

        Of equal means the one of more ratings comes first; otherwise ties are broken by name.
        """
        ...

    def film_days(self, since: date) -> Sequence[tuple[FilmDay, DayCount]]:
        """The trend days from ``since`` on, one item per partition, day and film."""
        ...

    def counts(self, projection: Projection[Any, Any], owner: str | int) -> Counts:
        """What a user's documents count, or those of a partition that count plays of all."""
        ...


class TrendBoard(Protocol):
    """Where the current trends stand for everybody to read."""

    def put(self, trend: GlobalTrend, updated_at: datetime) -> None: ...

    def get(self) -> tuple[GlobalTrend, datetime] | None: ...


class Models(ReadModels, Statistics, TrendBoard, Protocol):
    """The read models: written, read, and replaced as a whole."""

    def replacement(self) -> Replacement:
        """Begin a replacement; an unfinished earlier one is dropped."""
        ...
