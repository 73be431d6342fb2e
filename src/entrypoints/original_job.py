"""What the original's Spark module does, for a job of the application's own.

The application's environment says where MongoDB and Kafka are, else ours does. The session
hands it on to the executors; a session that the application made itself has to do so.
"""

import logging
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, tzinfo
from functools import lru_cache, partial
from typing import Any
from zoneinfo import ZoneInfo

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.streaming.query import StreamingQuery

from cinestats.adapters.kafka.recent_values import recent_values
from cinestats.adapters.kafka.topics import describe_topic
from cinestats.adapters.mongo import original_films, trend_openings
from cinestats.adapters.mongo.database import MongoDatabase
from cinestats.adapters.mongo.event_log import partitions_of
from cinestats.adapters.mongo.stores import MongoStores
from cinestats.adapters.original_environment import (
    database_of_application,
    ours_of_application,
    place_of_application,
    read_application,
)
from cinestats.adapters.plain_values import fields_of, text_of
from cinestats.adapters.spark import frames, loose, original_trends
from cinestats.adapters.spark.completion import Completion
from cinestats.adapters.spark.legacy import recompute_users
from cinestats.adapters.spark.session import create_spark_session
from cinestats.adapters.spark.settings import SparkSettings
from cinestats.adapters.spark.streams import TopicStreams, bootstrap_global_stats
from cinestats.adapters.spark.trend_days import Days, days_of_films, days_told
from cinestats.adapters.spark.worker import Job
from cinestats.application.catalogue.recognise import recognise
from cinestats.application.figures.project import Projector
from cinestats.application.figures.trends import refresh_trends
from cinestats.application.stores import Stores
from cinestats.application.streaming.claim import claim_topic
from cinestats.application.streaming.ports import TransportUnavailable
from cinestats.application.streaming.take_in import ForeignRules
from cinestats.application.streaming.ways import refuse_loose
from cinestats.domain.days import local_day
from cinestats.domain.errors import CinestatsError
from cinestats.domain.global_trend import first_day, summarize
from cinestats.domain.movie import Movie
from cinestats.entrypoints import spark_driver
from cinestats.entrypoints.settings import Settings


class LogNeeded(CinestatsError):
    """Events without a place in the topic cannot be taken in; the message says what helps."""


_TRENDS = "application-trends"
_FOR_EXECUTORS = (
    *("CINESTATS_MONGO_URI", "CINESTATS_MONGO_DATABASE", "CINESTATS_KAFKA_TOPIC"),
    *("CINESTATS_PARTITIONS", "CINESTATS_TIMEZONE", "CINESTATS_SECRETS_DIR"),
    *("CINESTATS_FOREIGN_LOG", "CINESTATS_FOREIGN_UNKNOWN"),
)
_HIDDEN = "(?i)secret|password|token|access[.]?key|mongo.*ur[il]"
_logger = logging.getLogger("cinestats.spark_stats_processor")


def create_session() -> SparkSession:
    """The session, with a folder for checkpoints, and URIs for MongoDB's own connector."""
    return create_spark_session(read_application(SparkSettings), session_options())


def session_options() -> dict[str, str]:
    """What the session has beside what ``cinestats consume`` needs."""
    settings, spark = read_application(Settings), read_application(SparkSettings)
    ours = dict(os.environ) | ours_of_application()
    told = {name: ours[name] for name in _FOR_EXECUTORS if name in ours}
    return {
        # Rows that come to an executor by foreachPartition have to find the database there,
        # and the application's films.
        **{f"spark.executorEnv.{n}": v for n, v in (told | place_of_application()).items()},
        "spark.mongodb.read.connection.uri": settings.mongo_uri,
        "spark.mongodb.write.connection.uri": settings.mongo_uri,
        "spark.mongodb.read.database": settings.mongo_database,
        "spark.mongodb.write.database": settings.mongo_database,
        "spark.redaction.regex": _HIDDEN,
        "spark.sql.streaming.checkpointLocation": str(spark.checkpoint_dir / "application"),
    }


def run() -> None:
    """What ``cinestats consume`` does, where the application's environment says.

    In a database where nothing is counted the trends begin as ``bootstrap_trends`` says.
    """
    os.environ.update(ours_of_application())
    spark_driver.main(bootstrap=_begin_trends)


# ── Statistics of users ──────────────────────────────────────────────────────────────────


