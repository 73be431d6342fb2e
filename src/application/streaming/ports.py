"""What the way to a topic, and from it, needs of the world."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Literal, NamedTuple, Protocol

from cinestats.application.log.ports import Recorded
from cinestats.domain.errors import CinestatsError


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


class Published(NamedTuple):
    """A position that was published, and the log's running hash there."""

    position: int
    chain: bytes


class RelayPositions(Protocol):
    """How far a log has been published to one topic."""

    def get(self, partition: int) -> int:
        """The position up to which every event is acknowledged; 0 at first."""
        ...

    def advance(self, partition: int, position: int) -> None:
        """Move on to ``position``; never back, whoever else moves it at the same time."""
        ...

    def noted(self, partition: int) -> Published | None:
        """What was noted last of the log that is published."""
        ...

    def note(self, partition: int, published: Published) -> None:
        """Note which log it is, for a relay to see when it is another one by now."""
        ...


TopicKind = Literal["log", "foreign", "taken_in"]
"""What a topic holds: events of a log, or those of another application.

These are counted by their place in the topic, or taken into the log and counted from there.
"""
FOREIGN: Collection[TopicKind | None] = ("foreign", "taken_in")
"""The kinds of another application's topics."""


class Bounds(NamedTuple):
    """Which offsets a partition of a topic has: from ``first`` on, up to before ``end``."""

    first: int
    end: int


class Lost(NamedTuple):
    """Offsets of a partition that are not there any more, ``first`` and ``last`` included."""

    partition: int
    first: int
    last: int

    @property
    def records(self) -> int:
        """How many they are, at most: transactions and compaction leave gaps."""
        return self.last - self.first + 1

    def __str__(self) -> str:
        return f"{self.partition}:{self.first}-{self.last}"


class GivenUp(NamedTuple):
    """What an operator gave up, and when."""

    lost: Lost
    at: datetime


class TopicFacts(NamedTuple):
    """``topic_id`` changes when a topic is deleted and made again under its name.

    A topic is ``compacted`` if Kafka drops a key's records for later ones of the key. Whoever
    may not see how a topic is set up takes it for one that is not.
    """

    topic_id: str
    partitions: int
    compacted: bool = False


class TopicClaim(NamedTuple):
    """A topic as it was when its first record was counted; ``kind`` is None before that."""

    topic_id: str
    partitions: int
    kind: TopicKind | None


class TopicClaims(Protocol):
    """Which topics the read models were counted from."""

    def get(self, topic: str) -> TopicClaim | None: ...

    def others(self, topic: str) -> Mapping[str, TopicClaim]:
        """The claims of all other topics, by their names."""
        ...

    def put(self, topic: str, claim: TopicClaim) -> None:
        """Write the claim, in place of any earlier one."""
        ...

    def settle(self, topic: str, kind: TopicKind) -> TopicKind:
        """Say what a topic holds, if nobody has said it yet; returns what was said first."""
        ...


Way = Literal["placed", "loose"]
"""How a topic's events come in: by partition and offset, or without them."""


class TopicWays(Protocol):
    """Which way the events of each topic come in: always the one that was first."""

    def get(self, topic: str) -> Way | None:
        """The way that was said first; None while nobody has said one."""
        ...

    def settle(self, topic: str, way: Way) -> Way:
        """Say which way, if nobody has said it yet; returns what was said first."""
        ...


class TopicPositions(Protocol):
    """How far the topics of another application are taken in, or counted."""

    def get(self, topic: str, partition: int) -> int | None:
        """The first offset that is not taken in yet; None before the topic is claimed."""
        ...

    def advance(self, topic: str, partition: int, offset: int) -> None:
        """Move on to ``offset``; never back, whoever else moves it at the same time."""
        ...

    def give_up(self, topic: str, lost: Lost, at: datetime) -> None:
        """Move on behind records that are lost, and keep on record that they are.

        No effect where the position is not at the first of them.
        """
        ...

    def given_up(self, topic: str, partition: int) -> Sequence[GivenUp]:
        """What was given up of a partition, the oldest first."""
        ...
