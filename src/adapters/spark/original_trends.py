"""The global trends from the frames of the original: its events, and its counts of them."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql.streaming.query import StreamingQuery
from pyspark.sql.types import NumericType

from cinestats.adapters.event_json import TYPES
from cinestats.domain.errors import InvalidInput
from cinestats.domain.events import MovieAdded, MovieDeleted

from .streams import WATERMARK

_COUNTS = ("watch_count", "count", "n", "total")
_SIGNS = {MovieAdded: 1, MovieDeleted: -1}

WriteBatch = Callable[[DataFrame, int], None]


def start(
    parsed_stream: DataFrame, write: WriteBatch, checkpoint: Path, seconds: float
) -> StreamingQuery:
    """Hand ``write`` the counts of each batch by ``movie_name`` and ``event_type``.

    ``parsed_stream`` has ``movie.name`` or ``movie_name``, ``event_type`` and ``timestamp``.
    The watermark only tells how late events come: each counts, none is dropped.
    """
    film = "movie_name" if "movie_name" in parsed_stream.columns else "movie.name"
    watched = parsed_stream.select(
        F.col(film).alias("movie_name"),
        F.col("event_type"),
        F.try_to_timestamp(F.col("timestamp").cast("string")).alias("event_ts"),
    ).withWatermark("event_ts", WATERMARK)

    def counted(batch: DataFrame, number: int) -> None:
        by_film = batch.where("movie_name is not null").groupBy("movie_name", "event_type")
        write(by_film.agg(F.count("*").alias("watch_count")), number)

    return (
        watched.writeStream.foreachBatch(counted)
        .queryName(checkpoint.name)
        .option("checkpointLocation", str(checkpoint))
        .trigger(processingTime=f"{seconds} seconds")
        .start()
    )


def plays_by_title(batch_df: DataFrame) -> dict[str, int]:
    """The plays that a frame of counts adds, or takes off, by title.

    It has ``movie_name``, ``event_type`` and a count. Raises InvalidInput where it has not.
    """
    count = _count_column(batch_df)
    plays: Counter[str] = Counter()
    for row in batch_df.select("movie_name", "event_type", count).collect():
        type_ = TYPES.get(str(row.event_type).upper())
        if row.movie_name and type_ in _SIGNS:
            plays[str(row.movie_name)] += _SIGNS[type_] * int(row[count] or 0)
    return {title: n for title, n in plays.items() if n}


def _count_column(frame: DataFrame) -> str:
    numbers = [f.name for f in frame.schema.fields if isinstance(f.dataType, NumericType)]
    named: Any = [name for name in _COUNTS if name in numbers] or numbers
    if not {"movie_name", "event_type"} <= set(frame.columns) or not named:
        columns = ", ".join(frame.columns)
        needed = "must be movie_name, event_type and a count such as watch_count"
        raise InvalidInput("columns", f"{needed}, not {columns}")
    return str(named[0])
