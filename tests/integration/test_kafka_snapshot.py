"""Another application's topic, read as a log."""

import json
import logging
import uuid
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from cinestats.adapters.event_json import read_event
from cinestats.adapters.kafka.settings import KafkaSettings
from cinestats.adapters.kafka.topic_snapshot import read_topic_from_beginning
from cinestats.adapters.sqlite.event_log import SqliteEventLog
from cinestats.application.ports import TransportUnavailable
from cinestats.domain.events import Event
from cinestats.domain.partition import partition_of
from stack.kafka import Kafka

ROME = ZoneInfo("Europe/Rome")


def settings(kafka: Kafka) -> KafkaSettings:
    return KafkaSettings(
        kafka_bootstrap_servers=kafka.bootstrap, kafka_topic=f"snapshot-{uuid.uuid4().hex[:8]}"
    )


def read(value: bytes) -> Event:
    return read_event(value, ROME).event


def event(user_id: str, title: str) -> bytes:
    return json.dumps(
        {
            "event_type": "ADD",
            "user_id": user_id,
            "movie": {"name": title, "rating": 4},
            "timestamp": "2025-01-20T12:00:00+01:00",
        }
    ).encode()


def produce(config: KafkaSettings, records: list[tuple[str, bytes]]) -> None:
    from kafka import KafkaAdminClient, KafkaProducer

    admin = KafkaAdminClient(bootstrap_servers=config.kafka_bootstrap_servers)
    admin.create_topics({config.kafka_topic: {"num_partitions": 2}}, wait_for_metadata=True)
    admin.close()
    producer = KafkaProducer(bootstrap_servers=config.kafka_bootstrap_servers)
    for key, value in records:
        producer.send(config.kafka_topic, value, key.encode())
    producer.flush()
    producer.close()


def test_a_topic_becomes_a_log_with_positions_by_offset(kafka: Kafka, tmp_path: Path) -> None:
    """Histories by user are complete; poison and strangers' keys are blanks."""
    config = settings(kafka)
    records = [(f"u{n % 5}", event(f"u{n % 5}", f"Film {n}")) for n in range(50)]
    records[7:7] = [("u1", b"poison"), ("somebody", event("u1", "Stolen"))]
    produce(config, records)
    log = SqliteEventLog(tmp_path / "log.db", 2)
    log.copy(read_topic_from_beginning(config, read))
    assert log.tail(0) + log.tail(1) == 52
    assert list(log.users()) == [f"u{n}" for n in range(5)]
    for n in range(5):
        history = list(log.of_user(f"u{n}"))
        assert {r.partition for r in history} == {partition_of(f"u{n}", 2)}
        titles = [r.event.entry.movie.title for r in history if r.event]
        assert titles == [f"Film {m}" for m in range(n, 50, 5)]
    log.close()


def test_what_retention_has_cut_off_is_said(
    kafka: Kafka, caplog: pytest.LogCaptureFixture
) -> None:
    """A recompute from a shortened topic knows less, and warns."""
    from kafka import KafkaAdminClient, TopicPartition

    config = settings(kafka)
    produce(config, [("u1", event("u1", f"Film {n}")) for n in range(10)])
    partition = partition_of("u1", 2)
    admin = KafkaAdminClient(bootstrap_servers=config.kafka_bootstrap_servers)
    admin.delete_records({TopicPartition(config.kafka_topic, partition): 4})
    admin.close()
    with caplog.at_level(logging.WARNING):
        rest = list(read_topic_from_beginning(config, read))
    assert [r.position for r in rest] == [5, 6, 7, 8, 9, 10]
    assert "cut off the first 4 records" in caplog.text


def test_a_topic_that_is_not_there_is_named(kafka: Kafka) -> None:
    """In one sentence."""
    with pytest.raises(TransportUnavailable, match="has no topic snapshot-"):
        list(
            read_topic_from_beginning(
                settings(kafka), lambda value: read_event(value, ROME).event
            )
        )
