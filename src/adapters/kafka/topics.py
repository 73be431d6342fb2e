"""A topic: made where it is missing, and what it is at present."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Any

from cinestats.application.streaming.ports import Bounds, TopicFacts, TransportUnavailable

from .client import kafka_error, load, refusal
from .settings import KafkaSettings, client_config

_BOOTSTRAP_MS = 5000
_POLICY = "cleanup.policy"


def describe_topic(settings: KafkaSettings) -> TopicFacts | None:
    """The topic of the settings; None when there is none. Raises TransportUnavailable."""
    topic = settings.kafka_topic
    with _reachable(settings), _administration(settings) as admin:
        facts = _facts(admin, topic)
        return facts and facts._replace(compacted=_is_compacted(admin, topic))


def topic_bounds(settings: KafkaSettings, partitions: int) -> Sequence[Bounds]:
    """Which offsets each partition of the topic has; raises TransportUnavailable.

    The end is that of ``read_committed``: what a transaction has not committed is behind it.
    """
    kafka, topic = load("kafka"), settings.kafka_topic
    offsets = load("kafka.protocol.consumer.offsets")
    places = [kafka.TopicPartition(topic, partition) for partition in range(partitions)]
    with _reachable(settings), _administration(settings) as admin:
        firsts, ends = (
            admin.list_partition_offsets(
                dict.fromkeys(places, spec), offsets.IsolationLevel.READ_COMMITTED
            )
            for spec in (offsets.OffsetSpec.EARLIEST, offsets.OffsetSpec.LATEST)
        )
    return [Bounds(firsts[place].offset, ends[place].offset) for place in places]


def ensure_topic(settings: KafkaSettings, partitions: int) -> int:
    """Create the topic where it is missing; returns how many partitions it has.

    Raises ``kafka_error()`` when no broker answers or the topic cannot be used.
    """
    errors, topic = load("kafka.errors"), settings.kafka_topic
    with _administration(settings) as admin:
        facts = _facts(admin, topic)
        if facts is None:
            try:
                admin.create_topics(
                    {topic: {"num_partitions": partitions}}, wait_for_metadata=True
                )
            except errors.TopicAlreadyExistsError:  # another relay was faster
                admin.wait_for_topics([topic])
            facts = _facts(admin, topic)
        if facts is None:
            raise errors.UnknownTopicOrPartitionError
        return facts.partitions


@contextmanager
def _reachable(settings: KafkaSettings) -> Generator[None]:
    try:
        yield
    except kafka_error() as error:
        raise TransportUnavailable(
            f"Kafka at {settings.kafka_bootstrap_servers} cannot be reached:"
            f" {refusal(error, settings)}."
        ) from error


@contextmanager
def _administration(settings: KafkaSettings) -> Generator[Any]:
    admin = load("kafka").KafkaAdminClient(
        **client_config(settings), bootstrap_timeout_ms=_BOOTSTRAP_MS
    )
    try:
        yield admin
    finally:
        admin.close()


def _facts(admin: Any, topic: str) -> TopicFacts | None:
    errors = load("kafka.errors")
    (found,) = admin.describe_topics([topic])
    if found["error_code"] == errors.UnknownTopicOrPartitionError.errno:
        return None
    if found["error_code"]:
        raise errors.for_code(found["error_code"])
    return TopicFacts(str(found["topic_id"]), len(found["partitions"]))


def _is_compacted(admin: Any, topic: str) -> bool:
    """Whether it is, as far as the account may see it: that takes DESCRIBE_CONFIGS."""
    kafka = load("kafka.admin")
    policy = {_POLICY: None}
    resource = kafka.ConfigResource(kafka.ConfigResourceType.TOPIC, topic, policy)
    found = admin.describe_configs([resource], config_filter="all")
    said = found.get("topic", {}).get(topic, {}).get(_POLICY, {})
    return "compact" in said.get("value", "")
