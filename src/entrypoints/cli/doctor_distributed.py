"""Is every part of the distributed engine there, reachable and of the right version?

A look at a part that needs another one is left out when that one is not well: one finding
for one cause, and no waiting for the same server twice.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from cinestats.domain.errors import CinestatsError
from cinestats.entrypoints.terminal import Check

from .session import counted

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
_SERVER_SECONDS = 2.0
_MANY = 1000


class _Look(NamedTuple):
    """``needs`` names the looks that must have gone well before."""

    name: str
    look: Callable[["Container"], str]
    advice: str
    needs: tuple[str, ...] = ()


def check_parts(container: "Container") -> Iterator[Check]:
    """Look at every part; takes a few seconds also when all servers are down."""
    well: set[str] = set()
    for name, look, advice, needs in _LOOKS:
        if not well.issuperset(needs):
            continue
        try:
            detail = look(container)
        except CinestatsError as error:
            yield Check(name, False, str(error), advice)
        else:
            well.add(name)
            yield Check(name, True, detail)


def _packages(_: "Container") -> str:
    missing = [name for name, module in _PACKAGES.items() if find_spec(module) is None]
    if missing:
        raise CinestatsError(f"Not installed: {', '.join(missing)}.")
    return ", ".join(f"{name} {metadata.version(name)}" for name in _PACKAGES)


def _java(_: "Container") -> str:
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home, "bin", "java")) if home else shutil.which("java")
    if java is None:
        raise CinestatsError("There is no java on the PATH.")
    try:
        told = subprocess.run(
            [java, "-version"], capture_output=True, text=True, timeout=_JAVA_SECONDS
        ).stderr
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CinestatsError(f"{java} cannot be run.") from error
    found = re.search(r'version "(?:1\.)?(\d+)[^"]*"', told)
    if found is None:
        raise CinestatsError(f"{java} does not tell its version.")
    if int(found[1]) < _JAVA:
        raise CinestatsError(f"{java} is Java {found[1]}; Spark needs {_JAVA} or newer.")
    return f"Java {found[1]}"


def _connector(_: "Container") -> str:
    import pyspark

    from cinestats.adapters.spark.settings import SparkSettings

    spark = pyspark.__version__
    given = SparkSettings().spark_jars
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


def _mongo(container: "Container") -> str:
    from cinestats.adapters.mongo.database import MongoDatabase

    settings = container.settings()
    database = MongoDatabase(
        settings.mongo_uri, settings.mongo_database, selection_seconds=_SERVER_SECONDS
    )
    try:
        sessions = database.has_sessions()
        with database.translated():
            about = database.collection("meta").database.command("buildInfo")
    finally:
        database.close()
    told = f"version {about['version']}, database {settings.mongo_database}"
    return told if sessions else f"{told}; without sessions, so a stand-in"


def _stores(container: "Container") -> str:
    log = container.log()
    container.models()
    container.relay_positions()
    container.dead_letters()
    events = sum(log.tail(partition) for partition in range(log.partitions))
    films = container.catalogue().size()
    return (
        f"{counted(events, 'event')} in {counted(log.partitions, 'partition')},"
        f" {counted(films, 'film')}; indexes in place"
    )


def _kafka(container: "Container") -> str:
    from cinestats.adapters.kafka.topics import describe_topic

    settings = container.settings()
    facts = describe_topic(settings)
    if facts is None:
        return f"reachable; no topic {settings.kafka_topic} yet"
    return f"reachable; topic {settings.kafka_topic}"


def _topic(container: "Container") -> str:
    from cinestats.adapters.kafka.topics import describe_topic
    from cinestats.adapters.mongo.database import MongoDatabase
    from cinestats.adapters.mongo.topic_claims import MongoTopicClaims

    settings = container.settings()
    facts, wanted = describe_topic(settings), container.log().partitions
    if facts is None:
        raise CinestatsError(f"There is no topic {settings.kafka_topic}.")
    if facts.partitions != wanted and not container.topic_is_foreign():
        raise CinestatsError(
            f"{settings.kafka_topic} has {counted(facts.partitions, 'partition')}, and the log"
            f" {wanted}."
        )
    database = MongoDatabase(settings.mongo_uri, settings.mongo_database)
    claim = MongoTopicClaims(database).get(settings.kafka_topic)
    if claim is not None and claim.topic_id != str(facts.topic_id):
        raise CinestatsError(
            f"{settings.kafka_topic} was deleted and made again since it was counted last."
        )
    return counted(facts.partitions, "partition")


def _checkpoints(_: "Container") -> str:
    from cinestats.adapters.spark.settings import SparkSettings

    folder = SparkSettings().checkpoint_dir
    there = next(each for each in (folder, *folder.absolute().parents) if each.exists())
    if not there.is_dir() or not os.access(there, os.R_OK | os.W_OK | os.X_OK):
        raise CinestatsError(f"{there} cannot be written.")
    return str(folder)


def _relay(container: "Container") -> str:
    waiting, limit = sum(container.backlog().events()), container.settings().backlog_limit
    if waiting >= limit:
        raise CinestatsError(
            f"{counted(waiting, 'event')} to be published; the server takes no more."
        )
    return f"{counted(waiting, 'event')} to be published" if waiting else "up to date"


def _projection(container: "Container") -> str:
    if container.topic_is_foreign():
        return "of another application's events: see cinestats_topic_lag_events"
    log, models = container.log(), container.models()
    lag = sum(max(log.tail(p) - models.checkpoint(p), 0) for p in range(log.partitions))
    return f"{counted(lag, 'event')} to be counted" if lag else "up to date"


def _dead_letters(container: "Container") -> str:
    parked = len(container.dead_letters().waiting(_MANY))
    if not parked:
        return "none"
    number = f"{_MANY:,} or more" if parked == _MANY else f"{parked}"
    return f"{number} parked; cinestats dead-letters list tells why"


_LOOKS = (
    _Look("packages", _packages, "Install them: pip install 'cinestats[distributed]'."),
    _Look("Java", _java, f"Install a JRE of version {_JAVA} or newer, or set JAVA_HOME."),
    _Look(
        "Spark connector",
        _connector,
        "Set CINESTATS_SPARK_JARS to the jars of spark-sql-kafka-0-10_2.13 of that version,"
        " or unset it for Spark to fetch them.",
        ("packages",),
    ),
    _Look(
        "MongoDB",
        _mongo,
        "Start it, or set CINESTATS_MONGO_URI to where it runs; 4.4 or newer.",
        ("packages",),
    ),
    _Look(
        "stores",
        _stores,
        "The user in CINESTATS_MONGO_URI needs the role readWrite on the database.",
        ("MongoDB",),
    ),
    _Look(
        "Kafka",
        _kafka,
        "Start it, or set CINESTATS_KAFKA_BOOTSTRAP_SERVERS to where it runs; until then"
        " writes are recorded and wait.",
        ("packages",),
    ),
    _Look(
        "topic",
        _topic,
        "Run cinestats relay, which makes a topic that is missing; after one that was made"
        " again, cinestats consume --fresh; for another number of partitions set another"
        " CINESTATS_KAFKA_TOPIC.",
        ("Kafka", "stores"),
    ),
    _Look(
        "checkpoints",
        _checkpoints,
        "Make it writable for you, or set CINESTATS_CHECKPOINT_DIR to a folder that is.",
        ("packages",),
    ),
    _Look("relay", _relay, "See that Kafka and cinestats relay run.", ("stores",)),
    _Look("projection", _projection, "See that cinestats consume runs.", ("stores",)),
    _Look("dead letters", _dead_letters, "", ("stores",)),
)
