"""What the two plain Spark peers have in common: a session and a stream that is drained once.

Chosen: what ours has as well, so that the peers differ in what they do and not in how Spark
is set up: local[*], 200,000 records a batch, a short fetch wait, one compiler in the JVM, as
many shuffle partitions as there are cores.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from .counts import stamp
from .settings import Settings

_JARS = Path(__file__).resolve().parents[2] / ".stack" / "jars" / "spark"
_SCHEMA = """
    event_type string, user_id string, timestamp string, old_rating int, new_rating int,
    movie struct<name: string, year: int, rating: int, genres: array<string>,
                 actors: array<string>, director: array<string>, duration: int,
                 watched_date: string>
"""


def drain(settings: Settings, process_batch: Callable[[DataFrame, int], None]) -> None:
    """Hand all that the topic holds, parsed, to ``process_batch``, batch by batch."""
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    session = (
        SparkSession.builder.appName("peer")
        .master("local[*]")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.shuffle.partitions", str(os.cpu_count()))
        .config("spark.driver.extraJavaOptions", "-XX:TieredStopAtLevel=1")
        .config("spark.jars", ",".join(map(str, sorted(_JARS.glob("*.jar")))))
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    stream = (
        session.readStream.format("kafka")
        .option("kafka.bootstrap.servers", settings.kafka)
        .option("kafka.fetch.max.wait.ms", 50)
        .option("subscribe", settings.topic)
        .option("startingOffsets", "earliest")
        .option("maxOffsetsPerTrigger", 200_000)
        .load()
    )
    events = stream.select(
        F.from_json(F.col("value").cast("string"), _SCHEMA).alias("event")
    ).select("event.*")

    def timed(batch: DataFrame, number: int) -> None:
        stamp("begin")
        process_batch(batch, number)
        stamp("wrote")

    query = (
        events.writeStream.foreachBatch(timed)
        .option("checkpointLocation", settings.state)
        .trigger(availableNow=True)
        .start()
    )
    query.awaitTermination()
    session.stop()
