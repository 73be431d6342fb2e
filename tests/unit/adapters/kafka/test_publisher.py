"""The log's publisher, on a Kafka that misbehaves on cue."""

import json
import logging

import pytest

from cinestats.adapters.kafka import publisher as publisher_module
from cinestats.adapters.kafka.publisher import KafkaPublisher
from cinestats.adapters.kafka.settings import KafkaSettings
from cinestats.application.log.ports import Recorded
from cinestats.application.streaming.ports import PartitionsDiffer, TransportUnavailable
from tests.contracts.builders import added

from .fake_producer import FakeKafka, FakeProducer

SETTINGS = KafkaSettings(kafka_bootstrap_servers="kafka:9092", kafka_topic="films")


@pytest.fixture
def kafka() -> FakeKafka:
    return FakeKafka()


@pytest.fixture
def publisher(kafka: FakeKafka) -> KafkaPublisher:
    return KafkaPublisher(SETTINGS, kafka.connect, kafka.drop, lambda *_: 6)


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """About 20 events fit into a batch."""
    monkeypatch.setattr(publisher_module, "_BATCH_BYTES", 11 * 1024)


def run(positions: range, partition: int = 0) -> list[Recorded]:
    return [Recorded(partition, at, added(at)) for at in positions]


def positions(producer: FakeProducer) -> list[int]:
    return [json.loads(value)["position"] for value in producer.acknowledged]


def test_records_carry_key_position_and_partition(
    kafka: FakeKafka, publisher: KafkaPublisher
) -> None:
    """Each event goes to the partition it has in the log, under its user's id."""
    assert publisher.publish(3, run(range(5, 8), 3)) == 7
    (producer,) = kafka.opened
    assert {(topic, key, to) for topic, _, key, to in producer.sent} == {("films", b"u1", 3)}
    assert positions(producer) == [5, 6, 7]


def test_one_producer_serves_many_runs(kafka: FakeKafka, publisher: KafkaPublisher) -> None:
    """The connection is kept as long as all goes well."""
    publisher.publish(0, run(range(1, 3)))
    publisher.publish(0, run(range(3, 5)))
    assert positions(kafka.opened[0]) == [1, 2, 3, 4]
    publisher.close()
    assert kafka.opened[0].closed


@pytest.mark.usefixtures("small_batches")
def test_a_large_run_goes_batch_by_batch(kafka: FakeKafka, publisher: KafkaPublisher) -> None:
    """What does not fit into one batch of Kafka waits for that batch's acknowledgement."""
    assert publisher.publish(0, run(range(1, 101))) == 100
    (producer,) = kafka.opened
    sizes = [len(value) for _, value, _, _ in producer.sent]
    assert sum(sizes) > publisher_module._BATCH_BYTES * 3
    assert producer.flushes >= sum(sizes) / publisher_module._BATCH_BYTES
    assert positions(producer) == list(range(1, 101))


@pytest.mark.usefixtures("small_batches")
def test_nothing_is_sent_behind_a_failed_batch(
    kafka: FakeKafka, publisher: KafkaPublisher
) -> None:
    """A failed delivery leaves its event and all behind it unsent (fault 7)."""
    events = run(range(1, 101))
    kafka.prepare = lambda producer: setattr(producer, "refuses", lambda number: number == 50)
    reached = publisher.publish(0, events)
    (producer,) = kafka.opened
    assert 0 < reached < 51
    assert len(producer.sent) < 100
    assert kafka.dropped == [producer]
    kafka.prepare = lambda producer: None
    assert publisher.publish(0, events[reached:]) == 100
    first_seen = list(dict.fromkeys(positions(producer) + positions(kafka.opened[1])))
    assert first_seen[:reached] == list(range(1, reached + 1))
    assert positions(kafka.opened[1]) == list(range(reached + 1, 101))


def test_a_run_that_fails_at_once_is_an_error(
    kafka: FakeKafka, publisher: KafkaPublisher
) -> None:
    """With nothing acknowledged the reason is raised, in one sentence (fault 7)."""
    kafka.prepare = lambda producer: setattr(producer, "refuses", lambda number: number == 0)
    with pytest.raises(
        TransportUnavailable, match=r"Kafka at kafka:9092 did not take .*expired"
    ):
        publisher.publish(0, run(range(1, 4)))
    assert kafka.dropped == kafka.opened


def test_a_producer_that_hangs_is_dropped(kafka: FakeKafka, publisher: KafkaPublisher) -> None:
    """No answer within the bound counts as unsent, and the next try has a new producer."""
    kafka.prepare = lambda producer: setattr(producer, "stuck", not kafka.opened)
    with pytest.raises(TransportUnavailable):
        publisher.publish(0, run(range(1, 4)))
    assert publisher.publish(0, run(range(1, 4))) == 3
    assert len(kafka.dropped) == 1


def test_kafka_down_is_an_error(kafka: FakeKafka, publisher: KafkaPublisher) -> None:
    """Not being able to connect is told, and tried again at the next call (fault 4)."""
    kafka.down = True
    with pytest.raises(TransportUnavailable, match="no broker answers"):
        publisher.publish(0, run(range(1, 4)))
    kafka.down = False
    assert publisher.publish(0, run(range(1, 4))) == 3


def test_erased_events_are_stepped_over(kafka: FakeKafka, publisher: KafkaPublisher) -> None:
    """An erased event leaves no record and does not hold up those behind it."""
    first, _, third, _ = run(range(1, 5))
    events = [first, Recorded(0, 2, None), third, Recorded(0, 4, None)]
    assert publisher.publish(0, events) == 4
    assert positions(kafka.opened[0]) == [1, 3]
    assert publisher.publish(0, [Recorded(0, 5, None)]) == 5


def test_another_number_of_partitions_is_refused(publisher: KafkaPublisher) -> None:
    """The sentence names both numbers and the command that migrates (fault 15)."""
    with pytest.raises(PartitionsDiffer, match=r"6 partitions .* 4; .*`cinestats relay`"):
        publisher.ensure_topic(4)
    publisher.ensure_topic(6)


def test_the_topic_of_a_dead_kafka_is_an_error(
    kafka: FakeKafka, publisher: KafkaPublisher
) -> None:
    """Looking at the topic says why Kafka cannot be reached (fault 4)."""
    kafka.down = True
    with pytest.raises(TransportUnavailable, match="no broker answers"):
        publisher.ensure_topic(6)


@pytest.mark.usefixtures("small_batches")
def test_a_partial_run_is_logged(
    kafka: FakeKafka, publisher: KafkaPublisher, caplog: pytest.LogCaptureFixture
) -> None:
    """When some of a run got through, the reason why not all did is one line in the log."""
    kafka.prepare = lambda producer: setattr(producer, "refuses", lambda number: number == 50)
    with caplog.at_level(logging.WARNING):
        publisher.publish(0, run(range(1, 101)))
    (record,) = caplog.records
    assert "expired" in record.message
    assert record.exc_info is None
