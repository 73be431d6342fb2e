"""Publishes the log to its topic: the same partition, the same order, every record confirmed.

Order is the whole point. A producer that holds several batches sends the later ones even when
an earlier one has failed for good; then the topic has events before those they follow. So one
batch is under way at a time, its records go together or not at all, and a producer that failed
is thrown away with everything in it. What was sent without an answer may be on the topic all
the same, and is sent again: consumers drop what they have seen.
"""

import logging
from collections.abc import Callable, Iterator, Sequence

from cinestats.adapters.event_json import encode
from cinestats.application.log.ports import Recorded
from cinestats.application.streaming.ports import PartitionsDiffer, TransportUnavailable

from .client import Producer, drop, kafka_error, open_producer, refusal
from .settings import KafkaSettings
from .topics import ensure_topic

_BATCH_BYTES = 256 * 1024
_RECORD_OVERHEAD = 40  # bytes at most, for lengths, offset and time beside key and value
_LINGER_MS = 5_000  # a batch waits for its flush, and for nothing else
_REQUEST_MS = 5_000
_DELIVERY_MS = _LINGER_MS + _REQUEST_MS
_DELIVERY_SECONDS = _DELIVERY_MS / 1000 + 1
_RESEND_SECONDS = 10.0

_Chunk = list[tuple[int, bytes, bytes]]  # position, key, value

_logger = logging.getLogger(__name__)


class KafkaPublisher:
    """Connects when it is first needed, and anew after a failure. For one thread."""

    def __init__(
        self,
        settings: KafkaSettings,
        connect: Callable[..., Producer] = open_producer,
        discard: Callable[[Producer], None] = drop,
        ensure_topic: Callable[[KafkaSettings, int], int] = ensure_topic,
    ) -> None:
        self._settings = settings
        self._connect = connect
        self._discard = discard
        self._ensure_topic = ensure_topic
        self._producer: Producer | None = None

    def ensure_topic(self, partitions: int) -> None:
        topic = self._settings.kafka_topic
        try:
            # The producer first: kafka-python's client for administration leaves a thread
            # behind each time that it finds no broker.
            self._connected()
            found = self._ensure_topic(self._settings, partitions)
        except kafka_error() as error:
            raise self._unavailable(error) from error
        if found != partitions:
            raise PartitionsDiffer(
                f"The topic {topic} has {found} partitions and the log {partitions}; set"
                " CINESTATS_KAFKA_TOPIC to a new name and run `cinestats relay`, which creates"
                " that topic rightly and sends it the whole log."
            )

    def publish(self, partition: int, events: Sequence[Recorded]) -> int:
        before = acknowledged = events[0].position - 1
        try:
            for chunk in _chunks(events):
                self._deliver(partition, chunk)
                acknowledged = chunk[-1][0]
        except kafka_error() as error:
            if self._producer is not None:
                producer, self._producer = self._producer, None
                self._discard(producer)
            if acknowledged == before:
                raise self._unavailable(error) from error
            _logger.warning("Part of a run was not sent: %s", str(error))
            return acknowledged
        return events[-1].position

    def close(self) -> None:
        """Disconnect; nothing is under way between two calls of ``publish``."""
        if self._producer is not None:
            self._producer.close(_DELIVERY_SECONDS)
            self._producer = None

    def resend(self, key: bytes, value: bytes) -> None:
        """Send one record to the topic again as it is, apart from all others.

        Waits for the acknowledgement; raises TransportUnavailable.
        """
        try:
            producer = self._connect(self._settings)
            try:
                producer.send(self._settings.kafka_topic, value, key).get(_RESEND_SECONDS)
            finally:
                producer.close(_RESEND_SECONDS)
        except kafka_error() as error:
            reason = refusal(error, self._settings)
            raise TransportUnavailable(f"Kafka did not take the record: {reason}.") from error

    def _deliver(self, partition: int, chunk: _Chunk) -> None:
        """Send one batch and wait until Kafka has it."""
        topic, producer = self._settings.kafka_topic, self._connected()
        deliveries = [
            producer.send(topic, value, key, partition=partition) for _, key, value in chunk
        ]
        producer.flush(_DELIVERY_SECONDS)
        for delivery in deliveries:
            delivery.get(timeout=0)

    def _connected(self) -> Producer:
        if self._producer is None:
            self._producer = self._connect(
                self._settings,
                batch_size=_BATCH_BYTES,
                linger_ms=_LINGER_MS,
                request_timeout_ms=_REQUEST_MS,
                delivery_timeout_ms=_DELIVERY_MS,
                allow_auto_create_topics=False,
            )
        return self._producer

    def _unavailable(self, error: Exception) -> TransportUnavailable:
        servers = self._settings.kafka_bootstrap_servers
        return TransportUnavailable(
            f"Kafka at {servers} did not take the events: {refusal(error, self._settings)}."
        )


def _chunks(events: Sequence[Recorded]) -> Iterator[_Chunk]:
    """The records of a run, as many at a time as one batch of Kafka holds."""
    chunk: _Chunk = []
    size = 0
    for _, position, event in events:
        if event is None:
            continue
        key, value = event.user_id.encode(), encode(event, position)
        length = len(key) + len(value) + _RECORD_OVERHEAD
        if chunk and size + length > _BATCH_BYTES - 1024:  # the batch has a head of its own
            yield chunk
            chunk, size = [], 0
        chunk.append((position, key, value))
        size += length
    if chunk:
        yield chunk
