"""A topic as a log: what another application published, read from its beginning."""

import logging
from collections.abc import Callable, Iterator
from typing import Any

from cinestats.application.ports import Recorded, TransportUnavailable
from cinestats.domain.errors import CinestatsError
from cinestats.domain.events import Event

from .client import kafka_error, load
from .settings import KafkaSettings, client_config

_POLL_MS = 2000
_IDLE_POLLS = 15  # half a minute without an answer is no answer

_logger = logging.getLogger(__name__)


def read_topic_from_beginning(
    settings: KafkaSettings, read: Callable[[bytes], Event]
) -> Iterator[Recorded]:
    """Every event up to the present end, each partition in order, at position offset + 1.

    A record that ``read`` refuses is a blank, as it is for the consumer. Warns where
    retention has cut the beginning off: a recompute then knows less than was counted.
    Raises TransportUnavailable.
    """
    try:
        consumer = load("kafka").KafkaConsumer(
            **client_config(settings), enable_auto_commit=False, consumer_timeout_ms=_POLL_MS
        )
        try:
            yield from _read(consumer, settings.kafka_topic, read)
        finally:
            consumer.close()
    except kafka_error() as error:
        raise TransportUnavailable(
            f"The topic {settings.kafka_topic} cannot be read: {error}."
        ) from error


def _read(consumer: Any, topic: str, read: Callable[[bytes], Event]) -> Iterator[Recorded]:
    numbers = consumer.partitions_for_topic(topic)
    if not numbers:
        raise TransportUnavailable(f"Kafka has no topic {topic}.")
    partitions = [load("kafka").TopicPartition(topic, number) for number in sorted(numbers)]
    consumer.assign(partitions)
    ends = consumer.end_offsets(partitions)
    for partition, first in consumer.beginning_offsets(partitions).items():
        consumer.seek(partition, first)
        if first > 0:
            _logger.warning(
                "Retention has cut off the first %d records of %s-%d: what they counted"
                " cannot be recomputed.",
                first,
                topic,
                partition.partition,
            )
    idle = 0
    while any(consumer.position(partition) < ends[partition] for partition in partitions):
        batches = consumer.poll(timeout_ms=_POLL_MS)
        idle = 0 if batches else idle + 1
        if idle > _IDLE_POLLS:
            raise TransportUnavailable(f"The topic {topic} stopped answering in the middle.")
        for partition, records in batches.items():
            for record in records:
                if record.offset < ends[partition]:
                    yield _recorded(partition.partition, record, read)


def _recorded(partition: int, record: Any, read: Callable[[bytes], Event]) -> Recorded:
    event: Event | None = None
    if record.value is not None:
        try:
            event = read(record.value)
        except CinestatsError:
            event = None  # parked when it was consumed, and counted nowhere
    if event is not None and record.key != event.user_id.encode():
        event = None
    return Recorded(partition, record.offset + 1, event)
