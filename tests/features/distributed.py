"""The application on real components: one broker, server and Spark session for all scenarios.

A scenario has a database, a topic and checkpoints of its own.
"""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from dependency_injector import providers

from cinestats.application.figures.project import Projector
from cinestats.entrypoints.container import Container, make_container
from cinestats.entrypoints.settings import Settings
from stack.kafka import Kafka
from stack.mongo import Mongo
from tests.integration.stack import requires

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_numbers = itertools.count(1)


class ThroughTheStack(Projector):
    """Catches up as in production: the relay publishes, and Spark counts."""

    def __init__(self, app: Container, spark: "SparkSession") -> None:
        super().__init__(app.log(), app.models(), app.clock())
        self._app = app
        self._spark = spark

    def step(self, partition: int) -> int:
        raise AssertionError("only Spark projects here")

    def catch_up(self) -> int:
        """Relay and count what was recorded since; returns how many events it was."""
        from cinestats.entrypoints.spark_driver import Driver

        log, models = self._app.log(), self._app.models()
        behind = sum(log.tail(p) - models.checkpoint(p) for p in range(log.partitions))
        if behind:
            self._app.relay().drain()
            driver = Driver.from_environment()
            driver.prepare()
            driver.drain(self._spark)
        return behind


@pytest.fixture(scope="session")
def spark() -> Iterator["SparkSession"]:
    """Two local cores, and no more partitions than a scenario's few events need."""
    requires("spark")
    from cinestats.adapters.spark.session import create_spark_session
    from cinestats.adapters.spark.settings import SparkSettings

    session = create_spark_session(SparkSettings(spark_master="local[2]"))
    session.conf.set("spark.sql.shuffle.partitions", "1")
    yield session
    session.stop()


@pytest.fixture
def distributed_app(
    kafka: Kafka,
    mongo: Mongo,
    spark: "SparkSession",
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Container]:
    """An application that nobody has used, with a topic of one partition."""
    number = next(_numbers)
    for name, value in {
        "KAFKA_BOOTSTRAP_SERVERS": kafka.bootstrap,
        "KAFKA_TOPIC": f"scenario-{number}",
        "MONGO_URI": mongo.uri,
        "MONGO_DATABASE": f"scenario{number}",
        "CHECKPOINT_DIR": str(tmp_path / "checkpoints"),
    }.items():
        monkeypatch.setenv(f"CINESTATS_{name}", value)
    app = make_container(Settings(backend="distributed", partitions=1))
    app.projector.override(providers.Object(ThroughTheStack(app, spark)))
    yield app
    app.close()
