"""The stack itself: what the distributed tests stand on does what they take for granted."""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import stack.jars
from stack.errors import StackError
from stack.jars import jars
from stack.java_process import JavaProcess, free_port
from stack.kafka import Kafka, start_kafka
from stack.mongo import Mongo, start_mongo

from .stack import requires
from .tcp_proxy import TcpProxy

# kafka-python calls functions of importlib.resources that Python 3.11 and 3.12 deprecate.
pytestmark = pytest.mark.filterwarnings(
    "ignore:(read|open)_text is deprecated:DeprecationWarning"
)


@pytest.fixture
def films(mongo: Mongo) -> Iterator[Any]:
    import pymongo

    with pymongo.MongoClient(mongo.uri) as client:
        yield client["test_stack"]["films"]
        client.drop_database("test_stack")


def _send(kafka: Kafka, topic: str, value: bytes) -> None:
    from kafka import KafkaProducer

    producer = KafkaProducer(bootstrap_servers=kafka.bootstrap, acks="all", max_block_ms=5000)
    try:
        producer.send(topic, key=b"u1", value=value).get(timeout=20)
    finally:
        producer.close()


def _create(kafka: Kafka, topic: str, partitions: int) -> None:
    from kafka import KafkaAdminClient
    from kafka.admin import NewTopic

    admin = KafkaAdminClient(bootstrap_servers=kafka.bootstrap)
    try:
        admin.create_topics([NewTopic(topic, partitions, 1)])
    finally:
        admin.close()


def _values(kafka: Kafka, topic: str, count: int) -> list[bytes]:
    from kafka import KafkaConsumer

    consumer = KafkaConsumer(
        topic,
        bootstrap_servers=kafka.bootstrap,
        auto_offset_reset="earliest",
        consumer_timeout_ms=20_000,
    )
    try:
        return [record.value for _, record in zip(range(count), consumer, strict=False)]
    finally:
        consumer.close()


def test_a_record_goes_through_the_broker(kafka: Kafka) -> None:
    """What kafka-python produces, it consumes."""
    _create(kafka, "through", 4)
    _send(kafka, "through", b"a film")
    assert _values(kafka, "through", 1) == [b"a film"]


def test_a_topic_is_made_on_purpose_only(kafka: Kafka) -> None:
    """A misspelt topic is an error, not a new topic with a wrong number of partitions."""
    from kafka.errors import KafkaError

    with pytest.raises(KafkaError):
        _send(kafka, "misspelt", b"a film")


def test_a_killed_broker_comes_back_with_its_records(tmp_path: Path) -> None:
    """After SIGKILL the broker starts on the same address, and has what it had acknowledged."""
    requires("kafka")
    started = time.monotonic()
    kafka = start_kafka(tmp_path)
    try:
        print(f"\nKafka up in {time.monotonic() - started:.1f} s")
        bootstrap, pid = kafka.bootstrap, kafka.pid
        _create(kafka, "kept", 1)
        _send(kafka, "kept", b"a film")
        kafka.kill()
        started = time.monotonic()
        kafka.restart()
        print(f"Kafka back in {time.monotonic() - started:.1f} s")
        assert kafka.bootstrap == bootstrap
        assert kafka.pid != pid
        _send(kafka, "kept", b"another")
        assert _values(kafka, "kept", 2) == [b"a film", b"another"]
    finally:
        kafka.stop()
    assert Kafka.running(tmp_path) is None
    assert not _alive(kafka.pid)


def test_two_mongo_servers_know_nothing_of_each_other(mongo: Mongo, tmp_path: Path) -> None:
    """Each server has its own port and its own data, and ends without a trace."""
    import pymongo

    started = time.monotonic()
    other = start_mongo(tmp_path, heap="256m")
    try:
        print(f"\nMongo up in {time.monotonic() - started:.1f} s")
        with pymongo.MongoClient(mongo.uri) as one, pymongo.MongoClient(other.uri) as two:
            one["apart"]["films"].insert_one({"_id": "f1"})
            assert two["apart"]["films"].find_one() is None
            one.drop_database("apart")
        found = Mongo.running(tmp_path)
        assert found is not None
        assert found.uri == other.uri
    finally:
        other.stop()
    assert Mongo.running(tmp_path) is None
    assert not _alive(other.pid)


def test_documents_are_inserted_and_found(films: Any) -> None:
    """A document comes back as it went in."""
    film = {"_id": "f1", "name": "Inception", "rating": 4.5, "genres": ["Sci-Fi", "Action"]}
    films.insert_one(film)
    assert films.find_one({"genres": "Action"}) == film


def test_an_increment_creates_what_is_missing(films: Any) -> None:
    """``$inc`` with upsert starts at zero, ``$setOnInsert`` counts the first time only."""
    for _ in range(2):
        films.update_one(
            {"_id": "u1"}, {"$inc": {"n": 1.5}, "$setOnInsert": {"user": "u1"}}, upsert=True
        )
    assert films.find_one() == {"_id": "u1", "n": 3.0, "user": "u1"}