def count_batch(batch_df: DataFrame, batch_id: int) -> None:
    """Count a batch of Kafka's own columns, of parsed events, or of grouped ones in.

    With ``partition`` and ``offset`` each event counts once, whatever runs again. Without them
    it does where it has an ``event_id`` or a ``timestamp``; see ``adapters/spark/loose.py``.
    Raises StreamFailed where a partition cannot be counted, when all others are.
    """
    placed = frames.has_places(batch_df)
    topic = frames.topic_of(batch_df) if placed else None
    if topic is None and batch_df.isEmpty():
        return
    if not placed:
        streams = _loose_streams()
        frames.count_loose(batch_df, batch_id, _loose_job(streams.stores), streams)
        return
    driver = _driver(topic, batch_df)
    frames.count_placed(batch_df, batch_id, driver.streams)
    for reason in driver.streams.stopped.values():
        raise spark_driver.StreamFailed(reason)


def count_rows(rows: Iterable[Any]) -> Iterator[Any]:
    """Count the events of rows with ``user_id`` and ``events`` in, as above without a place."""
    loose.count_rows(rows, _loose_job(_stores()))
    return iter(())


def recompute_rows(rows: Iterable[Any]) -> Iterator[Any]:
    """Recompute the users of rows from the log, else from the application's own films.

    Raises NothingToRecompute, before anything is written, where a user has neither.
    """
    users = {text_of(fields_of(row, "row").get("user_id"), "user_id") for row in rows}
    stores = _stores()
    films = partial(original_films.films_of, _films_database(stores))
    recompute_users(sorted(users), stores, films)
    return iter(())


# ── The global trends ────────────────────────────────────────────────────────────────────


def bootstrap_trends() -> None:
    """Work the trends out from the log, else from the topic and the application's films.

    The topic tells the days from its first play of the window on, and is shown until it is
    counted. Films tell the days before: each leaves 30 days after it was added. Raises
    TransportUnavailable where Kafka cannot be asked, for then a film might be told twice.
    """
    stores = _stores()
    if _counted(stores):
        Projector(stores.log, stores.models, lambda: datetime.now(UTC)).catch_up()
        _refresh(stores)
        return
    completion = Completion(stores.catalogue)
    today = local_day(datetime.now(UTC), stores.zone)
    since = first_day(today)
    # Films first: of a play that is added meanwhile the topic has the event already.
    documents = original_films.films_since(_films_database(stores), since)
    films = days_of_films(documents, original_films.ADDED, stores.zone, completion)
    told = [
        each for each in _told_by_topic(since, stores.zone, completion) if each[0].day >= since
    ]
    first_told = min((day.day for day, count in told if count.plays > 0), default=date.max)
    films = [each for each in films if since <= each[0].day < first_told]
    trend_openings.put_films(stores.database, films, today)
    _logger.info(
        "The trends begin with %d films by day of the application, and %d of the topic, whose"
        " events are counted next.",
        *(len(films), len(told)),
    )
    days = [*told, *stores.models.film_days(since)]
    stores.models.put(summarize(days, today), datetime.now(UTC))


def _begin_trends(topic: TopicStreams) -> None:
    """As above; the driver itself counts what waits."""
    if _counted(_stores()):
        bootstrap_global_stats(topic)
    else:
        bootstrap_trends()


def write_trends(batch_df: DataFrame, batch_id: int) -> None:
    """Renew the trends; in a database where nothing else is counted, by the frame's counts.

    Where events are counted, theirs are the trends, and the frame's counts add nothing: they
    are the same plays.
    """
    plays = original_trends.plays_by_film(batch_df)
    stores = _stores()
    if _counted(stores):
        trend_openings.drop(stores.database, "frames")
    elif plays:
        _warn_once(
            "The trends add up frames of counts, for nothing else is counted in this database:"
            " a batch that comes twice counts twice. process_batch counts each event once."
        )
        today = local_day(datetime.now(UTC), stores.zone)
        films: Counter[Movie] = Counter()
        for film, n in plays.items():
            films[recognise(film, stores.catalogue, only_namesake=True).movie] += n
        trend_openings.add_frame(stores.database, today, films)
    _refresh(stores)
    _logger.info("trends renewed", extra={"batch": batch_id, "films": len(plays)})


def start_trends(_spark: SparkSession, parsed_stream: DataFrame) -> StreamingQuery:
    """Renew the trends while a stream of parsed events goes on."""
    spark = read_application(SparkSettings)
    checkpoint = spark.checkpoint_dir / _TRENDS
    seconds = spark.trends_trigger_seconds
    return original_trends.start(parsed_stream, write_trends, checkpoint, seconds)


# ── What all of it needs ─────────────────────────────────────────────────────────────────


