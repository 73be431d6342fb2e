"""Each process with its account of docs/distributed.md, by SASL_SSL and with ACLs."""

import os

import pytest

if os.environ.get("CI") != "true":
    pytest.importorskip("pyspark", reason="The extra distributed is not installed.")

import gc
import logging
from collections.abc import Iterator
from pathlib import Path

from pyspark.sql import SparkSession

from cinestats.adapters.kafka.producer import MovieEventProducer
from cinestats.adapters.kafka.publisher import KafkaPublisher
from cinestats.adapters.kafka.settings import KafkaSettings
from cinestats.adapters.kafka.topics import describe_topic
from cinestats.application.streaming.ports import TransportUnavailable
from cinestats.entrypoints.spark_driver import Driver, StreamFailed
from stack.mongo import Mongo
from tests.contracts.builders import added, recorded

from .kafka_topic import clean_up, records
from .secured_kafka import SecuredKafka, secured_kafka
from .spark_process import Setup, spark
from .stack import mongo, requires

__all__ = ["mongo", "spark"]

# kafka-python leaves the sockets of failed connections to the collector.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <s:ResourceWarning")

RELAY = ("CREATE", "WRITE")
INCOMPLETE = {"no-write": ("DESCRIBE", "CREATE"), "no-create": ("WRITE",)}
"""Accounts that lack one of them."""


@pytest.fixture(scope="module")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecuredKafka]:
    requires("kafka")
    accounts = ("relay", "consume", "producer", "no-read", *INCOMPLETE)
    with secured_kafka(tmp_path_factory.mktemp("secured"), accounts) as broker:
        yield broker


def publish(settings: KafkaSettings) -> int:
    """What a relay does first: make the topic, and publish a run of the log."""
    publisher = KafkaPublisher(settings)
    try:
        publisher.ensure_topic(1)
        return publisher.publish(0, recorded([added(1)]))
    finally:
        publisher.close()


def test_a_relay_with_its_rights_makes_the_topic_and_publishes(kafka: SecuredKafka) -> None:
    """CREATE and WRITE on the topic are all that it needs."""
    topic = kafka.new_topic()
    kafka.allow("relay", "TOPIC", topic, *RELAY)
    assert publish(kafka.settings("relay", topic)) == 1
    plain = KafkaSettings(kafka_bootstrap_servers=kafka.plain, kafka_topic=topic)
    assert len(records(plain)[0]) == 1


@pytest.mark.parametrize("account", INCOMPLETE)
def test_a_relay_that_lacks_a_right_says_so(kafka: SecuredKafka, account: str) -> None:
    """Whichever it is: one sentence that names account, topic and rights."""
    topic = kafka.new_topic()
    kafka.allow(account, "TOPIC", topic, *INCOMPLETE[account])
    with pytest.raises(TransportUnavailable) as refused:
        publish(kafka.settings(account, topic))
    assert f"{account} lacks a right on the topic {topic}: it needs" in str(refused.value)


def test_a_producer_with_its_right_sends_and_without_says_so(
    kafka: SecuredKafka, caplog: pytest.LogCaptureFixture
) -> None:
    """WRITE is all that it needs; without it the answer is False, and the log says why."""
    topic = kafka.new_topic(1)
    producer = MovieEventProducer(settings=kafka.settings("producer", topic))
    with caplog.at_level(logging.WARNING):
        assert not producer.send_movie_event("ADD", "u1", {"name": "Heat"})
    assert f"producer lacks a right on the topic {topic}" in caplog.text
    kafka.allow("producer", "TOPIC", topic, "WRITE")
    fresh = MovieEventProducer(settings=kafka.settings("producer", topic))
    assert fresh.send_movie_event("ADD", "u1", {"name": "Heat"})
    fresh.close()


@pytest.mark.parametrize(
    "wrong",
    [
        {"CINESTATS_SASL_PLAIN_PASSWORD": "another"},
        {"CINESTATS_SSL_CAFILE": "/etc/ssl/certs/ca-certificates.crt"},
    ],
)
def test_an_account_that_is_not_accepted_is_told_so(
    kafka: SecuredKafka, wrong: dict[str, str]
) -> None:
    """A wrong password, and a broker that is not trusted."""
    settings = kafka.settings("relay", "films", **wrong)
    with pytest.raises(TransportUnavailable, match="by SASL_SSL, or none accepts"):
        describe_topic(settings)


def test_a_consumer_with_its_rights_counts_and_without_says_so(
    kafka: SecuredKafka,
    mongo: Mongo,
    spark: SparkSession,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """READ on the topic is all that the driver and Spark's consumers need."""
    setup = Setup(kafka.secured, mongo.uri, tmp_path)
    topic = kafka.new_topic(1)
    gc.collect()
    changes = {"CINESTATS_KAFKA_TOPIC": topic}
    setup.use(monkeypatch, **changes, **kafka.environment("consume"))
    kafka.allow("relay", "TOPIC", topic, *RELAY)
    sender = MovieEventProducer(settings=kafka.settings("relay", topic))
    assert sender.send_batch_event("ADD", "u1", [{"name": "Heat"}, {"name": "Ran"}])
    sender.close()
    with pytest.raises(TransportUnavailable, match="consume lacks a right on the topic"):
        Driver.from_environment().prepare()
    kafka.allow("no-read", "TOPIC", topic, "DESCRIBE")
    setup.use(monkeypatch, **changes, **kafka.environment("no-read"))
    with pytest.raises(StreamFailed, match=r"no-read lacks a right.*READ to consume"):
        _consume(spark)
    kafka.allow("consume", "TOPIC", topic, "READ")
    setup.use(monkeypatch, **changes, **kafka.environment("consume"))
    _consume(spark)
    assert setup.database.get("user_stats", "u1")["total_watched"] == 2
    setup.database.drop()


def test_who_may_see_how_a_topic_is_set_up_notices_that_it_is_compacted(
    kafka: SecuredKafka,
) -> None:
    """That takes DESCRIBE_CONFIGS; without it all the rest is seen."""
    topic = kafka.new_topic(1)
    clean_up(KafkaSettings(kafka_bootstrap_servers=kafka.plain, kafka_topic=topic), "compact")
    settings = kafka.settings("consume", topic)
    for right, noticed in (("READ", False), ("DESCRIBE_CONFIGS", True)):
        kafka.allow("consume", "TOPIC", topic, right)
        facts = describe_topic(settings)
        assert facts is not None
        assert facts.compacted == noticed


def _consume(spark: SparkSession) -> None:
    driver = Driver.from_environment()
    driver.prepare()
    driver.drain(spark)