def test_an_unordered_bulk_write_reports_each_duplicate(films: Any) -> None:
    """A fence that does not match collides on upsert (code 11000); the others are written."""
    from pymongo import UpdateOne
    from pymongo.errors import BulkWriteError

    films.insert_many([{"_id": 1, "position": 5, "n": 1}, {"_id": 2, "position": 9, "n": 1}])
    fenced = [
        UpdateOne(
            {"_id": each, "position": {"$lte": 5}},
            {"$inc": {"n": 1}, "$set": {"position": 8}},
            upsert=True,
        )
        for each in (2, 1, 3)
    ]
    with pytest.raises(BulkWriteError) as failure:
        films.bulk_write(fenced, ordered=False)
    assert [(e["index"], e["code"]) for e in failure.value.details["writeErrors"]] == [
        (0, 11000)
    ]
    assert list(films.find().sort("_id")) == [
        {"_id": 1, "position": 8, "n": 2},
        {"_id": 2, "position": 9, "n": 1},
        {"_id": 3, "position": 8, "n": 1},
    ]


def test_compare_and_set_has_one_winner(films: Any) -> None:
    """An update that names the position it has read matches once."""
    films.insert_one({"_id": "checkpoint", "base": 5})
    step = ({"_id": "checkpoint", "base": 5}, {"$set": {"base": 8}})
    assert [films.update_one(*step).modified_count for _ in range(2)] == [1, 0]


def test_a_dropped_answer_leaves_the_write_done(mongo: Mongo, films: Any) -> None:
    """Fault 16: the server has written, and its client sees a broken connection."""
    import pymongo
    from pymongo.errors import AutoReconnect

    with (
        TcpProxy(mongo.port) as proxy,
        pymongo.MongoClient("127.0.0.1", proxy.port, retryWrites=False) as client,
    ):
        client["test_stack"]["films"].insert_one({"_id": "before"})
        proxy.drop_answer(b"needle")
        with pytest.raises(AutoReconnect):
            client["test_stack"]["films"].insert_one({"_id": "needle"})
        assert proxy.happened.is_set()
        client["test_stack"]["films"].insert_one({"_id": "after"})
    assert films.distinct("_id") == ["after", "before", "needle"]


def test_a_request_cut_short_is_not_done(mongo: Mongo, films: Any) -> None:
    """Fault 17: of a bulk in several messages the first is written, the cut one is not."""
    import pymongo
    from pymongo.errors import AutoReconnect

    with (
        TcpProxy(mongo.port) as proxy,
        pymongo.MongoClient("127.0.0.1", proxy.port, retryWrites=False) as client,
    ):
        size = client.admin.command("isMaster")["maxWriteBatchSize"]
        proxy.cut_request(b"insert", pass_bytes=100, skip=1)
        with pytest.raises(AutoReconnect):
            client["test_stack"]["films"].insert_many([{"_id": i} for i in range(size + 10)])
        assert proxy.happened.is_set()
    assert films.count_documents({}) == size


def test_a_refusing_proxy_is_a_server_that_is_down(mongo: Mongo) -> None:
    """Nothing gets through until the proxy accepts again."""
    import pymongo
    from pymongo.errors import ConnectionFailure

    with (
        TcpProxy(mongo.port) as proxy,
        pymongo.MongoClient(
            "127.0.0.1", proxy.port, serverSelectionTimeoutMS=1000, retryReads=False
        ) as client,
    ):
        client.admin.command("ping")
        proxy.refuse()
        with pytest.raises(ConnectionFailure):
            client.admin.command("ping")
        proxy.accept()
        client.admin.command("ping")


def test_a_server_that_does_not_start_says_why(tmp_path: Path) -> None:
    """The end of its log is in the error, and no process is left."""
    requires("mongo")
    with pytest.raises(StackError, match="Invalid maximum heap size"):
        start_mongo(tmp_path, heap="nonsense")
    assert Mongo.running(tmp_path) is None


def test_a_taken_port_is_refused(mongo: Mongo, tmp_path: Path) -> None:
    """Nothing is started on a port that somebody listens on."""
    with pytest.raises(StackError, match=rf"port {mongo.port} of 127\.0\.0\.1 is taken"):
        start_mongo(tmp_path, mongo.port)


def test_a_stranger_with_the_same_pid_is_left_alone() -> None:
    """A pid without our mark on its command line gets no signal."""
    stranger = JavaProcess(os.getpid(), "-Dcinestats.stack=0123456789abcdef")
    assert not stranger.runs()
    stranger.kill()
    stranger.stop(1)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (Path.unlink, "is missing"),
        (lambda jar: jar.write_bytes(b"another"), "differs from stack/mongo.sha256"),
        (lambda jar: jar.with_name("new.jar").write_bytes(b""), "is not listed"),
    ],
    ids=["missing", "another", "more"],
)
def test_each_jar_is_checked(
    change: Any, problem: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A jar that is missing, differs or was never asked for stops the start, by its name."""
    requires("mongo")
    kept = jars("mongo")
    folder = tmp_path / "jars" / "mongo"
    folder.mkdir(parents=True)
    for jar in kept:
        (folder / jar.name).write_bytes(jar.read_bytes())
    monkeypatch.setattr(stack.jars, "STACK_DIR", tmp_path)
    assert [jar.parent for jar in jars("mongo")] == [folder] * len(kept)
    change(folder / kept[0].name)
    named = "new.jar" if problem == "is not listed" else kept[0].name
    with pytest.raises(StackError, match=f"{named}.* {problem}"):
        jars("mongo")


def test_a_missing_component_skips_and_fails_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same sentence, as a skip at home and as a failure in CI."""
    requires("kafka")
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="java is missing"):
        requires("kafka")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="java is missing"):
        requires("kafka")


def test_free_ports_are_outside_the_range_of_outgoing_connections() -> None:
    """So that none is taken between the choice and the server's start."""
    assert 20_000 <= free_port() < 32_000


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
