"""Begin the log of a topic whose records were only counted until now."""

from cinestats.application.figures.ports import ReadModels
from cinestats.application.log.ports import EventLog
from cinestats.application.upkeep.ports import OpeningBalances
from cinestats.domain.errors import CinestatsError

from .ports import PartitionsDiffer, TopicClaims, TopicPositions


class LogIsOn(CinestatsError):
    """The records of a topic are taken into the log, and may not be counted beside it."""


def begin_log(
    topic: str,
    log: EventLog,
    models: ReadModels,
    positions: TopicPositions,
    opening: OpeningBalances,
    claims: TopicClaims,
) -> None:
    """Keep what was counted before as the opening balance, and take the topic in from there.

    Does nothing where nothing was counted, or where a log has what was. May be broken off
    anywhere and be repeated. Raises PartitionsDiffer where a log of another number of
    partitions is there already.
    """
    claim = claims.get(topic)
    if claim is None or claim.kind not in (None, "foreign"):
        return
    counted = [models.checkpoint(partition) for partition in range(claim.partitions)]
    if claim.kind is None and any(map(log.tail, range(log.partitions))):
        return  # what was counted is that log's, which will be relayed to the topic
    if claim.kind is None and any(each.kind for each in claims.others(topic).values()):
        return  # what was counted is another topic's
    if any(counted) or opening.begun():
        if log.partitions != claim.partitions:
            raise PartitionsDiffer(
                f"The topic {topic} has {claim.partitions} partitions and the log"
                f" {log.partitions}, so what was counted cannot be kept as its opening balance:"
                " set CINESTATS_FOREIGN_LOG=off to count on as before."
            )
        for partition, offset in enumerate(counted):
            positions.advance(topic, partition, offset)
        opening.record(claim.partitions)
    if claim.kind == "foreign":
        claims.put(topic, claim._replace(kind="taken_in"))


def refuse_without_log(topic: str, claims: TopicClaims) -> None:
    """Raise LogIsOn where the topic is taken into the log."""
    claim = claims.get(topic)
    if claim is not None and claim.kind == "taken_in":
        raise LogIsOn(
            f"The records of {topic} are in the log of this database: set"
            " CINESTATS_FOREIGN_LOG=on, or count them into a new CINESTATS_MONGO_DATABASE."
        )
