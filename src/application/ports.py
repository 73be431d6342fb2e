"""What the application needs from the world. Every adapter passes tests/contracts/."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, NamedTuple, Protocol

from cinestats.domain.affinity import Affinity, AffinityType
from cinestats.domain.entry import Entry
from cinestats.domain.errors import CinestatsError
from cinestats.domain.events import Event
from cinestats.domain.global_trend import DayCount, FilmDay, GlobalTrend
from cinestats.domain.movie import Movie
from cinestats.domain.user_stats import UserStats


class PositionTaken(Exception):
    """Another writer appended first: read the log again and decide anew."""


class Fenced(Exception):
    """Another projector moved the checkpoint, or a read model changed meanwhile: start over."""


class StoreBusy(CinestatsError):
    """The store stayed locked for longer than the bounded wait; try again later."""


class StoreFull(CinestatsError):
    """There is no room for another write; reads go on."""


class StoreUnavailable(CinestatsError):
    """The store cannot be opened or read; the message says why."""


# ── The log ──────────────────────────────────────────────────────────────────────────────


class Recorded(NamedTuple):
    """An event at its place in the log; ``event`` is None where it has been erased."""

    partition: int
    position: int
    event: Event | None


class EventLog(Protocol):
    """A partitioned, append-only log; positions in a partition are 1, 2, 3 … without a gap."""

    @property
    def partitions(self) -> int:
        """How many partitions there are; fixed when the log is created."""
        ...

    def tail(self, partition: int) -> int:
        """The last position in use; 0 when the partition is empty."""
        ...

    def append(self, partition: int, after: int, events: Sequence[Event]) -> None:
        """Store the events at ``after + 1`` …, all or none; on return they are durable.

        Raises PositionTaken unless ``after`` is the tail, and when a user's ``event_id``
        is in the log already.
        """
        ...

    def read(self, partition: int, after: int, limit: int) -> Sequence[Recorded]:
        """Up to ``limit`` events behind position ``after``, in order."""
        ...


class EventHistory(Protocol):
    """The log seen by user and by event."""

    def of_user(self, user_id: str) -> Iterator[Recorded]:
        """All events of a user in order, without the erased."""
        ...

    def users(self) -> Sequence[str]:
        """Every user with an event that is not erased, sorted."""
        ...

    def find(self, user_id: str, event_id: str) -> Recorded | None:
        """The user's event with that id."""
        ...

    def erase(self, user_id: str, through: int) -> int:
        """Blank the user's events up to a position; their positions stay. Returns how many."""
        ...


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


class EntryKey(NamedTuple):
    """Names entries by their id, their film, or their title in ``normalize_title``'s form."""

    kind: Literal["entry_id", "film_key", "title_key"]
    value: str


# ── The catalogue ────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class FilmQuery:
    """What is known of a film. Identifiers, where given, decide; then title and year."""

    title: str
    year: int | None = None
    imdb_id: str | None = None
    tmdb_id: int | None = None


@dataclass(frozen=True, slots=True)
class CatalogueFilm:
    """A film as a catalogue lists it; ``movie.title`` is the title that answers show."""

    movie: Movie
    original_title: str | None = None
    italian_title: str | None = None
    alternative_titles: tuple[str, ...] = ()
    imdb_id: str | None = None
    tmdb_id: int | None = None

    @property
    def titles(self) -> frozenset[str]:
        """Every title of the film."""
        others = filter(None, (self.original_title, self.italian_title))
        return frozenset((self.movie.title, *others, *self.alternative_titles))


@dataclass(frozen=True, slots=True)
class Found:
    """The one film that answers the query; ``near`` when its title was only nearly right."""

    movie: Movie
    near: bool = False
    imdb_id: str | None = None
    tmdb_id: int | None = None


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """More than one film answers the query, and nothing says which is meant."""

    candidates: tuple[Movie, ...]


class Catalogue(Protocol):
    """Finds films by any of their titles."""

    def find(self, query: FilmQuery) -> Found | Ambiguous | None:
        """The film, the candidates when several fit, or None."""
        ...

    def search(self, text: str, limit: int) -> Sequence[CatalogueFilm]:
        """The films that somebody who is typing a title may mean, best first."""
        ...

    def load(self, films: Iterable[CatalogueFilm]) -> int:
        """Replace the content by ``films``, all or none. Returns how many there are now."""
        ...

    def size(self) -> int:
        """How many films there are."""
        ...


# ── The read models ──────────────────────────────────────────────────────────────────────


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


class Clock(Protocol):
    """Tells the present moment."""

    def __call__(self) -> datetime: ...


class NewId(Protocol):
    """Makes an id that sorts by time and was never given before."""

    def __call__(self) -> str: ...


class IdFrom(Protocol):
    """Makes an id that is the same whenever the parts are."""

    def __call__(self, *parts: str) -> str: ...


# ── The way out ──────────────────────────────────────────────────────────────────────────


class TransportUnavailable(CinestatsError):
    """The events could not be handed on; the message says why. Trying again may help."""


class PartitionsDiffer(CinestatsError):
    """The topic has another number of partitions than the log; the message says what to do."""


class EventPublisher(Protocol):
    """Hands the log on to whoever consumes it elsewhere. At least once, and in order."""

    def ensure_topic(self, partitions: int) -> None:
        """Create the topic where it is missing.

        Raises PartitionsDiffer when it has another number of partitions, and
        TransportUnavailable.
        """
        ...

    def publish(self, partition: int, events: Sequence[Recorded]) -> int:
        """Publish a run of the log, in order, to the same partition of the topic.

        Returns the last position up to which everything is acknowledged; what lies behind it
        counts as unsent. Raises TransportUnavailable when not even the first event is.

        An erased event leaves no record, and so a hole in the positions of the topic. A
        consumer that finds a hole reads the events from the log anyway; a record that only
        says "nothing here" would be one more kind for everybody who reads the topic.
        """
        ...


class RelayPositions(Protocol):
    """How far a log has been published to one topic."""

    def get(self, partition: int) -> int:
        """The position up to which every event is acknowledged; 0 at first."""
        ...

    def advance(self, partition: int, position: int) -> None:
        """Move on to ``position``; never back, whoever else moves it at the same time."""
        ...
