"""The Spark driver: two streams, until it is told to stop.

    spark-submit --py-files cinestats.whl spark_driver.py

is the same as ``cinestats consume``: what runs is configured by the environment alone.
"""

import logging
import signal
import sys
import time
from contextlib import suppress

from pyspark.errors import StreamingQueryException
from pyspark.sql import SparkSession
from pyspark.sql.streaming.query import StreamingQuery

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
)
from cinestats.application.ports import TransportUnavailable
from cinestats.domain.errors import CinestatsError
from cinestats.entrypoints.logs import log_as_json

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
        if once:
            drain(spark)
        else:
            _run(spark, settings)
    finally:
        spark.stop()


def drain(spark: SparkSession) -> None:
    """Count in all that the topic holds, then renew the trends. Raises StreamFailed."""
    settings = SparkSettings()
    stream = read_topic(spark, settings)
    _await(start_user_stats_stream(stream, once=True), settings)
    trends = start_global_trends_stream(spark, parse_stream(stream), once=True)
    _await(trends, settings)


def _await(query: StreamingQuery, settings: SparkSettings) -> None:
    try:
        query.awaitTermination()
    except StreamingQueryException as error:
        raise _failed(query, error, settings) from error


def _run(spark: SparkSession, settings: SparkSettings) -> None:
    stopping = False

    def stop(*_: object) -> None:
        nonlocal stopping
        stopping = True

    previous = {s: signal.signal(s, stop) for s in (signal.SIGTERM, signal.SIGINT)}
    stream = read_topic(spark, settings)
    queries = [
        start_user_stats_stream(stream),
        start_global_trends_stream(spark, parse_stream(stream)),
    ]
    renewed = time.monotonic()
    try:
        while not stopping:
            time.sleep(_POLL_SECONDS)
            for query in queries:
                if not query.isActive:
                    raise _failed(query, query.exception(), settings)
            # The window rolls on also while nobody adds anything.
            if time.monotonic() - renewed > settings.trends_trigger_seconds:
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
    """Let the batch in hand come to its end, then stop the query."""
    deadline = time.monotonic() + _STOP_SECONDS
    with suppress(StreamingQueryException):  # it has told its reason already
        while query.isActive and query.status["isTriggerActive"]:
            if time.monotonic() > deadline:
                break
            time.sleep(_POLL_SECONDS / 5)
        query.stop()


def _failed(
    query: StreamingQuery, error: StreamingQueryException | None, settings: SparkSettings
) -> StreamFailed:
    """The reason in one line, with what helps where that is known."""
    text = str(error)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    reason = next((line for line in lines if "SparkException" not in line), "no reason given")
    advice = ""
    if any(sign in text for sign in _LOST_OFFSETS):
        advice = (
            " What the topic has lost is read from the log: cinestats consume --fresh starts"
            " from the beginning, and nothing is counted twice."
        )
    elif any(sign in text for sign in _BAD_CHECKPOINT):
        advice = (
            f" The checkpoint in {settings.checkpoint_dir} cannot be read: cinestats consume"
            " --fresh starts a new one, and nothing is counted twice."
        )
    return StreamFailed(f"The stream {query.name} has ended: {reason[:500]}.{advice}")


_LOST_OFFSETS = ("data may have been lost", "OffsetOutOfRange", "KAFKA_DATA_LOSS", "aged out")
_BAD_CHECKPOINT = ("offsets/", "commits/", "Malformed", "metadata", "CHECKPOINT", "log file")


if __name__ == "__main__":
    try:
        main(once="--once" in sys.argv[1:], fresh="--fresh" in sys.argv[1:])
    except CinestatsError as failure:
        print(failure, file=sys.stderr)
        sys.exit(1)
