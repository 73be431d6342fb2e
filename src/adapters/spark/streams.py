"""The two streams of the driver: statistics of users, and the global trends."""

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.streaming.query import StreamingQuery

from cinestats.application.figures.trends import refresh_trends
from cinestats.application.stores import Stores
from cinestats.application.streaming.losses import positions_of
from cinestats.application.streaming.ports import TransportUnavailable
from cinestats.application.streaming.take_in import INTO_THE_LOG, ForeignRules

from .checkpoints import STATS_CHECKPOINT, TRENDS_CHECKPOINT
from .metrics import observe
from .settings import SparkSettings
from .worker import RESULT_SCHEMA, Job, process_partition, warm

WATERMARK = "1 hour"

ArrowFunction = Callable[[Iterator[Any]], Iterator[Any]]
"""What a worker does with batches of Arrow's; it yields rows of ``RESULT_SCHEMA``."""

_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class TopicStreams:
    """What the streams of one topic share.

    ``kafka`` has the options of Spark's Kafka source. ``stopped`` tells which partitions the
    statistics cannot go on with, and why; it is empty when their stream starts.
    """

    topic: str
    stores: Stores
    zone: ZoneInfo
    kafka: Mapping[str, str]
    settings: SparkSettings
    rules: ForeignRules = INTO_THE_LOG
    stopped: dict[int, str] = field(default_factory=dict)


def warm_workers(spark: SparkSession) -> None:
    """Start a Python worker for each core, so that the first batch need not wait for them."""
    cores = spark.sparkContext.defaultParallelism
    spark.range(0, cores, 1, cores).mapInArrow(warm, "id long").collect()


def read_topic(spark: SparkSession, streams: TopicStreams) -> DataFrame:
    """The topic as a stream; ``failOnDataLoss`` stays true, so that a loss is never silent."""
    return (
        spark.readStream.format("kafka")
        .options(**streams.kafka)
        .option("subscribe", streams.topic)
        # A task that comes back for more first has to see its last, empty fetch time out.
        .option("kafka.fetch.max.wait.ms", 50)
        .option("startingOffsets", _starting_offsets(streams))
        .option("kafka.isolation.level", "read_committed")
        .option("maxOffsetsPerTrigger", streams.settings.max_offsets_per_trigger)
        .load()
    )


def _starting_offsets(streams: TopicStreams) -> str:
    """Where a stream without a checkpoint begins.

    On another application's topic that is where MongoDB is: what lies before it is counted,
    and what lies behind it must not be left out, whatever became of the checkpoint.
    """
    claim = streams.stores.topic_claims.get(streams.topic)
    if claim is None or claim.kind == "log":
        return streams.settings.starting_offsets
    at = positions_of(streams.topic, claim.partitions, streams.stores.topic_positions)
    return json.dumps({streams.topic: {str(p): offset for p, offset in enumerate(at)}})


def start_user_stats_stream(
    stream: DataFrame, streams: TopicStreams, *, once: bool = False
) -> StreamingQuery:
    """Count the stream's records in, every few seconds, or with ``once`` all there are."""
    streams.stopped.clear()
    seconds = streams.settings.stats_trigger_seconds
    return _start(stream, process_batch, STATS_CHECKPOINT, streams, None if once else seconds)


def process_batch(batch_df: DataFrame, batch_id: int, streams: TopicStreams) -> None:
    """Have each partition of the batch counted in by one task, where its records are.

    No shuffle: the topic's partitioning keeps a user together. The batch's number means
    nothing here, since a new checkpoint starts again at 0: the fences tell what is counted.
    """
    records = batch_df.select("partition", "offset", "key", "value")
    count(records, partial(process_partition, job=job_of(streams)), batch_id, streams)


def job_of(streams: TopicStreams) -> Job:
    """What a worker has to know of the topic."""
    claim = streams.stores.topic_claims.get(streams.topic)
    if claim is None:
        raise TransportUnavailable(f"The topic {streams.topic} was not prepared.")
    about = streams.topic, claim.partitions, claim.kind, streams.stores, streams.zone
    return Job(*about, streams.rules)


def count(
    frame: DataFrame, process: ArrowFunction, batch_id: int, streams: TopicStreams
) -> None:
    """Have the frame's rows processed by the workers; log and note what they report."""
    _logger.info("batch begins", extra={"batch": batch_id})
    for row in frame.mapInArrow(process, RESULT_SCHEMA).collect():
        observe(row.asDict())
        level = logging.ERROR if row.stopped else logging.INFO
        message = "partition stopped" if row.stopped else "partition counted in"
        _logger.log(level, message, extra={"batch": batch_id, **row.asDict()})
        if row.stopped:
            streams.stopped[row.partition] = row.stopped
        else:
            streams.stopped.pop(row.partition, None)


def bootstrap_global_stats(streams: TopicStreams) -> None:
    """Recompute the trends from the days that are counted already."""
    models = streams.stores.models
    refresh_trends(models, lambda: datetime.now(UTC), streams.zone)


def start_global_trends_stream(
    spark: SparkSession,  # noqa: ARG001 - part of the signature that callers know
    parsed_stream: DataFrame,
    streams: TopicStreams,
    *,
    once: bool = False,
) -> StreamingQuery:
    """Renew the trends while events come in; ``parsed_stream`` has a column ``event_ts``.

    The watermark only tells how late events come: each lands in its own day, none is dropped.
    """
    watched = parsed_stream.withWatermark("event_ts", WATERMARK)
    seconds = None if once else streams.settings.trends_trigger_seconds
    return _start(watched, write_global_trends_to_mongo, TRENDS_CHECKPOINT, streams, seconds)


def write_global_trends_to_mongo(
    batch_df: DataFrame, batch_id: int, streams: TopicStreams
) -> None:
    """Recompute the trends from the daily counts. Log the age of the batch's events."""
    bounds = batch_df.agg(F.count("*"), F.min("event_ts"), F.max("event_ts")).first()
    bootstrap_global_stats(streams)
    events, oldest, newest = bounds or (0, None, None)
    ages = {"events": events, "oldest": str(oldest), "newest": str(newest)}
    _logger.info("trends renewed", extra={"batch": batch_id, **ages})


def parse_stream(stream: DataFrame) -> DataFrame:
    """The stream with each event's time as ``event_ts``; null where it has none."""
    text = F.col("value").cast("string")
    moment = F.try_to_timestamp(F.get_json_object(text, "$.timestamp"))
    return stream.select(moment.alias("event_ts"))


def _start(
    frame: DataFrame,
    function: Callable[[DataFrame, int, TopicStreams], None],
    name: str,
    streams: TopicStreams,
    seconds: float | None,
) -> StreamingQuery:
    """Hand each batch to the function, every so many seconds; with None until all is read."""
    writer = (
        frame.writeStream.foreachBatch(lambda batch, number: function(batch, number, streams))
        .queryName(name)
        .option("checkpointLocation", str(streams.settings.checkpoint_dir / name))
    )
    if seconds is None:
        return writer.trigger(availableNow=True).start()
    return writer.trigger(processingTime=f"{seconds} seconds").start()
