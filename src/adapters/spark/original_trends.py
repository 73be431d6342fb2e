"""The global trends from the frames of the original: its events, and its counts of them."""

import logging
import math
from collections import Counter
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql.streaming.query import StreamingQuery
from pyspark.sql.types import NumericType

from cinestats.adapters.event_json import TYPES
from cinestats.domain.errors import InvalidInput
from cinestats.domain.events import MovieAdded, MovieDeleted
from cinestats.domain.movie import Movie

from .streams import WATERMARK

_COUNTS = ("watch_count", "count", "n", "total")
_SIGNS = {MovieAdded: 1, MovieDeleted: -1}
_NAMED = 5

_logger = logging.getLogger(__name__)

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


def plays_by_film(batch_df: DataFrame) -> Counter[Movie]:
    """The plays that a frame of counts adds, or takes off.

    It has ``movie_name``, ``event_type`` and a count. Raises InvalidInput where it has not. A
    title that no film can have is left out, and named in the log.
    """
    count = _count_column(batch_df)
    plays: Counter[Movie] = Counter()
    problems: dict[str, str] = {}
    for row in batch_df.select("movie_name", "event_type", count).collect():
        type_ = TYPES.get(str(row.event_type).upper())
        if row.movie_name is None or type_ not in _SIGNS:
            continue
        try:
            film = Movie.create(str(row.movie_name))
        except InvalidInput as error:
            problems[f"{row.movie_name!r:.80}"] = str(error)
            continue
        plays[film] += _SIGNS[type_] * _whole(row[count])
    if problems:
        named = "; ".join(f"{title} ({why})" for title, why in islice(problems.items(), _NAMED))
        more = f"; and {len(problems) - _NAMED} more" if len(problems) > _NAMED else ""
        _logger.warning("Titles are left out of the trends: %s%s", named, more)
    return Counter({film: n for film, n in plays.items() if n})


def _whole(count: Any) -> int:
    """A count of Spark's; 0 where it is null, or no number."""
    return int(count) if count is not None and math.isfinite(count) else 0


def _count_column(frame: DataFrame) -> str:
    numbers = [f.name for f in frame.schema.fields if isinstance(f.dataType, NumericType)]
    named: Any = [name for name in _COUNTS if name in numbers] or numbers
    if not {"movie_name", "event_type"} <= set(frame.columns) or not named:
        columns = ", ".join(frame.columns)
        needed = "must be movie_name, event_type and a count such as watch_count"
        raise InvalidInput("columns", f"{needed}, not {columns}")
    return str(named[0])
