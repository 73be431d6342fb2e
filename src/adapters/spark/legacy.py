"""The older way (V3): recompute a whole history, and everything there is to say of it."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from cinestats.adapters.documents import entry_document
from cinestats.adapters.event_json import parse_event, read_event
from cinestats.application.figures.project import ProjectedElsewhere
from cinestats.application.streaming.consume import Outcome
from cinestats.application.upkeep.rebuild import Rebuilder
from cinestats.domain import recompute
from cinestats.domain.entry import Entry
from cinestats.domain.errors import CinestatsError
from cinestats.domain.movie import Movie
from cinestats.domain.rating import distribution_key
from cinestats.domain.recompute import FilmLookup, Ranked

from .worker import Job, result_row

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _now() -> datetime:
    return datetime.now(UTC)


def process_partition_legacy(
    iterator: Iterable[pa.RecordBatch], job: Job
) -> Iterator[pa.RecordBatch]:
    """Recompute every user that a partition's records name from the log, O(N) each (V3).

    It counts nothing new in: what is recomputed reaches up to the checkpoint. For migration,
    and for looking twice; it needs a log.
    """
    started = time.perf_counter()
    users, partition = set[str](), None
    for batch in iterator:
        columns = batch.to_pydict()
        partition = columns["partition"][0] if columns["partition"] else partition
        for value in columns["value"]:
            try:
                users.add(read_event(value or b"", job.zone)[0].user_id)
            except CinestatsError:
                continue  # a bad record names nobody; counting in parks it
    if partition is None:
        return
    log, models = job.stores.log, job.stores.models
    elsewhere = ProjectedElsewhere(log, models, _now)
    rebuilder = Rebuilder(log, log, models, models, elsewhere, _now)
    for user_id in sorted(users):
        rebuilder.rebuild_user(user_id)
    outcome = Outcome(0, 0, 0, 0, models.checkpoint(partition))
    yield result_row(partition, outcome, time.perf_counter() - started, None)


def compute_user_stats(
    movies: Sequence[Mapping[str, Any]],
    catalog: FilmLookup | None = None,
    prefetched_map: Mapping[str, Movie] | None = None,
) -> dict[str, Any]:
    """The complete statistics of films in the original's form, under the original's names.

    ``movies`` have ``name``, and what is known of ``year``, ``rating`` (stars), ``genres``,
    ``actors``, ``director``, ``duration`` (minutes) and ``date`` or ``watched_date``. Raises
    InvalidInput for a film that breaks a rule.

    >>> film = {"name": "Heat", "rating": 4, "director": "Michael Mann", "duration": 170}
    >>> stats = compute_user_stats([film | {"date": "2025-01-20"}])
    >>> stats["avg_rating"], stats["watch_time_hours"], stats["year_data"]
    (4.0, 2.8, {'2025': {'01': 1}})
    """
    full = recompute.compute_user_stats(
        [_entry(number, movie) for number, movie in enumerate(movies)], catalog, prefetched_map
    )
    stats = full.stats
    years: dict[str, dict[str, int]] = {}
    for (year, month), n in stats.monthly_counts.items():
        years.setdefault(str(year), {})[f"{month:02}"] = n
    genres = [{"name": g.name, "count": g.plays} for g in full.favourite_genres]
    with_duration = [movie for movie in movies if movie.get("duration")]
    minutes = stats.watch_time_minutes
    return {
        "total_watched": stats.total_watched,
        "avg_rating": full.mean_rating,
        "rating_chart_data": {
            distribution_key(rating): n for rating, n in stats.rating_distribution.items()
        },
        "top_rated_movies": [entry_document(e) for e in full.top_rated if (e.rating or 0) >= 8],
        "recent_movies": [entry_document(entry) for entry in full.recent],
        "year_data": years,
        "available_years": sorted(years, reverse=True),
        "top_years": sorted(years, key=lambda year: (-sum(years[year].values()), year)),
        "genre_data": genres,
        "favorite_genre": genres[0]["name"] if genres else None,
        "watch_time_hours": round(minutes / 60, 1),
        "watch_time_minutes": minutes,
        "avg_duration": round(minutes / len(with_duration)) if with_duration else None,
        "best_rated_directors": _ranking(full.best_rated_directors),
        "most_watched_directors": _ranking(full.most_watched_directors),
        "best_rated_actors": _ranking(full.best_rated_actors),
        "most_watched_actors": _ranking(full.most_watched_actors),
    }


def _entry(number: int, movie: Mapping[str, Any]) -> Entry:
    # With a schema a missing day stays unknown, instead of becoming the moment's.
    document = {
        "event_type": "ADD",
        "user_id": "-",
        "movie": dict(movie),
        "timestamp": _EPOCH.isoformat(),
        "entry_id": str(number),
        "schema": 1,
    }
    return parse_event(document, UTC).event.entry


def _ranking(ranked: Iterable[Ranked]) -> list[dict[str, Any]]:
    return [
        {"name": r.name, "count": r.plays, "films": r.films, "avg_rating": r.mean}
        for r in ranked
    ]
