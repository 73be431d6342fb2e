"""The Spark driver: two streams, until it is told to stop.

    spark-submit --packages … --archives … spark_driver.py

is the same as ``cinestats consume``: what runs is configured by the environment alone, and
docs/distributed.md has the whole line. As a program it has no siblings to import from.
"""

import logging
import math
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Self
from zoneinfo import ZoneInfo

from py4j.protocol import Py4JJavaError  # type: ignore[import-untyped]  # it has no types
from pyspark.errors import PySparkException, StreamingQueryException
from pyspark.sql import SparkSession
from pyspark.sql.streaming.query import StreamingQuery

from cinestats.adapters.kafka.client import missing_right
from cinestats.adapters.kafka.java_options import java_options
from cinestats.adapters.kafka.topics import describe_topic
from cinestats.adapters.mongo.stores import MongoStores
from cinestats.adapters.spark import streams
from cinestats.adapters.spark.checkpoints import drop_checkpoints
from cinestats.adapters.spark.failures import (
    advice_on_setup,
    cannot_read_checkpoint,
    lost_offsets,
    not_authorized,
    reason_of,
)
from cinestats.adapters.spark.metrics import REGISTRY, TopicLag, observe_stop
from cinestats.adapters.spark.session import create_spark_session
from cinestats.adapters.spark.settings import SparkSettings
from cinestats.application.figures.project import Projector
from cinestats.application.ports import StoreBusy, StoreFull, StoreUnavailable
from cinestats.application.streaming.claim import claim_again, claim_topic
from cinestats.application.streaming.losses import parse_lost
from cinestats.application.streaming.opening import begin_log, refuse_without_log
from cinestats.application.streaming.ports import Lost, TopicFacts, TransportUnavailable
from cinestats.application.streaming.published import count_published
from cinestats.application.streaming.take_in import ForeignRules
from cinestats.application.streaming.ways import settle_placed
from cinestats.domain.errors import CinestatsError
from cinestats.entrypoints.foreign_topic import Reached, refuse_change, refuse_losses
from cinestats.entrypoints.logs import log_as_json
from cinestats.entrypoints.metrics_port import metrics_shown
from cinestats.entrypoints.settings import Settings, read_environment
from cinestats.entrypoints.signals import stop_requested

_POLL_SECONDS = 0.5
_TOPIC_SECONDS = 60.0
_STOP_SECONDS = 60.0
_LOOK_SECONDS = 10.0

_logger = logging.getLogger("cinestats.spark_driver")


class StreamFailed(CinestatsError):
    """A streaming query has died; the message says of what."""


def main(
    *,
    once: bool = False,
    fresh: bool = False,
    accepted: Sequence[Lost] = (),
    bootstrap: Callable[[streams.TopicStreams], None] = streams.bootstrap_global_stats,
) -> None:
    """Count the topic in until SIGTERM or SIGINT, which let the batch in hand be finished.

    With ``once`` count in what there is and return. With ``fresh`` read the topic from its
    beginning; what was counted is not counted again. ``accepted`` are losses of another
    application's topic that are given up; ``bootstrap`` is what the trends begin with. Raises
    StreamFailed when a query dies, for a supervisor to start the process again.
    """
    log_as_json()
    driver = Driver.from_environment()
    with metrics_shown(driver.settings, REGISTRY):
        if fresh:
            driver.start_afresh()
        driver.prepare(0 if once else _TOPIC_SECONDS, accepted)
        bootstrap(driver.streams)
        with driver.reported():
            spark = create_spark_session(driver.streams.settings)
        try:
            with driver.reported():
                streams.warm_workers(spark)
            if once:
                driver.drain(spark)
            else:
                driver.run(spark)
        finally:
            spark.stop()


