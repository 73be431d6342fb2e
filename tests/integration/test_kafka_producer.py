"""The original's producer on a real broker."""

import gc
import json
import threading
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from cinestats.adapters.kafka.producer import MovieEventProducer
from cinestats.adapters.kafka.settings import KafkaSettings
from cinestats.adapters.kafka.topics import ensure_topic
from cinestats.domain.partition import partition_of
from stack.java_process import free_port
from stack.kafka import Kafka, start_kafka

from .kafka_topic import new_topic, records
from .stack import requires

MOVIE = {"name": "Perché no?", "year": 2010, "rating": 4.5, "director": "A, B"}
USERS = ["u1", "müller", "a:b_c", "日本", "x" * 200, "7"]


@pytest.fixture
def settings(kafka: Kafka) -> KafkaSettings:
    settings = new_topic(kafka.bootstrap)
    assert ensure_topic(settings, 4) == 4
    return settings


@pytest.fixture
def producer(settings: KafkaSettings) -> Iterator[MovieEventProducer]:
    producer = MovieEventProducer(settings=settings)
    yield producer
    producer.close()


def test_a_consumer_reads_what_was_sent(
    settings: KafkaSettings, producer: MovieEventProducer
) -> None:
    """Key, partition and JSON arrive as promised: a user's partition is that of the log."""
    for user_id in USERS:
        assert producer.send_movie_event("ADD", user_id, MOVIE)
    found = [(number, r) for number, rs in enumerate(records(settings)) for r in rs]
    assert {r.key.decode(): number for number, r in found} == {
        user_id: partition_of(user_id, 4) for user_id in USERS
    }
    for _, record in found:
        event = json.loads(record.value.decode())
        assert event["event_type"] == "ADD"
        assert event["user_id"] == record.key.decode()
        assert event["movie"] == MOVIE
        assert event["event_id"]
        assert datetime.fromisoformat(event["timestamp"]).tzinfo is not None


def test_a_batch_arrives_in_order(
    settings: KafkaSettings, producer: MovieEventProducer
) -> None:
    """One event a film, in the order given, acknowledged when the call returns."""
    movies = [{**MOVIE, "year": 1900 + n % 100, "duration": n + 1} for n in range(3000)]
    assert producer.send_batch_event("ADD", "u1", movies)
    found = [json.loads(r.value)["movie"] for r in records(settings)[partition_of("u1", 4)]]
    assert found == movies


def test_many_threads_lose_nothing(
    settings: KafkaSettings, producer: MovieEventProducer
) -> None:
    """Each event of each thread is there once, and each user's in the order sent."""

    def send(user_id: str) -> None:
        for n in range(50):
            assert producer.send_movie_event("ADD", user_id, {"name": "Heat", "duration": n})

    threads = [threading.Thread(target=send, args=(user_id,)) for user_id in USERS]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    found: dict[str, list[int]] = {}
    for record in (r for rs in records(settings) for r in rs):
        event = json.loads(record.value)
        found.setdefault(event["user_id"], []).append(event["movie"]["duration"])
    assert found == {user_id: list(range(50)) for user_id in USERS}


@pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")
def test_kafka_that_comes_and_goes(tmp_path: Path) -> None:
    """Down is False within a bound, and at once soon after; back is True (faults 4 and 6)."""
    requires("kafka")
    port = free_port()
    settings = new_topic(f"127.0.0.1:{port}")
    producer = MovieEventProducer(settings=settings)
    assert _seconds_until(producer, sent=False) < 5
    assert producer._get_producer() is None
    assert _seconds_until(producer, sent=False) < 1
    broker = start_kafka(tmp_path, port)
    try:
        ensure_topic(settings, 1)
        assert _seconds_until(producer, sent=True) < 20
        broker.kill()
        assert _seconds_until(producer, sent=False) < 10
        assert _seconds_until(producer, sent=False) < 1
        broker.restart()
        assert _seconds_until(producer, sent=True) < 20
        producer.close()
        assert len(records(settings)[0]) == 2
    finally:
        broker.kill()
        gc.collect()  # kafka-python leaves the sockets of failed connections to the collector


def _seconds_until(producer: MovieEventProducer, sent: bool) -> float:
    """How long it takes until sending has this outcome."""
    began = time.monotonic()
    while producer.send_movie_event("ADD", "u1", MOVIE) != sent:
        assert time.monotonic() < began + 30
        time.sleep(0.1)
    return time.monotonic() - began
