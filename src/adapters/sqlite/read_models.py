"""The read models in one SQLite file; it can be rebuilt from the log."""

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Literal

import orjson

from cinestats.adapters.documents import trend_fields, trend_from_fields
from cinestats.application.ports import (
    AffinityDocument,
    Batch,
    Fenced,
    UserDocuments,
    UserStatsDocument,
)
from cinestats.application.project import NetChanges, net_changes
from cinestats.domain import user_stats
from cinestats.domain.affinity import Affinity, AffinityType
from cinestats.domain.global_trend import DayCount, FilmDay, GlobalTrend
from cinestats.domain.movie import Movie
from cinestats.domain.user_stats import UserStats

from .database import Database

_TABLES = ("checkpoints", "user_stats", "user_affinities", "global_days")
_SCHEMA = """
CREATE TABLE IF NOT EXISTS {0}checkpoints (
    partition INTEGER PRIMARY KEY, position INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS {0}user_stats (
    user_id TEXT PRIMARY KEY, total_watched INTEGER NOT NULL, rated_count INTEGER NOT NULL,
    sum_ratings INTEGER NOT NULL, watch_time_minutes INTEGER NOT NULL,
    rating_distribution TEXT NOT NULL, monthly_counts TEXT NOT NULL,
    updated_at TEXT NOT NULL, position INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS {0}user_affinities (
    user_id TEXT NOT NULL, type TEXT NOT NULL, name TEXT NOT NULL, plays INTEGER NOT NULL,
    rated_count INTEGER NOT NULL, rating_sum INTEGER NOT NULL,
    updated_at TEXT NOT NULL, position INTEGER NOT NULL,
    PRIMARY KEY (user_id, type, name)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS {0}user_affinities_by_plays
    ON {0}user_affinities (user_id, type, plays DESC);
CREATE TABLE IF NOT EXISTS {0}global_days (
    day TEXT NOT NULL, film_key TEXT NOT NULL, partition INTEGER NOT NULL,
    count INTEGER NOT NULL, movie TEXT NOT NULL, position INTEGER NOT NULL,
    PRIMARY KEY (day, film_key, partition)
) WITHOUT ROWID
"""
_TREND_SCHEMA = """;
CREATE TABLE IF NOT EXISTS global_stats (
    id TEXT PRIMARY KEY, document TEXT NOT NULL, updated_at TEXT NOT NULL
) WITHOUT ROWID
"""
_ADD_AFFINITY = """
INSERT INTO {0}user_affinities VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET plays = plays + excluded.plays,
    rated_count = rated_count + excluded.rated_count,
    rating_sum = rating_sum + excluded.rating_sum,
    updated_at = excluded.updated_at, position = excluded.position
"""
_ADD_DAY = """
INSERT INTO {0}global_days VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET count = count + excluded.count, position = excluded.position
"""
_PUT_STATS = "INSERT OR REPLACE INTO {0}user_stats VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
_STATS_COLUMNS = (
    "total_watched, rated_count, sum_ratings, watch_time_minutes, rating_distribution,"
    " monthly_counts"
)