class Driver:
    """Counts one topic into MongoDB."""

    def __init__(self, settings: Settings, spark: SparkSettings) -> None:
        self.settings = settings
        zone, topic = ZoneInfo(settings.timezone), settings.kafka_topic
        database = settings.mongo_uri, settings.mongo_database
        # Events are completed only by films that somebody has loaded.
        self._stores = MongoStores(*database, topic, zone, settings.partitions, set_up=False)
        rules = ForeignRules(settings.foreign_log == "on", settings.foreign_unknown == "park")
        self.streams = streams.TopicStreams(
            topic, self._stores, zone, java_options(settings), spark, rules
        )

    @classmethod
    def from_environment(cls) -> Self:
        """The driver of this process; raises InvalidInput that names a wrong variable."""
        return cls(read_environment(Settings), read_environment(SparkSettings))

    def prepare(self, patience: float = 0, accepted: Sequence[Lost] = ()) -> None:
        """Claim the topic, see what it has lost, and make MongoDB's indexes.

        Waits up to ``patience`` seconds for Kafka, or for a topic that is not there yet.
        Raises what ``claim_topic``, ``settle_placed`` and ``give_up_losses`` raise.
        """
        deadline = time.monotonic() + patience
        while True:
            try:
                facts = describe_topic(self.settings)
                claim_topic(self.streams.topic, facts, self._stores.topic_claims)
                if facts is not None:
                    self._make_log_like(facts)
                break
            except TransportUnavailable as error:
                if time.monotonic() >= deadline:
                    raise
                _logger.warning("waiting: %s", error)
                time.sleep(_POLL_SECONDS * 4)
        settle_placed(self.streams.topic, self._stores.topic_ways)
        self._begin_log()
        spark = self.streams.settings
        refuse_losses(
            self.settings,
            self._stores,
            spark.checkpoint_dir,
            accepted,
            at_end=spark.starting_offsets == "latest",
        )
        # A log says what was counted: only behind other topics the catalogue is asked.
        self._stores.prepare(with_catalogue=not self._has_log())

    def _make_log_like(self, topic: TopicFacts) -> None:
        """Let a log that is made now have as many partitions as the topic."""
        self._stores = replace(self._stores, partitions=topic.partitions)
        self.streams = replace(self.streams, stores=self._stores)

    def _begin_log(self) -> None:
        """See that another application's topic is counted as the settings say."""
        stores = self._stores
        if not self.streams.rules.log:
            refuse_without_log(self.streams.topic, stores.topic_claims)
            return
        balance = stores.opening, stores.topic_claims
        begin_log(
            self.streams.topic, stores.log, stores.models, stores.topic_positions, *balance
        )

    def start_afresh(self) -> None:
        """Forget how far the topic was read, not what was counted: the fences keep that.

        Where a log is behind the topic it is counted first, for what the topic may have lost
        at its end has nothing behind it that would show the gap. Raises TopicMadeAnew.
        """
        stores, facts = self._stores, describe_topic(self.settings)
        whose = stores.topic_claims, stores.topic_positions
        claim = claim_again(self.streams.topic, facts, *whose)
        if claim is not None and claim.kind in ("log", "taken_in"):
            self._projector().catch_up()
        drop_checkpoints(self.streams.settings.checkpoint_dir)

    def drain(self, spark: SparkSession) -> None:
        """Count in all that the topic holds, then renew the trends.

        Raises StreamFailed, also when a partition could not be counted while the others were.
        """
        with self.reported():
            queries = self._queries(spark, once=True)
            statistics = next(queries)
            statistics.awaitTermination()
            Reached(self.streams.topic, self._stores).look(statistics)
            self._complete()
            next(queries).awaitTermination()
        for reason in self.streams.stopped.values():
            raise StreamFailed(
                f"{reason.rstrip('.')}. Once that is done, cinestats consume --fresh counts it"
                " in; all other partitions are counted."
            )

    def run(self, spark: SparkSession) -> None:
        """Count in what comes, until SIGTERM or SIGINT."""
        lag, reached = TopicLag(), Reached(self.streams.topic, self._stores)
        looked, renewed, completed = time.monotonic(), time.monotonic(), -math.inf
        seconds = self.streams.settings.trends_trigger_seconds
        with stop_requested() as stop, ExitStack() as started:
            queries: list[StreamingQuery] = []
            with self.reported():
                for query in self._queries(spark):
                    started.callback(_finish, query)
                    queries.append(query)
            while not stop.is_set():
                time.sleep(_POLL_SECONDS)
                for query in queries:
                    self._check(query)
                    lag.look(query)
                with self.reported():
                    reached.look(queries[0])
                if time.monotonic() - looked > _LOOK_SECONDS:
                    with self.reported():
                        refuse_change(self.settings, self._stores)
                    looked = time.monotonic()
                if _waits(queries[0]) and time.monotonic() - completed > seconds:
                    with self.reported():
                        self._complete()
                    completed = time.monotonic()
                # The window rolls on also while nobody adds anything.
                if time.monotonic() - renewed > seconds:
                    with self.reported():
                        streams.bootstrap_global_stats(self.streams)
                    renewed = time.monotonic()

    def _has_log(self) -> bool:
        claim = self._stores.topic_claims.get(self.streams.topic)
        return claim is not None and claim.kind == "log"

    def _takes_in(self) -> bool:
        claim = self._stores.topic_claims.get(self.streams.topic)
        return claim is not None and claim.kind == "taken_in"

    def _projector(self) -> Projector:
        return Projector(self._stores.log, self._stores.models, lambda: datetime.now(UTC))

    def _complete(self) -> None:
        """Count what a stopped partition, or the end that a topic has lost, left behind.

        Or what was appended to the log beside a topic that is taken in.

        No record comes for it: Spark has passed those of a stopped partition, and the version
        that can read them now starts behind them.
        """
        if not self._has_log():
            if self._takes_in():
                self._projector().catch_up()
            return
        done = count_published(self._projector(), self._stores.relay_positions)
        for partition, reason in done.items():
            observe_stop(partition, reason)
            if reason is None:
                self.streams.stopped.pop(partition, None)
                _logger.info("partition completed", extra={"partition": partition})
            else:
                self.streams.stopped[partition] = reason
                extra = {"partition": partition, "stopped": reason}
                _logger.error("partition stopped", extra=extra)

    def _queries(self, spark: SparkSession, *, once: bool = False) -> Iterator[StreamingQuery]:
        """Start the streams, one when it is asked for."""
        stream = streams.read_topic(spark, self.streams)
        yield streams.start_user_stats_stream(stream, self.streams, once=once)
        yield streams.start_global_trends_stream(
            spark, streams.parse_stream(stream), self.streams, once=once
        )

    def _check(self, query: StreamingQuery) -> None:
        if not query.isActive:
            with self.reported():
                query.awaitTermination()  # raises what it has died of
            raise StreamFailed(f"The stream {query.name} was stopped by somebody else.")

    @contextmanager
    def reported(self) -> Generator[None]:
        """Raise what goes wrong as StreamFailed: the reason, and what helps if it is known."""
        try:
            yield
        except (StoreBusy, StoreFull, StoreUnavailable) as error:
            raise StreamFailed(f"The driver cannot go on: {error}") from error
        except (PySparkException, Py4JJavaError) as error:
            message, _, trace = str(error).partition("JVM stacktrace:")
            advice = ""
            if lost_offsets(message):
                advice = self._advice_on_loss()
            elif cannot_read_checkpoint(message, trace):
                advice = (
                    f" The checkpoint in {self.streams.settings.checkpoint_dir} cannot be read:"
                    " cinestats consume --fresh starts a new one, and nothing is counted twice."
                )
            else:
                advice = advice_on_setup(message)
            reason = reason_of(message)
            if not_authorized(message):
                reason = missing_right(self.settings)
            raise StreamFailed(f"The stream has ended: {reason}.{advice}") from error

    def _advice_on_loss(self) -> str:
        if not self._has_log():
            return " Start cinestats consume again: it says which records are lost, if any."
        return (
            " What the topic has lost is read from the log: cinestats consume --fresh starts"
            " from the beginning, and nothing is counted twice."
        )


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


def _waits(query: StreamingQuery) -> bool:
    """Whether the stream has looked, and has found nothing new."""
    return bool(query.status["message"] == "Waiting for data to arrive")


def _batches_done(query: StreamingQuery) -> int | None:
    """The number of the last batch that was committed."""
    progress = query.lastProgress
    return None if progress is None else progress.batchId


if __name__ == "__main__":
    parser = ArgumentParser(description="Count the topic into MongoDB.")
    parser.add_argument("--once", action="store_true", help="count what there is, and end")
    parser.add_argument("--fresh", action="store_true", help="begin without checkpoints")
    parser.add_argument(
        "--accept-loss", action="append", default=[], metavar="PARTITION:FIRST-LAST"
    )
    given = parser.parse_args()
    try:
        losses = [parse_lost(each) for each in given.accept_loss]
        main(once=given.once, fresh=given.fresh, accepted=losses)
    except CinestatsError as failure:
        print(failure, file=sys.stderr)
        sys.exit(1)
