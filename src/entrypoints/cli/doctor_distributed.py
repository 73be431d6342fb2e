"""What the doctor checks of the distributed engine: every part, its version and its lag."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import partial
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from cinestats.adapters.kafka.topics import describe_topic
from cinestats.adapters.spark.settings import SparkSettings
from cinestats.application.upkeep.examine import Check, counted, lag_of
from cinestats.domain.errors import CinestatsError
from cinestats.entrypoints.settings import read_environment
from cinestats.entrypoints.topic_watch import look_at_topic

if TYPE_CHECKING:
    from cinestats.entrypoints.container import Container

_PACKAGES = {
    "kafka-python": "kafka",
    "pymongo": "pymongo",
    "pyspark": "pyspark",
    "pyarrow": "pyarrow",
    "pandas": "pandas",
}
_JAVA = 17
_JAVA_SECONDS = 10
_CONNECTOR = re.compile(r"spark-sql-kafka-0-10_[\d.]+-(.+)\.jar")
_MANY = 1000


def engine_checks(container: "Container", *, deep: bool) -> Iterator[Check]:
    """Every part in turn; takes a few seconds also when all servers are down."""
    spark = read_environment(SparkSettings)
    yield Check("packages", _packages, "Install them: pip install 'cinestats[distributed]'.")
    yield Check("Java", _java, f"Install a JRE of version {_JAVA} or newer, or set JAVA_HOME.")
    if _missing_packages():
        return
    yield Check(
        "Spark connector",
        partial(_connector, spark),
        "Set CINESTATS_SPARK_JARS to the jars of spark-sql-kafka-0-10_2.13 of that version,"
        " or unset it for Spark to fetch them.",
    )
    yield from container.stores().checks(deep=deep)
    yield Check(
        "Kafka",
        partial(_kafka, container),
        "Start it, or set CINESTATS_KAFKA_BOOTSTRAP_SERVERS to where it runs; until then"
        " writes are recorded and wait.",
    )
    yield Check(
        "topic",
        partial(_topic, container),
        "Run cinestats relay, which makes a topic that is missing; after one that was made"
        " again, cinestats consume --fresh; for another number of partitions set another"
        " CINESTATS_KAFKA_TOPIC. Of another application's topic the finding says what helps.",
        ("Kafka", "stores"),
    )
    yield Check(
        "checkpoints",
        partial(_checkpoints, spark),
        "Make it writable for you, or set CINESTATS_CHECKPOINT_DIR to a folder that is.",
    )
    stores = ("stores",)
    both = "See that Kafka and cinestats relay run."
    yield Check("relay", partial(_relay, container), both, stores)
    consumer = "See that cinestats consume runs."
    yield Check("projection", partial(_projection, container), consumer, stores)
    yield Check("dead letters", partial(_dead_letters, container), needs=stores)


def _missing_packages() -> list[str]:
    return [name for name, module in _PACKAGES.items() if find_spec(module) is None]


def _packages() -> str:
    if missing := _missing_packages():
        raise CinestatsError(f"Not installed: {', '.join(missing)}.")
    return ", ".join(f"{name} {metadata.version(name)}" for name in _PACKAGES)


def _java() -> str:
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home, "bin", "java")) if home else shutil.which("java")
    if java is None:
        raise CinestatsError("There is no java on the PATH.")
    try:
        answer = subprocess.run(
            [java, "-version"], capture_output=True, text=True, timeout=_JAVA_SECONDS
        ).stderr
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CinestatsError(f"{java} cannot be run.") from error
    found = re.search(r'version "(?:1\.)?(\d+)[^"]*"', answer)
    if found is None:
        raise CinestatsError(f"{java} does not tell its version.")
    if int(found[1]) < _JAVA:
        raise CinestatsError(f"{java} is Java {found[1]}; Spark needs {_JAVA} or newer.")
    return f"Java {found[1]}"


def _connector(settings: SparkSettings) -> str:
    import pyspark

    spark, given = pyspark.__version__, settings.spark_jars
    if given is not None:
        jars = [Path(jar.strip()) for jar in given.split(",")]
        absent = [str(jar) for jar in jars if "://" not in str(jar) and not jar.exists()]
        if absent:
            raise CinestatsError(f"CINESTATS_SPARK_JARS names what is not there: {absent[0]}.")
    else:
        jars = list(Path(pyspark.__path__[0], "jars").glob("*.jar"))
    versions = [found[1] for jar in jars if (found := _CONNECTOR.fullmatch(jar.name))]
    if not versions and given is not None:
        raise CinestatsError("CINESTATS_SPARK_JARS names no spark-sql-kafka-0-10 jar.")
    if not versions:
        return f"for Spark {spark}, from .stack/jars or else from Maven Central at the start"
    if versions != [spark]:
        raise CinestatsError(
            f"The Kafka connector is of version {versions[0]}, and Spark is {spark}."
        )
    return f"version {spark}"


def _kafka(container: "Container") -> str:
    settings = container.settings()
    topic, facts = settings.kafka_topic, describe_topic(settings)
    return f"reachable; topic {topic}" if facts else f"reachable; no topic {topic} yet"


def _topic(container: "Container") -> str:
    settings = container.settings()
    topic, facts = settings.kafka_topic, describe_topic(settings)
    if facts is None:
        raise CinestatsError(f"There is no topic {topic}.")
    partitions, wanted = counted(facts.partitions, "partition"), container.log().partitions
    view = look_at_topic(settings, container.stores())
    if view is not None:
        if view.problem is not None:
            raise CinestatsError(view.problem)
        waiting, given_up = sum(view.lag), [str(lost) for lost, _ in view.given_up]
        told = f"{partitions}, {counted(waiting, 'record')} to be counted"
        return f"{told}; given up: {', '.join(given_up)}" if given_up else told
    if facts.partitions != wanted:
        raise CinestatsError(f"{topic} has {partitions}, and the log {wanted}.")
    claim = container.stores().topic_claims.get(topic)
    if claim is not None and claim.topic_id != facts.topic_id:
        raise CinestatsError(f"{topic} was deleted and made again since it was counted last.")
    return partitions


def _checkpoints(settings: SparkSettings) -> str:
    folder = settings.checkpoint_dir
    there = next(each for each in (folder, *folder.absolute().parents) if each.exists())
    if not there.is_dir() or not os.access(there, os.R_OK | os.W_OK | os.X_OK):
        raise CinestatsError(f"{there} cannot be written.")
    return str(folder)


def _relay(container: "Container") -> str:
    waiting, limit = sum(container.backlog().events()), container.settings().backlog_limit
    text = f"{counted(waiting, 'event')} to be published"
    if waiting >= limit:
        raise CinestatsError(f"{text}; the server takes no more.")
    return text if waiting else "up to date"


def _projection(container: "Container") -> str:
    if container.topic_has_no_log():
        return "of another application's events: the check of the topic tells what waits"
    return lag_of(container.log(), container.models().checkpoint, "to be counted")


def _dead_letters(container: "Container") -> str:
    parked = len(container.dead_letters().waiting(_MANY))
    number = f"{_MANY:,} or more" if parked == _MANY else f"{parked}"
    return f"{number} parked; cinestats dead-letters list tells why" if parked else "none"
