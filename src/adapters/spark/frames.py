"""Frames of a user's own job: which kind each is, and how its rows come to the workers."""

import logging
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import partial

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from cinestats.domain.errors import InvalidInput

from .loose import process_loose, warn_of_repetition
from .parsed_events import as_records
from .streams import TopicStreams, count, job_of
from .worker import Job, process_partition

_RAW = ("partition", "offset", "key", "value")
_KINDS = ({"event_type", "user_id"}, {"user_id", "events"}, {"value"})
_logger = logging.getLogger("cinestats.spark_stats_processor")
_PLACE = frozenset(("partition", "offset"))


def has_places(frame: DataFrame) -> bool:
    """Whether its rows say where in the topic they lie. Raises InvalidInput for no events."""
    columns = set(frame.columns)
    if not any(columns >= kind for kind in _KINDS):
        raise InvalidInput(
            "columns",
            "must be Kafka's (key, value, partition, offset), those of parsed events"
            " (event_type, user_id, movie, timestamp), or user_id and events, not"
            f" {', '.join(frame.columns)}",
        )
    return columns >= _PLACE and "events" not in columns


def topic_of(frame: DataFrame) -> str | None:
    """The topic of the frame's first row; None where it has no row, or no such column."""
    first = frame.select("topic").first() if "topic" in frame.columns else None
    return None if first is None else str(first.topic)


def count_placed(frame: DataFrame, batch_id: int, streams: TopicStreams) -> None:
    """Count rows in at their places in the topic, exactly once, whatever runs again.

    Each partition of the topic goes to one task, in order, wherever its rows lie by now.
    """
    job = job_of(streams)
    if "topic" in frame.columns:
        one = F.concat(F.lit(f"A frame of topic {streams.topic} has records of "), "topic")
        only = F.assert_true(F.col("topic") == streams.topic, one)
        frame = frame.where(only.isNull())
    raw = set(_RAW) <= set(frame.columns) and "event_type" not in frame.columns
    if raw:
        columns = F.col("partition"), F.col("offset").cast("long")
        bytes_ = F.col("key").cast("binary"), F.col("value").cast("binary")
        frame = frame.select(*columns, *bytes_)
    placed = frame.repartitionById(job.partitions, F.col("partition").cast("int"))
    process = process_partition if raw else process_parsed
    rows = placed.sortWithinPartitions("offset")
    count(rows, partial(process, job=job), batch_id, streams)


def warn_of_gaps(frame: DataFrame, streams: TopicStreams) -> None:
    """Say which offsets the frame passes over, of those that are not counted yet.

    A job reads where its own stream says. Transactions leave gaps, too, so that nobody can
    tell whether records lay there.
    """
    stores = streams.stores
    claim = stores.topic_claims.get(streams.topic)
    if claim is not None and claim.kind == "log":
        return  # which has what is passed over
    firsts = frame.groupBy("partition").agg(F.min("offset").alias("first"))
    for partition, first in sorted(firsts.collect()):
        position = stores.topic_positions.get(streams.topic, partition)
        if position is not None and position < first:
            _logger.warning(
                "Offsets %d to %d of partition %d of %s are not counted, and the first batch"
                " begins behind them: if records lie there, have the stream begin at"
                " %d (startingOffsets) with a new checkpoint",
                *(position, first - 1, partition, streams.topic, position),
            )


def count_loose(frame: DataFrame, batch_id: int, job: Job, streams: TopicStreams) -> None:
    """Count rows in that do not say where they lay in a topic."""
    known_again = {"timestamp", "event_id", "events", "value"} & set(frame.columns)
    warn_of_repetition(known_again=bool(known_again))
    count(frame, partial(process_loose, job=job), batch_id, streams)


def process_parsed(batches: Iterable[pa.RecordBatch], job: Job) -> Iterator[pa.RecordBatch]:
    """Count parsed events of a partition in, as ``process_partition`` does its records."""
    return process_partition(as_records(batches, datetime.now(UTC)), job)
