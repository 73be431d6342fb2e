"""What a topic holds since a moment, read once and by nobody else's group."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from cinestats.application.streaming.ports import TransportUnavailable

from .client import kafka_error, load
from .settings import KafkaSettings, client_config

_CONNECT_MS = 5000
_POLL_MS = 5000


def recent_values(settings: KafkaSettings, since: datetime) -> Iterator[bytes]:
    """The values of the records that the topic got at ``since`` or later, to its present end.

    None where there is no topic. Raises TransportUnavailable.
    """
    try:
        consumer = load("kafka").KafkaConsumer(
            **client_config(settings),
            bootstrap_timeout_ms=_CONNECT_MS,
            enable_auto_commit=False,
            isolation_level="read_committed",
        )
        try:
            yield from _read(consumer, settings.kafka_topic, int(since.timestamp() * 1000))
        finally:
            consumer.close()
    except kafka_error() as error:
        raise TransportUnavailable(
            f"Kafka at {settings.kafka_bootstrap_servers} cannot be read: {error}."
        ) from error


def _read(consumer: Any, topic: str, since_ms: int) -> Iterator[bytes]:
    if topic not in consumer.topics():
        return
    place = load("kafka").TopicPartition
    partitions = [place(topic, number) for number in consumer.partitions_for_topic(topic)]
    consumer.assign(partitions)
    ends: dict[Any, int] = consumer.end_offsets(partitions)
    starts = consumer.offsets_for_times(dict.fromkeys(partitions, since_ms))
    for partition in partitions:
        found = starts.get(partition)
        consumer.seek(partition, ends[partition] if found is None else found.offset)
    while any(consumer.position(each) < ends[each] for each in partitions):
        polled = consumer.poll(timeout_ms=_POLL_MS)
        if not polled:
            raise TransportUnavailable(f"Kafka gave no more records of {topic} in time.")
        for records in polled.values():
            yield from (each.value for each in records if each.value is not None)
