"""A topic of its own for each test, and what lies in it."""

import os
import time
import uuid
from collections.abc import Sequence
from contextlib import closing
from typing import Any

import pytest

from cinestats.adapters.kafka.settings import KafkaSettings, client_config

if os.environ.get("CI") != "true":
    pytest.importorskip("kafka", reason="The extra distributed is not installed.")

from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType

_READ_SECONDS = 20


def new_topic(bootstrap: str) -> KafkaSettings:
    """Settings with a topic that nobody has used."""
    return KafkaSettings(
        kafka_bootstrap_servers=bootstrap, kafka_topic=f"films-{uuid.uuid4().hex[:8]}"
    )


def records(settings: KafkaSettings) -> list[list[Any]]:
    """Every record of the topic: a list for each partition, in the topic's order."""
    consumer = KafkaConsumer(
        bootstrap_servers=settings.kafka_bootstrap_servers,
        enable_auto_commit=False,
        consumer_timeout_ms=_READ_SECONDS * 1000,
    )
    try:
        numbers = sorted(consumer.partitions_for_topic(settings.kafka_topic))
        partitions = [TopicPartition(settings.kafka_topic, number) for number in numbers]
        consumer.assign(partitions)
        consumer.seek_to_beginning()
        ends = consumer.end_offsets(partitions)
        found: dict[Any, list[Any]] = {partition: [] for partition in partitions}
        while any(consumer.position(each) < ends[each] for each in partitions):
            batches = consumer.poll(timeout_ms=_READ_SECONDS * 1000)
            assert batches, "Kafka gave no more records in time"
            for partition, batch in batches.items():
                found[partition] += batch
        return [found[partition] for partition in partitions]
    finally:
        consumer.close()


def clean_up(settings: KafkaSettings, policy: str) -> None:
    """Tell Kafka what to do with old records of the topic, and wait until it knows."""
    topic, name = settings.kafka_topic, "cleanup.policy"
    with closing(KafkaAdminClient(**client_config(settings))) as admin:
        told = ConfigResource(ConfigResourceType.TOPIC, topic, {name: policy})
        admin.alter_configs([told])
        asked = ConfigResource(ConfigResourceType.TOPIC, topic, {name: None})
        deadline = time.monotonic() + 60
        while True:
            found = admin.describe_configs([asked], config_filter="all")
            if found["topic"][topic][name]["value"] == policy:
                return
            assert time.monotonic() < deadline
            time.sleep(0.1)


def first_seen(positions: Sequence[int]) -> list[int]:
    """The positions without those that came before, in their order."""
    return list(dict.fromkeys(positions))
