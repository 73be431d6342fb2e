"""The older way (V3): recompute a whole history, and everything there is to say of it."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from cinestats.adapters.documents.read_models import TotalsAnswer
from cinestats.adapters.entry_json import figure_document
from cinestats.adapters.event_json import parse_event, read_event
from cinestats.application.figures.project import ProjectedElsewhere
from cinestats.application.log.ports import NewerEvent
from cinestats.application.streaming.consume import Outcome
from cinestats.application.upkeep.rebuild import Rebuilder
from cinestats.domain import recompute
from cinestats.domain.entry import Entry
from cinestats.domain.errors import CinestatsError
from cinestats.domain.figures.overview import overview_of
from cinestats.domain.figures.period import ALL_TIME
from cinestats.domain.figures.rankings import Ranked
from cinestats.domain.movie import Movie
from cinestats.domain.rating import distribution_key
from cinestats.domain.titles import normalize_title

from .worker import Job, result_row

FilmLookup = Callable[[str, int | None], Movie | None]
"""A catalogue: the film of a title and a year, or None when it is unknown or ambiguous."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _now() -> datetime:
    return datetime.now(UTC)


def process_partition_legacy(
    iterator: Iterable[pa.RecordBatch], job: Job
) -> Iterator[pa.RecordBatch]:
    """Recompute every user that a partition's records name from the log, O(N) each (V3).

    It counts nothing new in: what is recomputed reaches up to the checkpoint. For migration,
    and for looking twice; it needs a log. A user with an event of a newer version keeps the
    figures they have, and the partition is reported as stopped.
    """
    started = time.perf_counter()
    users, partition, stopped = set[str](), None, None
    for batch in iterator:
        columns = batch.to_pydict()
        partition = columns["partition"][0] if columns["partition"] else partition
        for value in columns["value"]:
            try:
                users.add(read_event(value or b"", job.zone)[0].user_id)
            except NewerEvent as reason:
                stopped = str(reason)
            except CinestatsError:
                continue  # a bad record names nobody; counting in parks it
    if partition is None:
        return
    log, models = job.stores.log, job.stores.models
    elsewhere = ProjectedElsewhere(log, models, _now)
    rebuilder = Rebuilder(log, models, elsewhere, _now, job.stores.opening)
    for user_id in sorted(users):
        try:
            rebuilder.rebuild_user(user_id)
        except NewerEvent as reason:
            stopped = str(reason)
    outcome = Outcome(0, 0, 0, 0, models.checkpoint(partition))
    yield result_row(partition, outcome, time.perf_counter() - started, stopped, {})


def compute_user_stats(
    movies: Sequence[Mapping[str, Any]],
    catalog: FilmLookup | None = None,
    prefetched_map: Mapping[str, Movie] | None = None,
) -> dict[str, Any]:
    """The complete statistics of films in the original's form, under the original's names.

    ``movies`` have ``name``, and what is known of ``year``, ``rating`` (stars), ``genres``,
    ``actors``, ``director``, ``duration`` (minutes) and ``date`` or ``watched_date``.
    ``prefetched_map`` gives films by ``normalize_title``; ``catalog`` is asked for what it
    lacks. They complete missing directors, actors, genres and durations and are used for
    nothing else. Raises InvalidInput for a film that breaks a rule.

    >>> film = {"name": "Heat", "rating": 4, "director": "Michael Mann", "duration": 170}
    >>> stats = compute_user_stats([film | {"date": "2025-01-20"}])
    >>> stats["avg_rating"], stats["watch_time_hours"], stats["year_data"]
    (4.0, 2.8, {'2025': {'01': 1}})
    """
    entries = [
        _completed(_entry(number, movie), catalog, prefetched_map or {})
        for number, movie in enumerate(movies)
    ]
    stats = recompute.totals_of(entries)
    overview = overview_of(entries, ALL_TIME)
    directors, actors = overview.rankings["director"], overview.rankings["actor"]
    years = TotalsAnswer.of(stats).monthly_counts
    genres = [{"name": g.name, "count": g.plays} for g in overview.rankings["genre"].by_plays]
    with_duration = sum(bool(movie.get("duration")) for movie in movies)
    minutes = stats.watch_time_minutes
    return {
        "total_watched": stats.total_watched,
        "avg_rating": overview.average_rating,
        "rating_chart_data": {
            distribution_key(rating): n for rating, n in stats.rating_distribution.items()
        },
        "top_rated_movies": [figure_document(entry) for entry in overview.top_rated],
        "recent_movies": [figure_document(entry) for entry in overview.recent],
        "year_data": years,
        "available_years": sorted(years, reverse=True),
        "top_years": sorted(years, key=lambda year: (-sum(years[year].values()), year)),
        "genre_data": genres,
        "favorite_genre": genres[0]["name"] if genres else None,
        "watch_time_hours": round(minutes / 60, 1),
        "watch_time_minutes": minutes,
        "avg_duration": round(minutes / with_duration) if with_duration else None,
        "best_rated_directors": _ranking(directors.by_rating),
        "most_watched_directors": _ranking(directors.by_plays),
        "best_rated_actors": _ranking(actors.by_rating),
        "most_watched_actors": _ranking(actors.by_plays),
    }


def _completed(
    entry: Entry, catalog: FilmLookup | None, prefetched_map: Mapping[str, Movie]
) -> Entry:
    movie = entry.movie
    if movie.directors and movie.actors and movie.genres and movie.duration:
        return entry
    known = prefetched_map.get(normalize_title(movie.title))
    if known is None and catalog is not None:
        known = catalog(movie.title, movie.year)
    return entry if known is None else replace(entry, movie=movie.completed_by(known))


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
