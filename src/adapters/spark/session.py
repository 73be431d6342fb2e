"""The Spark session."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

import pyspark
from pyspark.sql import SparkSession

from .settings import SparkSettings

_CONNECTOR = "spark-sql-kafka-0-10_2.13"
CONNECTOR = f"org.apache.spark:{_CONNECTOR}:{pyspark.__version__}"
"""Where Maven has Spark's connector for Kafka."""
_CHECKPOINTING = "org.apache.spark.sql.execution.streaming.checkpointing"
_CHECKOUT_JARS = Path(__file__).resolve().parents[3] / ".stack" / "jars" / "spark"


def create_spark_session(
    settings: SparkSettings | None = None, options: Mapping[str, str] | None = None
) -> SparkSession:
    """The session, made on first use: local unless a master is set or spark-submit gave one.

    ``options`` are more of Spark's own.
    """
    settings = settings or SparkSettings()
    # Workers need the packages of this very Python.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = (
        SparkSession.builder.appName("cinestats")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.session.timeZone", "UTC")
        # A batch of Arrow as large as a trigger allows: a partition is folded as a whole.
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", "50000")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.sql.streaming.stopTimeout", "60000")
        # Where a stream broke off tells whether it was for its checkpoint.
        .config("spark.sql.pyspark.jvmStacktrace.enabled", "true")
    )
    if settings.spark_master is not None:
        builder = builder.master(settings.spark_master)
    elif "SPARK_ENV_LOADED" not in os.environ:  # set by spark-submit, which has a master
        builder = (
            builder.master("local[*]")
            # This JVM hands bytes to the Python workers: its second compiler costs more than it
            # gives back.
            .config("spark.driver.extraJavaOptions", "-XX:TieredStopAtLevel=1")
            # The usual one starts some twenty processes a batch (readlink, chmod) to write a
            # checkpoint to local files; this one starts four.
            .config(
                "spark.sql.streaming.checkpointFileManagerClass",
                f"{_CHECKPOINTING}.FileSystemBasedCheckpointFileManager",
            )
        )
    # A JVM that runs already takes no jars any more: spark-submit is given them on its line.
    given = {} if "SPARK_ENV_LOADED" in os.environ else _jars(settings)
    for name, value in {**given, **(options or {})}.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session


def _jars(settings: SparkSettings) -> dict[str, str]:
    """Where Spark has its connector from, unless it lies beside Spark's own jars."""
    # Those that ``make stack-jars`` fetched into a checkout.
    jars = settings.spark_jars or ",".join(map(str, sorted(_CHECKOUT_JARS.glob("*.jar"))))
    packages = [settings.spark_packages] if settings.spark_packages else []
    if not jars and not list(Path(pyspark.__path__[0], "jars").glob(f"{_CONNECTOR}-*.jar")):
        packages.append(CONNECTOR)
    found = {"spark.jars": jars, "spark.jars.packages": ",".join(packages)}
    return {name: value for name, value in found.items() if value}
