"""The Spark driver in a process of its own, and one session for the tests of a module."""

import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cinestats.adapters.kafka.settings import KafkaSettings
from cinestats.adapters.mongo.database import MongoDatabase
from stack.kafka import Kafka
from stack.mongo import Mongo

from .stack import requires

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_CINESTATS = str(Path(sys.executable).with_name("cinestats"))
_POLL_SECONDS = 0.05
START_SECONDS = 120.0
"""A driver takes some 8 seconds to its first batch; far longer on a machine that is busy."""


class Setup:
    """A topic, a database and a checkpoint folder that no other test uses."""

    def __init__(self, bootstrap: str, mongo_uri: str, folder: Path) -> None:
        name = f"spark-{uuid.uuid4().hex[:8]}"
        self.kafka = KafkaSettings(kafka_bootstrap_servers=bootstrap, kafka_topic=name)
        self.database = MongoDatabase(mongo_uri, name)
        self.checkpoints = folder / "checkpoints"
        self.environment = {
            "CINESTATS_BACKEND": "distributed",
            "CINESTATS_KAFKA_BOOTSTRAP_SERVERS": bootstrap,
            "CINESTATS_KAFKA_TOPIC": name,
            "CINESTATS_MONGO_URI": mongo_uri,
            "CINESTATS_MONGO_DATABASE": name,
            "CINESTATS_CHECKPOINT_DIR": str(self.checkpoints),
            "CINESTATS_STATS_TRIGGER_SECONDS": "0.5",
            "CINESTATS_TRENDS_TRIGGER_SECONDS": "5",
        }

    def use(self, monkeypatch: pytest.MonkeyPatch, **changes: str) -> None:
        """Let the driver's functions, called in this process, find the setup."""
        for name, value in {**self.environment, **changes}.items():
            monkeypatch.setenv(name, value)


class Driver:
    """A running driver: Python, its JVM and the JVM's Python workers."""

    def __init__(self, process: "subprocess.Popen[bytes]", log: Path) -> None:
        self._process = process
        self._log = log

    @property
    def log(self) -> str:
        """What it has written to its standard error."""
        return self._log.read_text(errors="replace")

    def wait_until(self, what: Callable[[], bool], seconds: float = START_SECONDS) -> None:
        """Wait until it is so; fails when the driver ends before, or in the end."""
        deadline = time.monotonic() + seconds
        while not what():
            assert self._process.poll() is None, self.log[-2000:]
            assert time.monotonic() < deadline, self.log[-2000:]
            time.sleep(_POLL_SECONDS)

    def counts(self, partitions: int = 1) -> None:
        """Wait for its first counted partitions."""
        self.wait_until(lambda: self.log.count("partition counted in") >= partitions)

    def send(self, number: signal.Signals) -> None:
        """Send a signal to it, the JVM and the workers."""
        for pid in [self._process.pid, *self.children()]:
            with suppress(ProcessLookupError):  # ended meanwhile
                os.kill(pid, number)

    def kill_alone(self) -> list[int]:
        """``kill -9`` the driver only; returns the processes that it leaves behind."""
        left = self.children()
        self._process.kill()
        self._process.wait()
        return left

    def terminate(self) -> None:
        self._process.terminate()

    def wait(self, seconds: float = START_SECONDS) -> int:
        """Its exit code."""
        return self._process.wait(seconds)

    def children(self) -> list[int]:
        listing = subprocess.run(
            ["ps", "-e", "-o", "pid=,ppid="], capture_output=True, text=True, check=True
        )
        parents = [tuple(map(int, line.split())) for line in listing.stdout.splitlines()]
        family = [self._process.pid]
        for pid in family:
            family += [child for child, parent in parents if parent == pid]
        return family[1:]


def runs(pid: int) -> bool:
    """Whether there is such a process, and it is no zombie."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text()
    except OSError:  # its end may also come in the middle of the read
        return False
    return state.rpartition(")")[2].split()[0] != "Z"


@contextmanager
def driver(setup: Setup, *arguments: str, **changes: str) -> Iterator[Driver]:
    """A driver in the environment of the setup; it is killed in the end if it still runs."""
    log = setup.checkpoints.with_name(f"driver-{uuid.uuid4().hex[:8]}.log")
    process = start(setup.environment | changes, log, *arguments)
    running = Driver(process, log)
    try:
        yield running
    finally:
        running.send(signal.SIGKILL)
        process.wait()


def start(
    environment: Mapping[str, str], log: Path, *arguments: str
) -> "subprocess.Popen[bytes]":
    command = [_CINESTATS, "consume", *arguments]
    with log.open("wb") as file:
        return subprocess.Popen(
            command, env={**os.environ, **environment}, stdout=file, stderr=file
        )


def cinestats(setup: Setup, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run a command of the command line to its end."""
    return subprocess.run(
        [_CINESTATS, *arguments],
        env={**os.environ, **setup.environment},
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
    )


def consume(spark: "SparkSession") -> None:
    """What the driver does with ``--once``, in this session."""
    from cinestats.entrypoints.spark_driver import Driver as SparkDriver

    consumer = SparkDriver.from_environment()
    consumer.prepare()
    consumer.drain(spark)


@pytest.fixture(scope="module")
def spark() -> "Iterator[SparkSession]":
    """One session for a module; what it runs is set by the environment of each test."""
    requires("spark")
    from cinestats.adapters.spark.session import create_spark_session

    session = create_spark_session()
    yield session
    session.stop()


@pytest.fixture
def setup(kafka: Kafka, mongo: Mongo, tmp_path: Path) -> Iterator[Setup]:
    requires("spark")
    setup = Setup(kafka.bootstrap, mongo.uri, tmp_path)
    yield setup
    setup.database.drop()
