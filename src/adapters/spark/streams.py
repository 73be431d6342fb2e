"""The two streams of the driver: statistics of users, and the global trends."""

import logging
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from zoneinfo import ZoneInfo

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.streaming.query import StreamingQuery

from cinestats.adapters.kafka.topics import describe_topic
from cinestats.adapters.mongo.catalogue import MongoCatalogue
from cinestats.adapters.mongo.database import MongoDatabase
from cinestats.adapters.mongo.dead_letters import MongoDeadLetters
from cinestats.adapters.mongo.event_log import MongoEventLog
from cinestats.adapters.mongo.read_models import MongoReadModels
from cinestats.adapters.mongo.topic_claims import MongoTopicClaims, TopicClaim
from cinestats.application.figures.project import Projector
from cinestats.application.figures.trends import refresh_trends
from cinestats.application.streaming.ports import PartitionsDiffer, TransportUnavailable
from cinestats.domain.errors import CinestatsError

from .kafka_options import kafka_options
from .metrics import observe
from .settings import SparkSettings
from .worker import RESULT_SCHEMA, Job, process_partition, warm

STATS_CHECKPOINT = "user-stats"
TRENDS_CHECKPOINT = "global-trends"
WATERMARK = "1 hour"

_logger = logging.getLogger(__name__)

stopped_partitions: dict[int, str] = {}
"""Partitions that the statistics stream cannot go on with, and why; empty when it starts."""


class TopicMadeAnew(CinestatsError):
    """The topic is not the one that was counted so far, in spite of its name."""


def prepare(settings: SparkSettings) -> TopicClaim:
    """Check the topic against what was counted so far, and make MongoDB's indexes.

    Raises TransportUnavailable without the topic, PartitionsDiffer when the number of its
    partitions has changed, TopicMadeAnew when it was deleted and made again.
    """
    facts = describe_topic(settings)
    topic = settings.kafka_topic
    if facts is None:
        raise TransportUnavailable(f"Kafka has no topic {topic}; the relay creates it.")
    database = _database(settings)
    claims = MongoTopicClaims(database)
    claim = claims.get(topic)
    if claim is None:
        claim = TopicClaim(str(facts.topic_id), facts.partitions, None)
        claims.put(topic, claim)
    if claim.partitions != facts.partitions:
        raise PartitionsDiffer(
            f"The topic {topic} has {facts.partitions} partitions, but {claim.partitions} were"
            " counted so far: a user's events may now lie in two of them. Export the events,"
            " import them into a new log with that number of partitions and relay it to a new"
            " topic."
        )
    if claim.topic_id != str(facts.topic_id):
        raise TopicMadeAnew(
            f"The topic {topic} was deleted and made again since it was counted last; cinestats"
            " consume --fresh reads it from its beginning, and what it lacks from the log."
        )
    MongoReadModels(database, ZoneInfo(settings.timezone)).create_indexes()
    MongoDeadLetters(database).create_indexes()
    MongoCatalogue(database).create_indexes()
    return claim


def warm_workers(spark: SparkSession) -> None:
    """Have a Python worker started for each core, so that the first batch need not wait."""
    cores = spark.sparkContext.defaultParallelism
    spark.range(0, cores, 1, cores).mapInArrow(warm, "id long").collect()


def start_afresh(settings: SparkSettings) -> None:
    """Forget how far the topic was read, not what was counted: the fences keep that.

    Where a log is behind the topic it is counted first, for what the topic may have lost at
    its end has nothing behind it that would show the gap.

    Raises TopicMadeAnew for another application's topic that was made again: its offsets
    start over, and nothing can tell its new events from old ones.
    """
    facts = describe_topic(settings)
    database = _database(settings)
    claims = MongoTopicClaims(database)
    claim = claims.get(settings.kafka_topic)
    if facts is not None and claim is not None and claim.topic_id != str(facts.topic_id):
        if claim.kind == "foreign":
            raise TopicMadeAnew(
                f"The topic {settings.kafka_topic} was deleted and made again, and no log is"
                " behind it: take a new CINESTATS_MONGO_DATABASE to count it anew."
            )
        claims.put(settings.kafka_topic, claim._replace(topic_id=str(facts.topic_id)))
    if claim is not None and claim.kind == "log":
        models = MongoReadModels(database, ZoneInfo(settings.timezone))
        log = MongoEventLog(database, claim.partitions)
        Projector(log, models, lambda: datetime.now(UTC)).catch_up()
    for name in (STATS_CHECKPOINT, TRENDS_CHECKPOINT):
        shutil.rmtree(settings.checkpoint_dir / name, ignore_errors=True)


