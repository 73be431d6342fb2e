"""One record, sent to the topic again as it is."""

from cinestats.application.streaming.ports import TransportUnavailable

from .client import kafka_error, open_producer
from .settings import KafkaSettings

_SECONDS = 10.0


def resend(settings: KafkaSettings, key: bytes, value: bytes) -> None:
    """Send it and wait for the acknowledgement; raises TransportUnavailable."""
    try:
        producer = open_producer(settings)
        try:
            producer.send(settings.kafka_topic, value, key).get(_SECONDS)
        finally:
            producer.close(_SECONDS)
    except kafka_error() as error:
        raise TransportUnavailable(f"Kafka did not take the record: {error}.") from error
