"""Drivers that die, stall, are doubled or lose what they stand on: each event counts once."""

import os

import pytest

if os.environ.get("CI") != "true":
    pytest.importorskip("pyspark", reason="The extra distributed is not installed.")

import json
import random
import shutil
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession

from cinestats.adapters.event_json import read_event
from cinestats.adapters.kafka.client import load, open_producer
from cinestats.adapters.kafka.publisher import KafkaPublisher
from cinestats.adapters.kafka.settings import KafkaSettings, client_config
from cinestats.adapters.kafka.topics import ensure_topic, topic_bounds
from cinestats.adapters.mongo.database import MongoDatabase
from cinestats.adapters.mongo.dead_letters import MongoDeadLetters
from cinestats.adapters.mongo.event_log import MongoEventLog
from cinestats.adapters.mongo.read_models import MongoReadModels
from cinestats.adapters.mongo.relay_positions import MongoRelayPositions
from cinestats.adapters.mongo.topic_claims import MongoTopicClaims
from cinestats.adapters.mongo.topic_positions import MongoTopicPositions
from cinestats.application.streaming.claim import TopicCompacted, TopicMadeAnew
from cinestats.application.streaming.consume import Consumer, Positions
from cinestats.application.streaming.losses import RecordsLost, lag_of_topic, positions_of
from cinestats.application.streaming.ports import Lost, PartitionsDiffer
from cinestats.application.streaming.records import TopicRecord
from cinestats.application.streaming.relay import Relay
from cinestats.domain.partition import partition_of
from cinestats.entrypoints.settings import Settings, read_environment
from cinestats.entrypoints.spark_driver import Driver, StreamFailed
from stack.kafka import Kafka, start_kafka
from stack.mongo import Mongo

from .kafka_topic import clean_up
from .mongo_failpoints import NOW, ROME, Crash, FailingDatabase, failing_database, request_of
from .spark_events import PARTITIONS, Json, differences, events, produce
from .spark_process import START_SECONDS, Setup, consume, driver, runs, setup, spark
from .tcp_proxy import TcpProxy

__all__ = ["setup", "spark"]

EVENTS = int(os.environ.get("CINESTATS_TEST_EVENTS", "4000"))
KILLS = int(os.environ.get("CINESTATS_TEST_KILLS", "3"))


def batches(setup: Setup, folder: str) -> list[Path]:
    """The files of the statistics' checkpoint, in the order of their batches."""
    files = (setup.checkpoints / "user-stats" / folder).iterdir()
    return sorted((f for f in files if f.name.isdigit()), key=lambda f: int(f.name))


def wait_for_the_end_of(family: Sequence[int]) -> None:
    """The JVM and its workers end by themselves once their driver is gone."""
    deadline = time.monotonic() + 30
    while any(map(runs, family)):
        assert time.monotonic() < deadline, "a driver that is gone leaves its JVM behind"
        time.sleep(0.05)


# ── Killed, stopped and doubled ──────────────────────────────────────────────────────────


