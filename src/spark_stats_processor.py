"""The original's module ``spark_stats_processor`` under its names, to be imported in its place.

    from cinestats.spark_stats_processor import process_batch

Each function hands on to ``entrypoints/original_job.py``, which says what it needs and does.
Spark is loaded by the functions that use it, never by the import.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from cinestats.adapters.plain_values import title_key
from cinestats.entrypoints.extra import extra

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession
    from pyspark.sql.streaming.query import StreamingQuery

__all__ = [
    "bootstrap_global_stats",
    "compute_user_stats",
    "create_spark_session",
    "main",
    "normalize_title",
    "process_batch",
    "process_partition",
    "process_partition_incremental",
    "process_partition_legacy",
    "start_global_trends_stream",
    "write_global_trends_to_mongo",
]


def normalize_title(text: Any) -> str:
    """The key of a title, the same however it is written; "" for None."""
    return title_key(text)


def create_spark_session() -> "SparkSession":
    """The session, with Kafka's connector, a folder for checkpoints, and MongoDB's URI."""
    session: SparkSession = _job().create_session()
    return session


def process_partition_incremental(iterator: Iterable[Any]) -> Iterator[Any]:
    """Count the events of rows with ``user_id`` and ``events`` in (V6)."""
    nothing: Iterator[Any] = _job().count_rows(iterator)
    return nothing


def process_partition_legacy(iterator: Iterable[Any]) -> Iterator[Any]:
    """Recompute the users of rows with ``user_id`` from all their films (V3)."""
    nothing: Iterator[Any] = _job().recompute_rows(iterator)
    return nothing


def process_partition(iterator: Iterable[Any]) -> Iterator[Any]:
    """As ``process_partition_incremental``."""
    return process_partition_incremental(iterator)


def process_batch(batch_df: "DataFrame", batch_id: int) -> None:
    """Count a batch in: for ``foreachBatch``, with Kafka's own columns or parsed events."""
    _job().count_batch(batch_df, batch_id)


def bootstrap_global_stats() -> None:
    """Work the global trends out from what there is: log, topic, or the application's films."""
    _job().bootstrap_trends()


def write_global_trends_to_mongo(batch_df: "DataFrame", batch_id: int) -> None:
    """Renew the trends: for ``foreachBatch``, with ``movie_name``, ``event_type``, a count."""
    _job().write_trends(batch_df, batch_id)


def start_global_trends_stream(
    spark: "SparkSession", parsed_stream: "DataFrame"
) -> "StreamingQuery":
    """Renew the trends every two minutes while parsed events come in."""
    query: StreamingQuery = _job().start_trends(spark, parsed_stream)
    return query


def compute_user_stats(
    movies: Iterable[Any],
    catalog_collection: Any = None,
    prefetched_map: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The complete statistics of films; see ``adapters/spark/user_statistics.py``."""
    from cinestats.adapters.spark.user_statistics import compute_user_stats as compute

    return compute(movies, catalog_collection, prefetched_map)


def main() -> None:
    """Bootstrap, make the session, run both streams until SIGTERM: as ``cinestats consume``."""
    _job().run()


def _job() -> Any:
    with extra():
        from cinestats.entrypoints import original_job
    return original_job


if __name__ == "__main__":
    main()
