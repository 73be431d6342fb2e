"""A job in the style of the original, on the modules of cinestats.

    spark-submit original_job.py

Events are parsed by the job's own schema and handed to ``process_batch`` every 5 seconds; a
second stream renews the trends. What was changed is the import below, and nothing else.
"""

import os

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.streaming.query import StreamingQuery

from cinestats.spark_stats_processor import (
    bootstrap_global_stats,
    create_spark_session,
    process_batch,
    start_global_trends_stream,
)

TOPIC = os.environ.get("KAFKA_TOPIC", "user-movie-events")
MOVIE = (
    "name STRING, year INT, rating DOUBLE, genres ARRAY<STRING>, director STRING,"
    " actors STRING, duration INT, watched_date STRING"
)
EVENT = (
    f"event_type STRING, user_id STRING, movie STRUCT<{MOVIE}>, old_rating DOUBLE,"
    " new_rating DOUBLE, added_on STRING, timestamp STRING"
)


def parsed_events(spark: SparkSession) -> DataFrame:
    """The topic as a stream of events."""
    records = (
        spark.readStream.format("kafka")
        .option("kafka.bootstrap.servers", os.environ["KAFKA_BOOTSTRAP_SERVERS"])
        .option("subscribe", TOPIC)
        .option("startingOffsets", "earliest")
        .load()
    )
    event = F.from_json(F.col("value").cast("string"), EVENT)
    return records.select(event.alias("event")).select("event.*")


def start(spark: SparkSession) -> list[StreamingQuery]:
    """Start both streams."""
    events = parsed_events(spark)
    statistics = (
        events.writeStream.foreachBatch(process_batch)
        .queryName("user_stats_stream")
        .trigger(processingTime="5 seconds")
        .start()
    )
    return [statistics, start_global_trends_stream(spark, events)]


if __name__ == "__main__":
    bootstrap_global_stats()
    session = create_spark_session()
    start(session)
    session.streams.awaitAnyTermination()
