"""What a topic is at present."""

from cinestats.application.streaming.ports import TopicFacts, TransportUnavailable

from .client import kafka_error, load
from .settings import KafkaSettings, client_config

_BOOTSTRAP_MS = 5000


def describe_topic(settings: KafkaSettings) -> TopicFacts | None:
    """The topic of the settings; None when there is none. Raises TransportUnavailable."""
    errors = load("kafka.errors")
    try:
        admin = load("kafka").KafkaAdminClient(
            **client_config(settings), bootstrap_timeout_ms=_BOOTSTRAP_MS
        )
        try:
            (found,) = admin.describe_topics([settings.kafka_topic])
        finally:
            admin.close()
    except kafka_error() as error:
        raise TransportUnavailable(
            f"Kafka at {settings.kafka_bootstrap_servers} cannot be reached: {error}."
        ) from error
    if found["error_code"] == errors.UnknownTopicOrPartitionError.errno:
        return None
    return TopicFacts(str(found["topic_id"]), len(found["partitions"]))
