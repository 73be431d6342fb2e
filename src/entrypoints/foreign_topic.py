"""Another application's topic: what of it is counted, what waits, and what it has lost."""

import logging
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from cinestats.adapters.kafka.topics import describe_topic, topic_bounds
from cinestats.adapters.spark.checkpoints import drop_where_they_differ
from cinestats.adapters.spark.metrics import Query, observe_given_up, offsets_of
from cinestats.application.stores import Stores
from cinestats.application.streaming.claim import begin_topic, refuse_other_topic
from cinestats.application.streaming.losses import give_up_losses, positions_of
from cinestats.application.streaming.ports import (
    FOREIGN,
    Lost,
    TopicClaim,
    TransportUnavailable,
)
from cinestats.domain.errors import InvalidInput

from .settings import Settings

_logger = logging.getLogger("cinestats.spark_driver")


def refuse_losses(
    settings: Settings,
    stores: Stores,
    checkpoints: Path,
    accepted: Sequence[Lost],
    *,
    at_end: bool,
) -> None:
    """See that the topic still has what is not counted of it, before anything is read.

    Notes where counting begins in a topic that is new, ``at_end`` or at its first record. Has
    Spark begin there where its checkpoints say something else. Raises RecordsLost for a loss
    that is not ``accepted``, and what else ``to_give_up`` raises.
    """
    topic, positions = settings.kafka_topic, stores.topic_positions
    claim = stores.topic_claims.get(topic)
    if claim is None or claim.kind == "log":
        if accepted:
            reason = "is of use only where no log has what a topic has lost"
            raise InvalidInput("--accept-loss", reason)
        return
    bounds = topic_bounds(settings, claim.partitions)
    counted = stores.models.checkpoint if _stands_at_offsets(topic, claim, stores) else None
    begin_topic(topic, bounds, positions, counted, at_end=at_end)
    for lost in give_up_losses(topic, bounds, positions, accepted, lambda: datetime.now(UTC)):
        extra = {"topic": topic, **lost._asdict()}
        _logger.warning("records given up", extra=extra)
    for partition in range(claim.partitions):
        given_up = (lost for lost, _ in positions.given_up(topic, partition))
        observe_given_up(partition, sum(lost.records for lost in given_up))
    reached = positions_of(topic, claim.partitions, positions)
    if drop_where_they_differ(checkpoints, topic, reached, bounds):
        _logger.info("checkpoints begin anew, where MongoDB is", extra={"topic": topic})


def refuse_change(settings: Settings, stores: Stores) -> None:
    """See that the topic is still the one that was claimed, while it is read.

    Spark goes by its name: in a topic that was made again it would go on at the old offsets.
    Raises what ``refuse_other_topic`` raises. Where Kafka does not answer, Spark waits for it.
    """
    topic = settings.kafka_topic
    claim = stores.topic_claims.get(topic)
    with suppress(TransportUnavailable):
        facts = describe_topic(settings)
        if claim is not None and facts is not None:
            refuse_other_topic(topic, facts, claim)


def _stands_at_offsets(topic: str, claim: TopicClaim, stores: Stores) -> bool:
    """Whether the positions of the figures are offsets of the topic.

    So they are where earlier versions counted it, or where an original's were adopted.
    """
    if claim.kind is not None:
        return claim.kind == "foreign"
    log, others = stores.log, stores.topic_claims.others(topic).values()
    if any(other.kind for other in others) or any(map(log.tail, range(log.partitions))):
        return False
    return any(map(stores.models.checkpoint, range(claim.partitions)))


class Reached:
    """Moves the positions of a topic on to where a stream's last batch ended.

    The workers do that for the records. What follows them may be none: a transaction ends with
    an offset that no record has, and would look like one that waits.
    """

    def __init__(self, topic: str, stores: Stores) -> None:
        self._topic = topic
        self._stores = stores
        self._ends: dict[str, int] = {}

    def look(self, query: Query) -> None:
        """Note where the last batch ended that is done, if that has moved."""
        progress = query.lastProgress
        if progress is None:
            return
        ends: dict[str, int] = {}
        for source in progress.sources:
            ends |= offsets_of(source.endOffset)
        if ends == self._ends:
            return
        claim = self._stores.topic_claims.get(self._topic)
        if claim is not None and claim.kind in FOREIGN:
            for partition, offset in ends.items():
                self._stores.topic_positions.advance(self._topic, int(partition), offset)
            self._ends = ends
