"""The relay on a real broker: killed, doubled, and with the broker killed under it."""

import gc
import json
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from cinestats.adapters.event_json import encode
from cinestats.adapters.kafka.publisher import KafkaPublisher
from cinestats.adapters.kafka.settings import KafkaSettings
from cinestats.adapters.kafka.topics import ensure_topic
from cinestats.adapters.memory.diary_store import MemoryDiaryStore
from cinestats.adapters.memory.event_log import MemoryEventLog
from cinestats.adapters.memory.relay_positions import MemoryRelayPositions
from cinestats.adapters.sqlite.event_log import SqliteEventLog
from cinestats.adapters.sqlite.relay_positions import SqliteRelayPositions
from cinestats.application.diary.record import Recorder
from cinestats.application.log.ports import EventLog
from cinestats.application.streaming.ports import PartitionsDiffer
from cinestats.application.streaming.relay import Relay
from cinestats.domain.diary import AddMovie
from cinestats.domain.entry import Entry
from cinestats.domain.movie import Movie
from cinestats.domain.partition import partition_of
from stack.kafka import Kafka, start_kafka
from tests.contracts.builders import added

from .kafka_topic import first_seen, new_topic, records
from .stack import requires

PARTITIONS = 4
USERS = [f"user {n}" for n in range(12)]

# What a relay process does; it says when it is about to publish.
DRAIN = """
import sys
from pathlib import Path
from cinestats.adapters.kafka.publisher import KafkaPublisher
from cinestats.adapters.kafka.settings import KafkaSettings
from cinestats.adapters.sqlite.event_log import SqliteEventLog
from cinestats.adapters.sqlite.relay_positions import SqliteRelayPositions
from cinestats.application.streaming.relay import Relay

settings, folder = KafkaSettings(), Path(sys.argv[1])
log = SqliteEventLog(folder / "log.db", 4)
positions = SqliteRelayPositions(folder / "relay.db", settings.kafka_topic)
publisher = KafkaPublisher(settings)
relay = Relay(log, positions, publisher, batch_size=int(sys.argv[2]))
publisher.ensure_topic(4)
print("ready", flush=True)
relay.drain()
"""