class SqliteReadModels:
    """The projections, written and read; a batch and its checkpoint are one transaction."""

    def __init__(self, path: Path) -> None:
        self._database = Database(path, _SCHEMA.format("") + _TREND_SCHEMA, durable=False)
        self._prefix = ""

    def checkpoint(self, partition: int) -> int:
        rows = self._database.query(
            f"SELECT position FROM {self._prefix}checkpoints WHERE partition = ?", (partition,)
        )
        return rows[0][0] if rows else 0

    def apply(self, batch: Batch) -> None:
        changes = net_changes(batch.events)
        with self._database.transaction() as connection:
            self._move_checkpoint(
                connection, batch.partition, batch.base, batch.events[-1].position
            )
            self._add(connection, changes, batch.partition, batch.now.isoformat())

    def put_user(self, partition: int, base: int, documents: UserDocuments) -> None:
        user_id, stats, updated_at, position = documents.stats
        now = updated_at.isoformat()
        with self._database.transaction() as connection:
            self._move_checkpoint(connection, partition, base, base)
            connection.execute(
                f"DELETE FROM {self._prefix}user_affinities WHERE user_id = ?", (user_id,)
            )
            connection.execute(
                _PUT_STATS.format(self._prefix), _stats_row(user_id, stats, now, position)
            )
            connection.executemany(
                _ADD_AFFINITY.format(self._prefix),
                (
                    (user_id, type_, name, a.plays, a.rated_count, a.rating_sum, now, at)
                    for _, type_, name, a, _, at in documents.affinities
                ),
            )

    def forget_user(self, user_id: str) -> None:
        with self._database.transaction() as connection:
            connection.execute("PRAGMA secure_delete = ON")
            for table, count in (("user_stats", "total_watched"), ("user_affinities", "plays")):
                connection.execute(
                    f"DELETE FROM {self._prefix}{table} WHERE user_id = ? AND {count} = 0",
                    (user_id,),
                )

    def replacement(self) -> "SqliteReplacement":
        return SqliteReplacement(self._database)

    def user_stats(self, user_id: str) -> UserStatsDocument | None:
        rows = self._database.query(
            f"SELECT {_STATS_COLUMNS}, updated_at, position FROM user_stats WHERE user_id = ?",
            (user_id,),
        )
        if not rows:
            return None
        *columns, updated_at, position = rows[0]
        return UserStatsDocument(
            user_id, _stats(*columns), datetime.fromisoformat(updated_at), position
        )

    def affinities(
        self,
        user_id: str,
        type_: AffinityType,
        by: Literal["count", "rating"] = "count",
        limit: int | None = None,
    ) -> Sequence[AffinityDocument]:
        order = (
            "plays DESC, name"
            if by == "count"
            else "rated_count = 0, rating_sum * 1.0 / max(rated_count, 1) DESC, name"
        )
        rows = self._database.query(
            "SELECT name, plays, rated_count, rating_sum, updated_at, position"
            " FROM user_affinities WHERE user_id = ? AND type = ? AND plays != 0"
            f" ORDER BY {order} LIMIT ?",
            (user_id, type_, -1 if limit is None else limit),
        )
        return [
            AffinityDocument(
                user_id,
                type_,
                name,
                Affinity(plays, rated, total),
                datetime.fromisoformat(updated_at),
                position,
            )
            for name, plays, rated, total, updated_at, position in rows
        ]

    def film_days(self, since: date) -> Sequence[tuple[FilmDay, DayCount]]:
        rows = self._database.query(
            "SELECT day, film_key, count, movie FROM global_days WHERE day >= ?",
            (since.isoformat(),),
        )
        return [
            (
                FilmDay(date.fromisoformat(day), film_key),
                DayCount(count, _movie(film_key, *orjson.loads(movie))),
            )
            for day, film_key, count, movie in rows
        ]

    def put(self, trend: GlobalTrend, updated_at: datetime) -> None:
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO global_stats VALUES ('global', ?, ?)",
                (orjson.dumps(trend_fields(trend)).decode(), updated_at.isoformat()),
            )

    def get(self) -> tuple[GlobalTrend, datetime] | None:
        rows = self._database.query("SELECT document, updated_at FROM global_stats")
        if not rows:
            return None
        return trend_from_fields(orjson.loads(rows[0][0])), datetime.fromisoformat(rows[0][1])

    def close(self) -> None:
        self._database.close()

    def _move_checkpoint(
        self, connection: sqlite3.Connection, partition: int, base: int, position: int
    ) -> None:
        table = f"{self._prefix}checkpoints"
        connection.execute(
            f"INSERT INTO {table} VALUES (?, 0) ON CONFLICT DO NOTHING", (partition,)
        )
        moved = connection.execute(
            f"UPDATE {table} SET position = ? WHERE partition = ? AND position = ?",
            (position, partition, base),
        )
        if not moved.rowcount:
            raise Fenced

    def _add(
        self, connection: sqlite3.Connection, changes: NetChanges, partition: int, now: str
    ) -> None:
        for user_id, (change, position) in changes.users.items():
            row = connection.execute(
                f"SELECT {_STATS_COLUMNS} FROM {self._prefix}user_stats WHERE user_id = ?",
                (user_id,),
            ).fetchone()
            stats = change if row is None else user_stats.combine(_stats(*row), change)
            connection.execute(
                _PUT_STATS.format(self._prefix), _stats_row(user_id, stats, now, position)
            )
        connection.executemany(
            _ADD_AFFINITY.format(self._prefix),
            (
                (user_id, *credit, change.plays, change.rated_count, change.rating_sum, now, at)
                for user_id, mine in changes.affinities.items()
                for credit, (change, at) in mine.items()
            ),
        )
        connection.executemany(
            _ADD_DAY.format(self._prefix),
            (
                (day.isoformat(), film_key, partition, day_count.count, film, position)
                for (day, film_key), (day_count, position) in changes.days.items()
                for film in (_movie_json(day_count.movie),)
            ),
        )


class SqliteReplacement(SqliteReadModels):
    """Tables beside the live ones, which change names with them in the end."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._prefix = "next_"
        with database.transaction() as connection:
            for table in _TABLES:
                connection.execute(f"DROP TABLE IF EXISTS next_{table}")
            for statement in _SCHEMA.format("next_").split(";"):
                connection.execute(statement)

    def put_days(
        self, partition: int, position: int, days: Iterable[tuple[FilmDay, DayCount]]
    ) -> None:
        with self._database.transaction() as connection:
            self._move_checkpoint(connection, partition, 0, position)
            connection.executemany(
                _ADD_DAY.format(self._prefix),
                (
                    (day.isoformat(), key, partition, n.count, _movie_json(n.movie), position)
                    for (day, key), n in days
                ),
            )

    def adopt(self) -> bool:
        with self._database.transaction() as connection:
            ahead = connection.execute(
                "SELECT 1 FROM checkpoints JOIN next_checkpoints AS next USING (partition)"
                " WHERE checkpoints.position > next.position"
            ).fetchone()
            if ahead:
                return False
            for table in _TABLES:
                connection.execute(f"DROP TABLE {table}")
                connection.execute(f"ALTER TABLE next_{table} RENAME TO {table}")
            return True


def _stats_row(user_id: str, stats: UserStats, now: str, position: int) -> tuple[object, ...]:
    return (
        user_id,
        stats.total_watched,
        stats.rated_count,
        stats.sum_ratings,
        stats.watch_time_minutes,
        orjson.dumps(list(stats.rating_distribution.items())).decode(),
        orjson.dumps([(y, m, n) for (y, m), n in stats.monthly_counts.items()]).decode(),
        now,
        position,
    )


def _stats(
    total: int, rated: int, sum_ratings: int, minutes: int, distribution: str, months: str
) -> UserStats:
    return UserStats(
        total,
        rated,
        sum_ratings,
        minutes,
        dict(orjson.loads(distribution)),
        {(year, month): n for year, month, n in orjson.loads(months)},
    )


def _movie_json(movie: Movie) -> str:
    return orjson.dumps((movie.title, movie.year, movie.genres, movie.poster_url)).decode()


def _movie(
    film_key: str, title: str, year: int | None, genres: list[str], poster_url: str | None
) -> Movie:
    return Movie(title, year, film_key, genres=tuple(genres), poster_url=poster_url)
