"""The read models as the documents that others read: their fields are a contract."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime, tzinfo
from typing import Any

from cinestats.application.figures.ports import AffinityDocument, UserStatsDocument
from cinestats.application.imports.report import ImportReport, RowOutcome
from cinestats.application.imports.rows import RejectedRow
from cinestats.application.imports.undo import PastImport
from cinestats.domain.affinity import affinity_id, name_key
from cinestats.domain.entry import Entry
from cinestats.domain.events import Event
from cinestats.domain.global_trend import GenreMovement, GlobalTrend, Movement, TopMovie
from cinestats.domain.rating import distribution_key, stars
from cinestats.domain.recompute import FullStats, Streaks
from cinestats.domain.user_stats import STATS_VERSION, UserStats

from .film_json import entry_document as entry_document

Document = dict[str, Any]


def user_stats_document(stored: UserStatsDocument, zone: tzinfo) -> Document:
    """A ``user_stats`` document; ratings in stars, keys with a count of 0 left out."""
    return {
        "_id": stored.user_id,
        "user_id": stored.user_id,
        **stats_fields(stored.stats),
        "updated_at": stored.updated_at.astimezone(zone).isoformat(),
        "stats_version": STATS_VERSION,
        "position": stored.position,
    }


def stats_fields(stats: UserStats) -> Document:
    """The counted fields of a ``user_stats`` document."""
    distribution = sorted(stats.rating_distribution.items())
    months: dict[str, dict[str, int]] = {}
    for (year, month), n in sorted(stats.monthly_counts.items()):
        if n:
            months.setdefault(str(year), {})[f"{month:02}"] = n
    return {
        "total_watched": stats.total_watched,
        "rated_count": stats.rated_count,
        "sum_ratings": stars(stats.sum_ratings),
        "watch_time_minutes": stats.watch_time_minutes,
        "rating_distribution": {distribution_key(r): n for r, n in distribution if n},
        "monthly_counts": months,
    }


def full_stats_document(full: FullStats) -> Document:
    """Everything a recompute says, as JSON; ratings in stars, times in minutes."""
    return {
        **stats_fields(full.stats),
        "distinct_films": full.distinct_films,
        "rewatches": full.rewatches,
        "undated": full.undated,
        "mean_rating": full.mean_rating,
        "favourite_genres": [asdict(r) for r in full.favourite_genres],
        "most_watched_directors": [asdict(r) for r in full.most_watched_directors],
        "best_rated_directors": [asdict(r) for r in full.best_rated_directors],
        "most_watched_actors": [asdict(r) for r in full.most_watched_actors],
        "best_rated_actors": [asdict(r) for r in full.best_rated_actors],
        "top_rated": [entry_document(e) for e in full.top_rated],
        "recent": [entry_document(e) for e in full.recent],
        "by_decade": {str(decade): n for decade, n in full.by_decade.items()},
        "by_weekday": list(full.by_weekday),
        "by_day": {day.isoformat(): n for day, n in full.by_day.items()},
        "streaks": streaks_document(full.streaks),
    }


def streaks_document(streaks: Streaks) -> Document:
    """Runs of days in a row."""
    return {
        "longest_days": streaks.longest_days,
        "longest_end": iso_day(streaks.longest_end),
        "latest_days": streaks.latest_days,
        "latest_end": iso_day(streaks.latest_end),
    }


def change_document(event: Event, zone: tzinfo) -> Document:
    """What an event did to a rating, in stars; what was not in the diary has none."""

    def rating(entry: Entry | None) -> float | None:
        return None if entry is None or entry.rating is None else stars(entry.rating)

    return {
        "at": event.occurred_at.astimezone(zone).isoformat(),
        "type": event.names.verb,
        "old_rating": rating(event.before),
        "new_rating": rating(event.after),
    }


def import_document(report: ImportReport) -> Document:
    """An import's report; a rejected row of a zip names its file in the reason."""
    return {
        "read": report.read,
        "added": report.added,
        "updated": report.updated,
        "skipped": report.skipped,
        "unmatched": report.unmatched,
        "rejected": [rejected_document(row) for row in report.rejected],
    }


def row_document(row: RowOutcome) -> Document:
    """What became of a row of an import."""
    return asdict(row)


def past_import_document(past: PastImport, zone: tzinfo) -> Document:
    """An import that the log remembers."""
    return {**asdict(past), "at": past.at.astimezone(zone).isoformat()}


def rejected_document(row: RejectedRow) -> Document:
    """A row that was not taken in, and why."""
    reason = row.reason if row.file is None else f"{row.file}: {row.reason}"
    return {"line": row.line, "reason": reason}


def affinity_document(stored: AffinityDocument, zone: tzinfo) -> Document:
    """A ``user_affinities`` document; sums of ratings in stars, ``sum_voti`` 0 for genres."""
    total = stars(stored.affinity.rating_sum)
    return {
        "_id": affinity_id(stored.user_id, stored.type, stored.name),
        "user_id": stored.user_id,
        "type": stored.type,
        "name": stored.name,
        "name_key": name_key(stored.name),
        "count": stored.affinity.plays,
        "sum_voti": 0 if stored.type == "genre" else total,
        "rated_count": stored.affinity.rated_count,
        "rating_sum": total,
        "updated_at": stored.updated_at.astimezone(zone).isoformat(),
        "position": stored.position,
    }


def global_stats_document(trend: GlobalTrend, updated_at: datetime, zone: tzinfo) -> Document:
    """The ``global_stats`` document."""
    return {
        "_id": "global",
        **trend_fields(trend),
        "updated_at": updated_at.astimezone(zone).isoformat(),
    }


def trend_fields(trend: GlobalTrend) -> Document:
    """The fields of ``global_stats`` that say what is watched."""
    return {
        "top_movies": [
            {"name": m.title, "year": m.year, "count": m.count, "poster_url": m.poster_url}
            for m in trend.top_movies
        ],
        "trending_genres": [{"genre": g, "count": n} for g, n in trend.trending_genres],
        "movie_counts": dict(trend.movie_counts),
        "genre_counts": dict(trend.genre_counts),
        "poster_cache": dict(trend.poster_cache),
        "window_days": trend.window_days,
        "movements": [
            {
                "name": m.title,
                "year": m.year,
                "rank": m.rank,
                "previous_rank": m.previous_rank,
                "count": m.count,
                "previous_count": m.previous_count,
            }
            for m in trend.movements
        ],
        "genre_movements": [asdict(m) for m in trend.genre_movements],
    }


def trend_from_fields(fields: Mapping[str, Any]) -> GlobalTrend:
    """The trend that ``trend_fields`` wrote down; earlier versions wrote no movements."""
    return GlobalTrend(
        top_movies=tuple(
            TopMovie(m["name"], m["year"], m["count"], m["poster_url"])
            for m in fields["top_movies"]
        ),
        trending_genres=tuple((g["genre"], g["count"]) for g in fields["trending_genres"]),
        movie_counts=fields["movie_counts"],
        genre_counts=fields["genre_counts"],
        poster_cache=fields["poster_cache"],
        window_days=fields["window_days"],
        movements=tuple(
            Movement(
                m["name"],
                m["year"],
                m["rank"],
                m["previous_rank"],
                m["count"],
                m["previous_count"],
            )
            for m in fields.get("movements", ())
        ),
        genre_movements=tuple(
            GenreMovement(m["genre"], m["count"], m["previous_count"])
            for m in fields.get("genre_movements", ())
        ),
    )


def iso_day(day: date | None) -> str | None:
    """A day as documents write it."""
    return None if day is None else day.isoformat()
