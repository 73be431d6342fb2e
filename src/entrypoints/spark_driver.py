"""The Spark driver: two streams, until it is told to stop.

    spark-submit --py-files cinestats.whl spark_driver.py

is the same as ``cinestats consume``: what runs is configured by the environment alone.
"""

import logging
import re
import signal
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress

from py4j.protocol import Py4JJavaError  # type: ignore[import-untyped]  # it has no types
from pyspark.errors import PySparkException, StreamingQueryException
from pyspark.sql import SparkSession
from pyspark.sql.streaming.query import StreamingQuery

from cinestats.adapters.spark.metrics import TopicLag
from cinestats.adapters.spark.session import create_spark_session
from cinestats.adapters.spark.settings import SparkSettings
from cinestats.adapters.spark.streams import (
    bootstrap_global_stats,
    parse_stream,
    prepare,
    read_topic,
    start_afresh,
    start_global_trends_stream,
    start_user_stats_stream,
    stopped_partitions,
    warm_workers,
)
from cinestats.application.ports import StoreBusy, StoreFull, StoreUnavailable
from cinestats.application.streaming.ports import TransportUnavailable
from cinestats.domain.errors import CinestatsError

from .logs import log_as_json

_POLL_SECONDS = 0.5
_TOPIC_SECONDS = 60.0
_STOP_SECONDS = 60.0

_logger = logging.getLogger("cinestats.spark_driver")


class StreamFailed(CinestatsError):
    """A streaming query has died; the message says of what."""


def main(*, once: bool = False, fresh: bool = False) -> None:
    """Count the topic in until SIGTERM or SIGINT, which let the batch in hand be finished.

    With ``once`` count in what there is and return. With ``fresh`` read the topic from its
    beginning; what was counted is not counted again. Raises StreamFailed when a query dies,
    for a supervisor to start the process again.
    """
    log_as_json()
    settings = SparkSettings()
    if fresh:
        start_afresh(settings)
    _prepare(settings, patient=not once)
    bootstrap_global_stats()
    spark = create_spark_session(settings)
    try:
        with _told(settings):
            warm_workers(spark)
        if once:
            drain(spark)
        else:
            _run(spark, settings)
    finally:
        spark.stop()


def drain(spark: SparkSession) -> None:
    """Count in all that the topic holds, then renew the trends.

    Raises StreamFailed, also when a partition could not be counted while the others were.
    """
    settings = SparkSettings()
    with _told(settings):
        stream = read_topic(spark, settings)
        start_user_stats_stream(stream, once=True).awaitTermination()
        start_global_trends_stream(spark, parse_stream(stream), once=True).awaitTermination()
    for reason in stopped_partitions.values():
        raise StreamFailed(
            f"{reason} Once that is done, cinestats consume --fresh counts it in; all other"
            " partitions are counted."
        )


def _run(spark: SparkSession, settings: SparkSettings) -> None:
    stopping = False

    def stop(*_: object) -> None:
        nonlocal stopping
        stopping = True

    previous = {s: signal.signal(s, stop) for s in (signal.SIGTERM, signal.SIGINT)}
    queries: list[StreamingQuery] = []
    lag = TopicLag()
    renewed = time.monotonic()
    try:
        with _told(settings):
            stream = read_topic(spark, settings)
            queries.append(start_user_stats_stream(stream))
            queries.append(start_global_trends_stream(spark, parse_stream(stream)))
        while not stopping:
            time.sleep(_POLL_SECONDS)
            for query in queries:
                if not query.isActive:
                    with _told(settings):
                        query.awaitTermination()  # raises what it has died of
                    raise StreamFailed(f"The stream {query.name} was stopped by somebody else.")
                lag.look(query)
            # The window rolls on also while nobody adds anything.
            if time.monotonic() - renewed > settings.trends_trigger_seconds:
                with _told(settings):
                    bootstrap_global_stats()
                renewed = time.monotonic()
    finally:
        for query in queries:
            _finish(query)
        for number, handler in previous.items():
            signal.signal(number, handler)


def _prepare(settings: SparkSettings, *, patient: bool) -> None:
    """Check the topic; wait a while for one that is not there yet, or for Kafka."""
    deadline = time.monotonic() + (_TOPIC_SECONDS if patient else 0.0)
    while True:
        try:
            prepare(settings)
            return
        except TransportUnavailable as error:
            if time.monotonic() >= deadline:
                raise
            _logger.warning("waiting: %s", error)
            time.sleep(_POLL_SECONDS * 4)


def _finish(query: StreamingQuery) -> None:
    """Let the batch in hand come to its end, then stop the query.

    While there is more to count the next batch begins at once, and is broken off.
    """
    deadline = time.monotonic() + _STOP_SECONDS
    with suppress(StreamingQueryException):  # it has told its reason already
        in_hand = _batches_done(query)
        while query.isActive and query.status["isTriggerActive"]:
            if _batches_done(query) != in_hand or time.monotonic() > deadline:
                break
            time.sleep(_POLL_SECONDS / 5)
        query.stop()


def _batches_done(query: StreamingQuery) -> int | None:
    """The number of the last batch that was committed."""
    progress = query.lastProgress
    return None if progress is None else progress.batchId


@contextmanager
def _told(settings: SparkSettings) -> Generator[None]:
    """Raise what goes wrong as StreamFailed: the reason, and what helps where it is known."""
    try:
        yield
    except (StoreBusy, StoreFull, StoreUnavailable) as error:
        raise StreamFailed(f"The trends were not renewed: {error}") from error
    except (PySparkException, Py4JJavaError) as error:
        message, _, trace = str(error).partition("JVM stacktrace:")
        advice = ""
        if any(sign in message for sign in _LOST_OFFSETS):
            advice = (
                " What the topic has lost is read from the log: cinestats consume --fresh"
                " starts from the beginning, and nothing is counted twice."
            )
        elif any(sign in trace or sign in message for sign in _READING_CHECKPOINT):
            advice = (
                f" The checkpoint in {settings.checkpoint_dir} cannot be read: cinestats"
                " consume --fresh starts a new one, and nothing is counted twice."
            )
        raise StreamFailed(f"The stream has ended: {_reason(message)}.{advice}") from error


def _reason(message: str) -> str:
    """The one line of Spark's message that says what has happened."""
    ours = _OUR_ERROR.findall(message)
    if ours:
        return str(ours[-1]).strip().rstrip(".")
    line = _BEFORE_REASON.split(message, maxsplit=1)[-1].strip().partition("\n")[0]
    return line.partition(" SQLSTATE:")[0].rstrip(".")[:500]


_OUR_ERROR = re.compile(r"^\s*(?:\w+Error: )?cinestats\.[\w.]+: (.+)$", re.MULTILINE)
_BEFORE_REASON = re.compile(r"terminated with exception: |^: ", re.MULTILINE)
_LOST_OFFSETS = ("data may have been lost", "OffsetOutOfRange", "KAFKA_DATA_LOSS", "aged out")
_READING_CHECKPOINT = (
    "HDFSMetadataLog.getExistingBatch",
    "MicroBatchExecution.initializeExecution",
    "StreamMetadata$.read",
)


if __name__ == "__main__":
    try:
        main(once="--once" in sys.argv[1:], fresh="--fresh" in sys.argv[1:])
    except CinestatsError as failure:
        print(failure, file=sys.stderr)
        sys.exit(1)