def test_a_driver_killed_again_and_again_counts_each_event_once(
    spark: SparkSession, setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fault 9: kill -9 at random moments, its JVM with it or not, until all is drained."""
    made, chance = events(EVENTS, corrections=0.1), random.Random(9)
    produce(setup.kafka, made)
    for round_ in range(KILLS):
        with driver(setup, CINESTATS_MAX_OFFSETS_PER_TRIGGER="400") as running:
            running.counts(partitions=1)
            time.sleep(chance.uniform(0, 1))
            if round_ % 2:
                running.send(signal.SIGKILL)
                continue
            # The JVM notices by itself: nobody else writes to the checkpoint for long.
            wait_for_the_end_of(running.kill_alone())
    setup.use(monkeypatch)
    consume(spark)
    assert differences(setup.database, made) == []


def test_a_driver_stopped_in_mid_batch_changes_nothing_when_it_goes_on(
    spark: SparkSession, setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fault 21, and SIGTERM: another drains the topic meanwhile, from its own checkpoint."""
    made = events(12_000, corrections=0.1)
    produce(setup.kafka, made)
    with driver(setup) as stopped:
        stopped.wait_until(lambda: bool(setup.database.find("user_affinities", {}, limit=1)))
        stopped.send(signal.SIGSTOP)
        assert len(setup.database.find("checkpoints", {})) < PARTITIONS, "not in mid batch"
        other = setup.checkpoints.with_name("other")
        setup.use(monkeypatch, CINESTATS_CHECKPOINT_DIR=str(other))
        consume(spark)
        assert differences(setup.database, made) == []
        stopped.send(signal.SIGCONT)
        stopped.counts(PARTITIONS)
        stopped.terminate()
        assert stopped.wait() == 0, stopped.log[-2000:]
    assert differences(setup.database, made) == []


def test_two_drivers_at_once_count_each_event_once(
    spark: SparkSession, setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each has its own checkpoint and other bounds; SIGTERM lets the batch be finished."""
    made = events(8_000, corrections=0.1)
    produce(setup.kafka, made[:200])
    with driver(setup, CINESTATS_MAX_OFFSETS_PER_TRIGGER="700") as running:
        running.counts()
        produce(setup.kafka, made[200:])
        setup.use(
            monkeypatch,
            CINESTATS_CHECKPOINT_DIR=str(setup.checkpoints.with_name("other")),
            CINESTATS_MAX_OFFSETS_PER_TRIGGER="1100",
        )
        consume(spark)
        in_hand = len(batches(setup, "offsets"))
        running.terminate()
        assert running.wait() == 0, running.log[-2000:]
    assert len(batches(setup, "commits")) >= in_hand
    assert differences(setup.database, made) == []


# ── Checkpoints ──────────────────────────────────────────────────────────────────────────


def test_the_last_batch_comes_again_when_its_commit_is_lost(
    spark: SparkSession, setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fault 10: the last file of ``commits`` is gone."""
    setup.use(monkeypatch, CINESTATS_MAX_OFFSETS_PER_TRIGGER="400")
    made = events(1_500)
    produce(setup.kafka, made[:1_000])
    consume(spark)
    commit = batches(setup, "commits")[-1]
    commit.unlink()
    commit.with_name(f".{commit.name}.crc").unlink(missing_ok=True)
    produce(setup.kafka, made[1_000:])
    consume(spark)
    assert differences(setup.database, made) == []


def test_everything_comes_again_when_the_checkpoint_is_lost(
    spark: SparkSession, setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fault 11: the whole directory is gone, and batches have other bounds now."""
    setup.use(monkeypatch, CINESTATS_MAX_OFFSETS_PER_TRIGGER="400")
    made = events(1_500)
    produce(setup.kafka, made[:1_000])
    consume(spark)
    shutil.rmtree(setup.checkpoints)
    monkeypatch.setenv("CINESTATS_MAX_OFFSETS_PER_TRIGGER", "1200")
    produce(setup.kafka, made[1_000:])
    consume(spark)
    assert differences(setup.database, made) == []


@pytest.mark.parametrize(
    ("name", "content"),
    [("offsets/0", ""), ("offsets/0", "v1\n"), ("commits/0", "garbage"), ("metadata", "")],
)
def test_a_garbled_checkpoint_is_refused_with_the_command_that_helps(
    spark: SparkSession,
    setup: Setup,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    content: str,
) -> None:
    """Fault 12: truncated or overwritten; ``--fresh`` starts anew and counts nothing twice."""
    setup.use(monkeypatch)
    made = events(300)
    produce(setup.kafka, made[:200])
    consume(spark)
    garbled = setup.checkpoints / "user-stats" / name
    garbled.write_text(content)
    garbled.with_name(f".{garbled.name}.crc").unlink(missing_ok=True)
    produce(setup.kafka, made[200:])
    with pytest.raises(StreamFailed, match="cannot be read: cinestats consume --fresh"):
        consume(spark)
    Driver.from_environment().start_afresh()
    consume(spark)
    assert differences(setup.database, made) == []


# ── The topic ────────────────────────────────────────────────────────────────────────────


def delete_topic(settings: KafkaSettings) -> None:
    admin = load("kafka").KafkaAdminClient(**client_config(settings))
    with closing(admin):
        admin.delete_topics([settings.kafka_topic])
        deadline = time.monotonic() + 30
        while admin.describe_topics([settings.kafka_topic])[0]["error_code"] == 0:
            assert time.monotonic() < deadline
            time.sleep(0.1)


def delete_records(settings: KafkaSettings, before: Sequence[int] = (-1,) * PARTITIONS) -> None:
    """What retention does; in the worst case no record is left on any partition."""
    kafka = load("kafka")
    admin = kafka.KafkaAdminClient(**client_config(settings))
    with closing(admin):
        admin.delete_records(
            {kafka.TopicPartition(settings.kafka_topic, p): at for p, at in enumerate(before)}
        )


def log_of(setup: Setup, made: Sequence[Json]) -> MongoEventLog:
    """A log of the same events; what follows needs no diary."""
    log = MongoEventLog(setup.database, PARTITIONS)
    append(log, made)
    return log


def append(log: MongoEventLog, made: Sequence[Json]) -> None:
    for event in made:
        partition = partition_of(event["user_id"], PARTITIONS)
        tail = log.tail(partition)
        name = f"{partition}-{tail}"
        ours = {**event, "event_id": name, "entry_id": name}
        log.append(partition, tail, [read_event(json.dumps(ours).encode(), ROME).event])


def relay(setup: Setup, log: MongoEventLog, group: str) -> None:
    publisher = KafkaPublisher(setup.kafka)
    Relay(log, MongoRelayPositions(setup.database, group), publisher).drain()
    publisher.close()


def test_a_topic_made_again_is_refused_and_a_log_heals_it(
    spark: SparkSession, setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fault 14, with offsets that look valid: what the new topic lacks comes from the log."""
    setup.use(monkeypatch)
    made = events(200, corrections=0.1)
    log = log_of(setup, made[:150])
    relay(setup, log, "first")
    consume(spark)
    delete_topic(setup.kafka)
    ensure_topic(setup.kafka, PARTITIONS)
    append(log, made[150:])
    relay(setup, log, "first")  # only the newer ones are on the new topic
    with pytest.raises(TopicMadeAnew, match="cinestats consume --fresh"):
        consume(spark)
    Driver.from_environment().start_afresh()
    consume(spark)
    assert differences(setup.database, made) == []


def test_a_topic_of_another_application_that_was_made_again_is_refused_for_good(
    spark: SparkSession, setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fault 14: its offsets start over, and nothing tells its new events from old ones."""
    setup.use(monkeypatch)
    made = events(100)
    produce(setup.kafka, made)
    consume(spark)
    delete_topic(setup.kafka)
    produce(setup.kafka, made)
    with pytest.raises(TopicMadeAnew, match="was deleted and made again"):
        consume(spark)
    with pytest.raises(TopicMadeAnew, match="set CINESTATS_KAFKA_TOPIC"):
        Driver.from_environment().start_afresh()
    assert differences(setup.database, made) == []


def test_checkpoints_of_another_application_begin_where_mongodb_is(
    spark: SparkSession, setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fault 33: one that is lost with ``latest``, and one that is another database's."""
    made = events(300)
    setup.use(monkeypatch)
    produce(setup.kafka, made[:200])
    consume(spark)
    produce(setup.kafka, made[200:])
    shutil.rmtree(setup.checkpoints)
    monkeypatch.setenv("CINESTATS_STARTING_OFFSETS", "latest")
    consume(spark)
    assert differences(setup.database, made) == []
    other = MongoDatabase(setup.environment["CINESTATS_MONGO_URI"], f"{setup.database.name}-2")
    monkeypatch.setenv("CINESTATS_MONGO_DATABASE", other.name)
    monkeypatch.setenv("CINESTATS_STARTING_OFFSETS", "earliest")
    consume(spark)
    assert differences(other, made) == []
    other.drop()


def test_what_another_applications_topic_has_lost_is_given_up_by_an_operator_alone(
    spark: SparkSession, setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fault 33: retention passed the position; with new checkpoints it stops as well."""
    log = os.environ.get("CINESTATS_TEST_FOREIGN_LOG", "on")
    setup.use(monkeypatch, CINESTATS_FOREIGN_LOG=log)
    settings = read_environment(Settings)
    added = (each for each in events(400) if each["event_type"] == "ADD")
    made = [{**each, "user_id": f"user {number % 30}"} for number, each in enumerate(added)]
    produce(setup.kafka, made[:100])
    consume(spark)
    produce(setup.kafka, made[100:])
    counted = [bounds.end for bounds in topic_bounds(settings, PARTITIONS)]
    belongs = [partition_of(each["user_id"], PARTITIONS) for each in made]
    reached = [belongs[:100].count(p) for p in range(PARTITIONS)]
    assert [belongs.count(p) for p in range(PARTITIONS)] == counted
    # What is counted may go, and of two partitions what is not.
    delete_records(setup.kafka, [reached[0] + 7, reached[1], 0, counted[3]])
    lost = [Lost(0, reached[0], reached[0] + 6), Lost(3, reached[3], counted[3] - 1)]
    number = sum(each.records for each in lost)
    options = " ".join(f"--accept-loss {each}" for each in lost)
    for _ in range(2):
        with pytest.raises(RecordsLost, match=f"has lost {number} records .*{options}"):
            consume(spark)
        Driver.from_environment().start_afresh()
    for _ in range(2):  # a supervisor starts the same command again
        driver = Driver.from_environment()
        driver.prepare(accepted=lost)
        driver.drain(spark)
    places: dict[int, int] = {}
    kept = []
    for event, partition in zip(made, belongs, strict=True):
        offset = places[partition] = places.get(partition, -1) + 1
        if not any(p == partition and first <= offset <= last for p, first, last in lost):
            kept.append(event)
    assert len(kept) == len(made) - number
    assert differences(setup.database, kept) == []
    positions = MongoTopicPositions(setup.database)
    topic = setup.kafka.kafka_topic
    noted = [each.lost for p in range(PARTITIONS) for each in positions.given_up(topic, p)]
    assert noted == lost


@pytest.mark.parametrize("policy", ["compact", "compact,delete"])
def test_a_topic_that_is_compacted_is_refused(
    setup: Setup, monkeypatch: pytest.MonkeyPatch, policy: str
) -> None:
    """Before the first record and at any time after; once it is not, counting goes on."""
    setup.use(monkeypatch)
    produce(setup.kafka, events(10))
    sentence = f"Kafka compacts the topic {setup.kafka.kafka_topic}"
    for is_claimed in (False, True):
        clean_up(setup.kafka, policy)
        with pytest.raises(TopicCompacted, match=sentence):
            Driver.from_environment().prepare()
        claim = MongoTopicClaims(setup.database).get(setup.kafka.kafka_topic)
        assert (claim is not None) == is_claimed
        clean_up(setup.kafka, "delete")
        Driver.from_environment().prepare()


def test_what_a_transaction_took_back_is_not_counted(
    spark: SparkSession, setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fault 34: its records lie in the topic for good; those that it committed count."""
    setup.use(monkeypatch)
    made = events(120)
    produce(setup.kafka, made[:40])
    producer = open_producer(setup.kafka, transactional_id=setup.kafka.kafka_topic)
    sending: Any = producer
    sending.init_transactions()
    for part, end in ((made[40:80], "abort"), (made[40:], "commit")):
        sending.begin_transaction()
        for event in part:
            key, value = event["user_id"].encode(), json.dumps(event).encode()
            producer.send(setup.kafka.kafka_topic, value, key)
        producer.flush(60)
        getattr(sending, f"{end}_transaction")()
    producer.close(10)
    consume(spark)
    assert differences(setup.database, made) == []
    # The offsets that end a transaction are of no record: none of them waits.
    settings = read_environment(Settings)
    bounds = topic_bounds(settings, PARTITIONS)
    reached = positions_of(
        settings.kafka_topic, PARTITIONS, MongoTopicPositions(setup.database)
    )
    assert list(lag_of_topic(reached, bounds)) == [0] * PARTITIONS
    consume(spark)
    assert differences(setup.database, made) == []


def test_records_that_retention_dropped_fail_loudly_and_come_from_the_log(
    spark: SparkSession, setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fault 13: retention has passed the consumer's offset."""
    setup.use(monkeypatch)
    made = events(400, corrections=0.1)
    log = log_of(setup, made[:100])
    relay(setup, log, "first")
    consume(spark)
    append(log, made[100:])
    relay(setup, log, "first")
    delete_records(setup.kafka)
    with pytest.raises(StreamFailed, match="cinestats consume --fresh"):
        consume(spark)
    Driver.from_environment().start_afresh()
    consume(spark)
    assert differences(setup.database, made) == []


def test_a_changed_number_of_partitions_is_refused(
    spark: SparkSession, setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fault 15: a user's events may lie in two partitions from then on."""
    setup.use(monkeypatch)
    produce(setup.kafka, events(50))
    consume(spark)
    kafka = load("kafka")
    with closing(kafka.KafkaAdminClient(**client_config(setup.kafka))) as admin:
        admin.create_partitions({setup.kafka.kafka_topic: PARTITIONS + 2})
        admin.wait_for_topics([setup.kafka.kafka_topic])
    with pytest.raises(PartitionsDiffer, match="has 6 partitions, but 4"):
        consume(spark)


# ── Servers ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("how", ["cut in a request", "answer lost"])
def test_a_connection_that_breaks_in_a_bulk_costs_nothing(
    spark: SparkSession,
    setup: Setup,
    mongo: Mongo,
    monkeypatch: pytest.MonkeyPatch,
    how: str,
) -> None:
    """Faults 16 and 17, in Spark's workers: what was sent is sent once more."""
    made = events(3_000)
    produce(setup.kafka, made[:1_000])
    with TcpProxy(mongo.port) as proxy:
        uri = f"mongodb://127.0.0.1:{proxy.port}"
        setup.use(monkeypatch, CINESTATS_MONGO_URI=uri)
        consume(spark)
        produce(setup.kafka, made[1_000:])
        if how == "answer lost":
            proxy.drop_answer(request_of("update", "user_affinities"))
        else:
            proxy.cut_request(b"user_affinities", pass_bytes=9_000, skip=4)
        consume(spark)
        assert proxy.happened.is_set()
        assert differences(setup.database, made) == []


def test_a_driver_without_mongodb_ends_with_its_reason_and_is_started_again(
    spark: SparkSession, setup: Setup, mongo: Mongo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fault 22: a query that has died ends the process, with exit 1."""
    made = events(1_000)
    produce(setup.kafka, made[:500])
    with ExitStack() as mongodb:
        proxy = mongodb.enter_context(TcpProxy(mongo.port))
        uri = f"mongodb://127.0.0.1:{proxy.port}"
        with driver(setup, CINESTATS_MONGO_URI=uri) as running:
            running.counts()
            family = running.children()
            mongodb.close()
            produce(setup.kafka, made[500:])
            assert running.wait() == 1, running.log[-2000:]
            assert "MongoDB cannot be reached" in running.log.strip().splitlines()[-1]
            wait_for_the_end_of(family)
    setup.use(monkeypatch)
    consume(spark)
    assert differences(setup.database, made) == []


@pytest.fixture
def own_kafka(tmp_path: Path) -> Iterator[Kafka]:
    broker = start_kafka(tmp_path / "kafka")
    yield broker
    broker.stop()


def test_a_broker_that_is_killed_and_comes_back_costs_nothing(
    own_kafka: Kafka, mongo: Mongo, tmp_path: Path
) -> None:
    """Fault 6: the driver goes on, or ends for its supervisor and goes on in another."""
    setup = Setup(own_kafka.bootstrap, mongo.uri, tmp_path)
    made = events(2_000)
    produce(setup.kafka, made[:1_000])
    with driver(setup, CINESTATS_MAX_OFFSETS_PER_TRIGGER="200") as running:
        running.counts()
        own_kafka.kill()
        time.sleep(3)
        own_kafka.restart()
        produce(setup.kafka, made[1_000:])
        running.wait_until(lambda: not differences(setup.database, made))
        running.terminate()
        assert running.wait(START_SECONDS) == 0, running.log[-2000:]
    setup.database.drop()


# ── Failpoints ───────────────────────────────────────────────────────────────────────────


@pytest.fixture
def failing(mongo: Mongo) -> Iterator[FailingDatabase]:
    yield from failing_database(mongo)


@pytest.mark.parametrize("mode", ["before", "after", "part"])
def test_a_consumer_killed_at_any_write_parks_and_counts_once(
    failing: FailingDatabase, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    """Fault 9: before, after and in the middle of parking, every bulk and the checkpoint.

    What comes again has other bounds, and comes from where the last commit was.
    """
    monkeypatch.setattr("cinestats.adapters.mongo.database.CHUNK", 30)
    made = events(24, corrections=0.2)
    records: list[TopicRecord] = []
    for event in made:
        records.append(TopicRecord(len(records), b"nobody", json.dumps(event).encode()))
        good = json.dumps(event).encode()
        records.append(TopicRecord(len(records), event["user_id"].encode(), good))
    consumer = Consumer(
        "films",
        1,
        partial(read_event, zone=ROME),
        Positions(None),
        MongoReadModels(failing, ROME),
        MongoDeadLetters(failing),
        lambda: NOW,
    )
    failing.after, failing.part = mode == "after", mode == "part"
    names = ("user_stats", "user_affinities", "global_days", "checkpoints", "dead_letters")
    killed = 0
    while True:
        for name in names:
            failing.collection(name).drop()
        failing.fatal, failing.writes = killed, 0
        try:
            consumer.consume(0, records[:24])
            consumer.consume(0, records[24:])
            break
        except Crash:
            killed += 1
            failing.fatal = None
            consumer.consume(0, records[:15])
            consumer.consume(0, records[9:])
            assert differences(failing, made, partitions=1) == []
            assert len(failing.find("dead_letters", {})) == len(made)
    assert killed > 10, "parking, every bulk and the checkpoint had their turn"
