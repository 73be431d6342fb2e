"""The global trends through the real driver."""

import os

import pytest

if os.environ.get("CI") != "true":
    pytest.importorskip("pyspark", reason="The extra distributed is not installed.")

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from pyspark.sql import SparkSession

from cinestats.adapters.event_json import read_event
from cinestats.adapters.kafka.publisher import KafkaPublisher
from cinestats.adapters.mongo.event_log import MongoEventLog
from cinestats.adapters.mongo.relay_positions import MongoRelayPositions
from cinestats.adapters.spark.streams import bootstrap_global_stats
from cinestats.application.streaming.relay import Relay
from cinestats.domain.partition import partition_of
from cinestats.entrypoints.spark_driver import Driver

from .mongo_failpoints import ROME
from .spark_events import PARTITIONS, Json, catalogue, produce
from .spark_process import Setup, consume, setup, spark

__all__ = ["setup", "spark"]

POSTER = "https://posters.example/salt.jpg"


def trend(setup: Setup) -> dict[str, Any]:
    (document,) = setup.database.find("global_stats", {})
    return document


def event(verb: str, film: int, days_ago: int, user: int = 0, **movie: object) -> Json:
    moment = datetime.now(UTC) - timedelta(days=days_ago)
    return {
        "event_type": verb,
        "user_id": f"user_{user}",
        "movie": {**catalogue()[film], "rating": 4, **movie},
        "timestamp": moment.isoformat(),
    }


def counted(document: dict[str, Any]) -> dict[tuple[str, int | None], int]:
    return {(top["name"], top["year"]): top["count"] for top in document["top_movies"]}


def test_bootstrap_and_stream_give_the_same_document(
    spark: SparkSession, setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both work out the window from the days, whatever order the events came in."""
    setup.use(monkeypatch)
    plays = [(n * n % 7, n % 28, n % 11) for n in range(150)]
    produce(setup.kafka, [event("ADD", *play) for play in plays])
    consume(spark)
    streamed = trend(setup)
    expected = Counter(
        (catalogue()[film]["name"], catalogue()[film]["year"]) for film, _, _ in plays
    )
    assert counted(streamed) == expected
    genres = Counter(g for film, _, _ in plays for g in catalogue()[film]["genres"])
    assert streamed["genre_counts"] == genres
    assert streamed["window_days"] == 30
    setup.database.collection("global_stats").drop()
    bootstrap_global_stats(Driver.from_environment().streams)
    again = trend(setup)
    assert again.pop("updated_at") > streamed.pop("updated_at")
    assert again == streamed


def test_late_events_count_on_their_own_day_and_old_ones_are_outside_the_window(
    spark: SparkSession, setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The watermark of an hour drops nothing; what is older than 30 days is no trend."""
    setup.use(monkeypatch)
    produce(setup.kafka, [event("ADD", 0, 0)])
    consume(spark)
    produce(setup.kafka, [event("ADD", 1, 10), event("ADD", 2, 45)])
    consume(spark)
    names = {name for name, _ in counted(trend(setup))}
    assert names == {catalogue()[0]["name"], catalogue()[1]["name"]}
    assert sum(day["count"] for day in setup.database.find("global_days", {})) == 3


def test_posters_survive_events_without_one(
    spark: SparkSession, setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A later play of the film, on the same day or another, does not lose its poster."""
    setup.use(monkeypatch)
    produce(setup.kafka, [event("ADD", 2, 1, poster_url=POSTER)])
    consume(spark)
    produce(setup.kafka, [event("ADD", 2, 1, 1), event("ADD", 2, 0, 2)])
    consume(spark)
    (top,) = trend(setup)["top_movies"]
    assert (top["count"], top["poster_url"]) == (3, POSTER)
    assert list(trend(setup)["poster_cache"].values()) == [POSTER]


def test_a_deleted_film_leaves_the_day_it_was_added_on(
    spark: SparkSession, setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not the day of the deletion, which would leave half of it in the window later."""
    setup.use(monkeypatch)
    added = event("ADD", 3, 5)
    gone = event("DELETE", 3, 0) | {"added_on": added["timestamp"][:10]}
    log = MongoEventLog(setup.database, PARTITIONS)
    partition = partition_of("user_0", PARTITIONS)
    for n, told in enumerate([added, event("ADD", 4, 3), gone]):
        ours = {**told, "event_id": f"event {n}", "entry_id": f"entry {n % 2}"}
        if told is added:
            ours["added_on"] = gone["added_on"]
        log.append(partition, n, [read_event(json.dumps(ours).encode(), ROME).event])
    publisher = KafkaPublisher(setup.kafka)
    Relay(log, MongoRelayPositions(setup.database, setup.kafka.kafka_topic), publisher).drain()
    publisher.close()
    consume(spark)
    days = {(d["day"], d["name"]): d["count"] for d in setup.database.find("global_days", {})}
    assert days[gone["added_on"], catalogue()[3]["name"]] == 0
    assert len(days) == 2
    assert counted(trend(setup)) == {(catalogue()[4]["name"], catalogue()[4]["year"]): 1}