def read_topic(spark: SparkSession, settings: SparkSettings) -> DataFrame:
    """The topic as a stream; ``failOnDataLoss`` stays true, so that a loss is never silent."""
    return (
        spark.readStream.format("kafka")
        .options(**kafka_options(settings))
        .option("subscribe", settings.kafka_topic)
        # A task that comes back for more first has to see its last, empty fetch time out.
        .option("kafka.fetch.max.wait.ms", 50)
        .option("startingOffsets", settings.starting_offsets)
        .option("maxOffsetsPerTrigger", settings.max_offsets_per_trigger)
        .load()
    )


def start_user_stats_stream(stream: DataFrame, *, once: bool = False) -> StreamingQuery:
    """Count the stream's records in, every few seconds, or with ``once`` all there are."""
    settings = SparkSettings()
    seconds = settings.stats_trigger_seconds
    stopped_partitions.clear()
    return _start(stream, process_batch, STATS_CHECKPOINT, seconds, once)


def process_batch(batch_df: DataFrame, batch_id: int) -> None:
    """Have each partition of the batch counted in by one task, where its records are.

    No shuffle: the topic's partitioning keeps a user together. The batch's number means
    nothing here, since a new checkpoint starts again at 0: the fences tell what is counted.
    """
    settings = SparkSettings()
    _logger.info("batch begins", extra={"batch": batch_id})
    job = _job(settings)
    rows = (
        batch_df.select("partition", "offset", "key", "value")
        .mapInArrow(partial(process_partition, job=job), RESULT_SCHEMA)
        .collect()
    )
    for row in rows:
        observe(row)
        level = logging.ERROR if row.stopped else logging.INFO
        message = "partition stopped" if row.stopped else "partition counted in"
        _logger.log(level, message, extra={"batch": batch_id, **row.asDict()})
        if row.stopped:
            stopped_partitions[row.partition] = row.stopped
        else:
            stopped_partitions.pop(row.partition, None)


def bootstrap_global_stats() -> None:
    """Work out the trends from the days that are counted already."""
    settings = SparkSettings()
    zone = ZoneInfo(settings.timezone)
    models = MongoReadModels(_database(settings), zone)
    refresh_trends(models, models, lambda: datetime.now(UTC), zone)


def start_global_trends_stream(
    spark: SparkSession,  # noqa: ARG001 - part of the signature that callers know
    parsed_stream: DataFrame,
    *,
    once: bool = False,
) -> StreamingQuery:
    """Renew the trends while events come in; ``parsed_stream`` has a column ``event_ts``.

    The watermark only tells how late events come: each lands in its own day, none is dropped.
    """
    settings = SparkSettings()
    watched = parsed_stream.withWatermark("event_ts", WATERMARK)
    seconds = settings.trends_trigger_seconds
    return _start(watched, write_global_trends_to_mongo, TRENDS_CHECKPOINT, seconds, once)


def write_global_trends_to_mongo(batch_df: DataFrame, batch_id: int) -> None:
    """Work out the trends anew from the days, and tell how old the batch's events are."""
    bounds = batch_df.agg(F.count("*"), F.min("event_ts"), F.max("event_ts")).first()
    bootstrap_global_stats()
    events, oldest, newest = bounds or (0, None, None)
    _logger.info(
        "trends renewed",
        extra={
            "batch": batch_id,
            "events": events,
            "oldest": str(oldest),
            "newest": str(newest),
        },
    )


def parse_stream(stream: DataFrame) -> DataFrame:
    """The stream with each event's time as ``event_ts``; null where it has none."""
    text = F.col("value").cast("string")
    moment = F.try_to_timestamp(F.get_json_object(text, "$.timestamp"))
    return stream.select(moment.alias("event_ts"))


def _start(
    frame: DataFrame,
    function: Callable[[DataFrame, int], None],
    name: str,
    seconds: float,
    once: bool,
) -> StreamingQuery:
    settings = SparkSettings()
    writer = (
        frame.writeStream.foreachBatch(function)
        .queryName(name)
        .option("checkpointLocation", str(settings.checkpoint_dir / name))
    )
    if once:
        return writer.trigger(availableNow=True).start()
    return writer.trigger(processingTime=f"{seconds} seconds").start()


def _job(settings: SparkSettings) -> Job:
    claim = MongoTopicClaims(_database(settings)).get(settings.kafka_topic)
    if claim is None:
        raise TransportUnavailable(f"The topic {settings.kafka_topic} was not prepared.")
    return Job(
        settings.kafka_topic,
        claim.partitions,
        claim.kind,
        settings.mongo_uri,
        settings.mongo_database,
        settings.timezone,
        datetime.now(UTC),
    )


def _database(settings: SparkSettings) -> MongoDatabase:
    return MongoDatabase(settings.mongo_uri, settings.mongo_database)
