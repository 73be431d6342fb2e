"""A topic of the benchmark's own, filled once for all sides."""

from collections.abc import Generator, Iterable
from contextlib import contextmanager
from uuid import uuid4

import orjson
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, NewTopic

from .events import Event

PARTITIONS = 4


@contextmanager
def filled_topic(kafka: str, events: Iterable[Event]) -> Generator[str]:
    """The name of a new topic that holds the events, by user; deleted in the end."""
    name = f"backfill-{uuid4().hex[:8]}"
    admin = AdminClient({"bootstrap.servers": kafka})
    admin.create_topics([NewTopic(name, PARTITIONS)])[name].result()
    try:
        # The Java client's partitioner, which Kafka's own tools and cinestats expect.
        producer = Producer(
            {"bootstrap.servers": kafka, "partitioner": "murmur2_random", "linger.ms": 50}
        )
        for event in events:
            while True:
                try:
                    producer.produce(name, orjson.dumps(event), event["user_id"].encode())
                    break
                except BufferError:
                    producer.poll(1)
        if left := producer.flush(60):
            raise RuntimeError(f"Kafka did not take {left} of the events.")
        yield name
    finally:
        admin.delete_topics([name])[name].result()


def forget(kafka: str, name: str) -> None:
    """Delete the topics that Kafka Streams made for the application of that name."""
    admin = AdminClient({"bootstrap.servers": kafka})
    made = [topic for topic in admin.list_topics().topics if topic.startswith(f"{name}-")]
    if made:
        for deleted in admin.delete_topics(made).values():
            deleted.result()