def fill(log: EventLog, events: int) -> None:
    """Append so many events of many users, each to its user's partition."""
    for n in range(events // len(USERS)):
        for user_id in USERS:
            partition = partition_of(user_id, PARTITIONS)
            log.append(partition, log.tail(partition), [added(n, user_id)])


def published(settings: KafkaSettings) -> list[list[int]]:
    """The positions on each partition of the topic."""
    return [[json.loads(r.value)["position"] for r in rs] for rs in records(settings)]


def complete(log: EventLog, settings: KafkaSettings) -> bool:
    """Whether each partition has every event of the log, first occurrences in order."""
    wanted = [list(range(1, log.tail(p) + 1)) for p in range(PARTITIONS)]
    return [first_seen(each) for each in published(settings)] == wanted


def until(good: Callable[[], object], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not good():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@contextmanager
def running(relay: Relay) -> Iterator[None]:
    stop = threading.Event()
    thread = threading.Thread(target=relay.run, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(30)
        assert not thread.is_alive()


@pytest.fixture
def settings(kafka: Kafka) -> KafkaSettings:
    return new_topic(kafka.bootstrap)


@pytest.fixture(scope="module")
def full_log(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteEventLog]:
    memory = MemoryEventLog(PARTITIONS)
    fill(memory, 12_000)
    log = SqliteEventLog(tmp_path_factory.mktemp("log") / "log.db", PARTITIONS)
    for partition in range(PARTITIONS):
        events = [r.event for r in memory.read(partition, 0, 12_000) if r.event is not None]
        log.append(partition, 0, events)
    yield log
    log.close()


@pytest.fixture
def folder(full_log: SqliteEventLog, tmp_path: Path) -> Path:
    """A folder with a copy of the full log."""
    full_log.backup(tmp_path / "log.db")
    return tmp_path


def start(folder: Path, settings: KafkaSettings, batch_size: int) -> "subprocess.Popen[str]":
    """A relay in a process of its own, about to publish."""
    process = subprocess.Popen(
        [sys.executable, "-c", DRAIN, str(folder), str(batch_size)],
        env={
            "CINESTATS_KAFKA_BOOTSTRAP_SERVERS": settings.kafka_bootstrap_servers,
            "CINESTATS_KAFKA_TOPIC": settings.kafka_topic,
        },
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def end(process: "subprocess.Popen[str]") -> int:
    status = process.wait(60)
    assert process.stdout is not None
    process.stdout.close()
    return status


def test_the_topic_equals_the_log(settings: KafkaSettings) -> None:
    """A new topic gets the log's partitions, and every event once, in order, as encoded."""
    log, positions = MemoryEventLog(PARTITIONS), MemoryRelayPositions()
    fill(log, 1200)
    publisher = KafkaPublisher(settings)
    relay = Relay(log, positions, publisher, batch_size=70)
    assert relay.drain() == 1200
    publisher.close()
    for partition, found in enumerate(records(settings)):
        events = [(r.event, r.position) for r in log.read(partition, 0, 1200) if r.event]
        assert [(r.key, r.value) for r in found] == [
            (event.user_id.encode(), encode(event, position)) for event, position in events
        ]


def test_another_number_of_partitions_is_refused(settings: KafkaSettings) -> None:
    """A topic with more partitions than the log is not written to (fault 15)."""
    ensure_topic(settings, 6)
    log = MemoryEventLog(PARTITIONS)
    fill(log, 12)
    relay = Relay(log, MemoryRelayPositions(), KafkaPublisher(settings))
    with pytest.raises(PartitionsDiffer, match="has 6 partitions and the log 4"):
        relay.drain()
    assert published(settings) == [[]] * 6


def test_a_relay_killed_again_and_again_leaves_nothing_out(
    folder: Path, full_log: SqliteEventLog, settings: KafkaSettings
) -> None:
    """Killed 20 times while draining, then left to end: all there, in order (fault 3)."""
    draw = random.Random(7)
    positions = SqliteRelayPositions(folder / "relay.db", settings.kafka_topic)
    relay = Relay(full_log, positions, KafkaPublisher(settings))
    left = [sum(relay.backlog())]
    for _ in range(20):
        process = start(folder, settings, batch_size=10)  # slow enough for 20 times
        time.sleep(draw.uniform(0.05, 0.3))
        process.send_signal(signal.SIGKILL)
        assert end(process) == -signal.SIGKILL, "it had ended before it was killed"
        left.append(sum(relay.backlog()))
    assert left == sorted(left, reverse=True)
    assert len(set(left)) > 10, "most of them should have published something"
    assert end(start(folder, settings, batch_size=2000)) == 0
    assert relay.backlog() == [0] * PARTITIONS
    assert complete(full_log, settings)
    positions.close()


def test_two_relays_at_once_leave_nothing_out(
    folder: Path, full_log: SqliteEventLog, settings: KafkaSettings
) -> None:
    """Two processes drain the same log: records come twice, but never too early (fault 8)."""
    both = [start(folder, settings, batch_size) for batch_size in (30, 70)]
    assert [end(each) for each in both] == [0, 0]
    assert sum(map(len, published(settings))) > 12_000, "they did not overlap"
    assert complete(full_log, settings)


@pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")
def test_a_broker_killed_under_the_relay(tmp_path: Path) -> None:
    """Killed in mid batch and restarted: nothing lost, order kept; writes go on meanwhile.

    Covers faults 4 (commands are accepted while Kafka is down, and delivered later) and 6.
    """
    requires("kafka")
    broker = start_kafka(tmp_path)
    try:
        settings = new_topic(broker.bootstrap)
        log, positions = MemoryEventLog(PARTITIONS), MemoryRelayPositions()
        fill(log, 12_000)
        publisher = KafkaPublisher(settings)
        relay = Relay(log, positions, publisher, batch_size=200)
        with running(relay):
            until(lambda: sum(relay.backlog()) < 11_000, 10)
            broker.kill()
            assert sum(relay.backlog()) > 0, "it was too fast to be disturbed"
            recorder = Recorder(log, MemoryDiaryStore())
            receipts = [recorder.record(_add(n)) for n in range(100)]
            assert [receipt.position for receipt in receipts] == sorted(
                receipt.position for receipt in receipts
            )
            broker.restart()
            until(lambda: not sum(relay.backlog()), 40)
        publisher.close()
        assert complete(log, settings)
    finally:
        broker.kill()
        gc.collect()  # kafka-python leaves the sockets of failed connections to the collector


def _add(n: int) -> AddMovie:
    day = date(2025, 1, 1)
    movie = Movie.create(f"Film {n}")
    now = datetime(2025, 1, 1, tzinfo=UTC)
    return AddMovie(
        event_id=f"c{n}",
        user_id="user 0",
        entry=Entry(f"c{n}", movie, 8, day, day),
        today=day,
        now=now,
    )