@lru_cache(maxsize=4)
def _made(uri: str, database: str, topic: str, timezone: str, partitions: int) -> MongoStores:
    zone = ZoneInfo(timezone)
    stores = MongoStores(uri, database, topic, zone, partitions, set_up=False)
    claim = stores.topic_claims.get(topic)
    if claim is not None:
        stores = replace(stores, partitions=claim.partitions)
    stores.prepare()
    return stores


def _stores() -> MongoStores:
    """The database that the environment names, with its indexes; made once."""
    settings = read_application(Settings)
    place = settings.mongo_uri, settings.mongo_database, settings.kafka_topic
    return _made(*place, settings.timezone, settings.partitions)


def _driver(topic: str | None, first_batch: DataFrame) -> spark_driver.Driver:
    """The driver of a topic, of the environment's where None is given; it is prepared once."""
    given = {} if topic is None else {"kafka_topic": topic}
    settings = read_application(Settings, **given)
    place = settings.mongo_uri, settings.mongo_database, settings.kafka_topic
    if place not in _drivers:
        driver = spark_driver.Driver(settings, read_application(SparkSettings))
        driver.prepare()
        frames.warn_of_gaps(first_batch, driver.streams)
        _drivers[place] = driver
    return _drivers[place]


_drivers: dict[tuple[str, str, str], spark_driver.Driver] = {}


def _loose_streams() -> TopicStreams:
    """What loose events are counted with; their topic is claimed, if it can be seen.

    Then its application has the say: our API adds no plays, and no relay publishes there.
    """
    settings, stores = read_application(Settings), _stores()
    topic, claims = settings.kafka_topic, stores.topic_claims
    if claims.get(topic) is None:
        try:
            facts = describe_topic(settings)
        except TransportUnavailable as error:
            facts = None
            _logger.warning("Events are taken in without a look at their topic: %s", error)
        if facts is not None:
            claim_topic(topic, facts, claims)
            claims.settle(topic, "taken_in")
            _made.cache_clear()  # a log that is made now has as many partitions
    stores = _stores()
    return TopicStreams(topic, stores, stores.zone, {}, read_application(SparkSettings))


def _loose_job(stores: Stores) -> Job:
    """What takes in events without a place.

    Raises LogNeeded where the log cannot have them, and WaysMixed where it has their records.
    """
    settings = read_application(Settings)
    topic = settings.kafka_topic
    claim = stores.topic_claims.get(topic)
    kind = "taken_in" if claim is None or claim.kind is None else claim.kind
    if kind == "foreign" or settings.foreign_log == "off":
        raise LogNeeded(
            f"Events of {topic} are only counted, by their place in the topic, and these do not"
            " say it: hand over partition and offset, or set CINESTATS_FOREIGN_LOG=on."
        )
    if kind == "log" or any(map(stores.relay_positions.get, range(stores.log.partitions))):
        raise LogNeeded(
            f"Our own log is relayed to {topic}, so it has these events already: hand over"
            " partition and offset, or run cinestats consume."
        )
    claims, positions = stores.topic_claims, stores.topic_positions
    refuse_loose(topic, stores.topic_ways, claims, positions)
    rules = ForeignRules(park_unknown=settings.foreign_unknown == "park")
    zone = ZoneInfo(settings.timezone)
    return Job(topic, stores.log.partitions, "taken_in", stores, zone, rules)


def _counted(stores: MongoStores) -> bool:
    """Whether events are counted in the database, or wait in its log."""
    kept = partitions_of(stores.database) or 0
    if any(stores.log.tail(partition) for partition in range(kept)):
        return True
    return bool(stores.database.find("checkpoints", {"position": {"$gt": 0}}, limit=1))


def _refresh(stores: MongoStores) -> None:
    today = local_day(datetime.now(UTC), stores.zone)
    trend_openings.drop_before(stores.database, first_day(today))
    refresh_trends(stores.models, lambda: datetime.now(UTC), stores.zone)


def _films_database(stores: MongoStores) -> MongoDatabase:
    """Where the application's own films are: its database, else that of the figures."""
    name = database_of_application()
    return stores.database if name is None else MongoDatabase(stores.uri, name)


def _told_by_topic(since: date, zone: tzinfo, completion: Completion) -> Days:
    """The plays by day that the topic tells of, where these will be counted."""
    if read_application(SparkSettings).starting_offsets == "latest":
        return []
    moment = datetime.combine(since, time.min, zone)
    return days_told(recent_values(read_application(Settings), moment), zone, completion)


@lru_cache(maxsize=16)
def _warn_once(sentence: str) -> None:
    _logger.warning(sentence)
