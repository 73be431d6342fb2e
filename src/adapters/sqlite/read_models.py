"""The read models in one SQLite file; it can be rebuilt from the log."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Literal

import orjson

from cinestats.adapters.documents import trend_fields, trend_from_fields
from cinestats.application.figures.ports import (
    AffinityDocument,
    Batch,
    Fenced,
    UserDocuments,
    UserStatsDocument,
)
from cinestats.application.figures.project import NetChanges, net_changes
from cinestats.domain.affinity import Affinity, AffinityType
from cinestats.domain.global_trend import DayCount, FilmDay, GlobalTrend
from cinestats.domain.movie import Movie
from cinestats.domain.rating import HALF_STARS
from cinestats.domain.user_stats import UserStats

from .database import Database

# What changes the tables changes the form: a file of another one is counted anew.
FORM = 1
_TABLES = ("checkpoints", "user_stats", "user_months", "user_affinities", "global_days")
# What there is of a user, and the column that is 0 when it counts nothing any more.
_PLAYS = {"user_stats": "total_watched", "user_months": "count", "user_affinities": "plays"}
_COUNTS = (
    *("total_watched", "rated_count", "sum_ratings", "watch_time_minutes"),
    *(f"rated_{rating}" for rating in HALF_STARS),
)
_SCHEMA = f"""
CREATE TABLE {{0}}checkpoints (
    partition INTEGER PRIMARY KEY, position INTEGER NOT NULL
);
CREATE TABLE {{0}}user_stats (
    user_id TEXT PRIMARY KEY, {", ".join(f"{name} INTEGER NOT NULL" for name in _COUNTS)},
    updated_at TEXT NOT NULL, position INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE {{0}}user_months (
    user_id TEXT NOT NULL, year INTEGER NOT NULL, month INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (user_id, year, month)
) WITHOUT ROWID;
CREATE TABLE {{0}}user_affinities (
    user_id TEXT NOT NULL, type TEXT NOT NULL, name TEXT NOT NULL, plays INTEGER NOT NULL,
    rated_count INTEGER NOT NULL, rating_sum INTEGER NOT NULL,
    updated_at TEXT NOT NULL, position INTEGER NOT NULL,
    PRIMARY KEY (user_id, type, name)
) WITHOUT ROWID;
CREATE INDEX user_affinities_by_plays_{{1}}
    ON {{0}}user_affinities (user_id, type, plays DESC);
CREATE TABLE {{0}}global_days (
    day TEXT NOT NULL, film_key TEXT NOT NULL, partition INTEGER NOT NULL,
    count INTEGER NOT NULL, movie TEXT NOT NULL, position INTEGER NOT NULL,
    PRIMARY KEY (day, film_key, partition)
) WITHOUT ROWID
"""
_TREND_SCHEMA = """
CREATE TABLE IF NOT EXISTS global_stats (
    id TEXT PRIMARY KEY, document TEXT NOT NULL, updated_at TEXT NOT NULL
) WITHOUT ROWID
"""
_ADD_STATS = f"""
INSERT INTO {{0}}user_stats VALUES (?, {"?, " * len(_COUNTS)}?, ?)
ON CONFLICT DO UPDATE SET {", ".join(f"{name} = {name} + excluded.{name}" for name in _COUNTS)},
    updated_at = excluded.updated_at, position = excluded.position
"""
_ADD_MONTH = """
INSERT INTO {0}user_months VALUES (?, ?, ?, ?)
ON CONFLICT DO UPDATE SET count = count + excluded.count
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


class SqliteReadModels:
    """The projections, written and read; a batch and its checkpoint are one transaction."""

    def __init__(self, path: Path) -> None:
        schema = f"{_TREND_SCHEMA};{_SCHEMA.format('', 0)}"
        self._database = Database(
            path, schema, form=FORM, durable=False, upgrade=lambda file: _drop_tables(file, "")
        )
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
            for table in _PLAYS:
                connection.execute(
                    f"DELETE FROM {self._prefix}{table} WHERE user_id = ?", (user_id,)
                )
            self._add_stats(connection, {user_id: (stats, position)}, now)
            connection.executemany(
                _ADD_AFFINITY.format(self._prefix),
                (
                    (user_id, type_, name, *affinity, now, at)
                    for _, type_, name, affinity, _, at in documents.affinities
                ),
            )

    def forget_user(self, user_id: str) -> None:
        with self._database.transaction() as connection:
            connection.execute("PRAGMA secure_delete = ON")
            for table, count in _PLAYS.items():
                connection.execute(
                    f"DELETE FROM {self._prefix}{table} WHERE user_id = ? AND {count} = 0",
                    (user_id,),
                )

    def replacement(self) -> "SqliteReplacement":
        return SqliteReplacement(self._database)

    def user_stats(self, user_id: str) -> UserStatsDocument | None:
        rows = self._database.query(
            "SELECT updated_at, position,"
            " (SELECT json_group_array(json_array(year, month, count)) FROM user_months"
            " WHERE user_id = user_stats.user_id AND count != 0),"
            f" {', '.join(_COUNTS)} FROM user_stats WHERE user_id = ?",
            (user_id,),
        )
        if not rows:
            return None
        updated_at, position, months, total, rated, sum_ratings, minutes, *ratings = rows[0]
        stats = UserStats(
            total,
            rated,
            sum_ratings,
            minutes,
            {rating: n for rating, n in zip(HALF_STARS, ratings, strict=True) if n},
            {(year, month): n for year, month, n in orjson.loads(months)},
        )
        return UserStatsDocument(user_id, stats, datetime.fromisoformat(updated_at), position)

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
        snapshots = {(film_key, movie) for _, film_key, _, movie in rows}  # most on many days
        movies = {(key, movie): _movie(key, *orjson.loads(movie)) for key, movie in snapshots}
        return [
            (FilmDay(date.fromisoformat(day), key), DayCount(count, movies[key, movie]))
            for day, key, count, movie in rows
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
        moved = connection.execute(
            f"UPDATE {table} SET position = ? WHERE partition = ? AND position = ?",
            (position, partition, base),
        )
        if not moved.rowcount and base == 0:  # the partition may have no row yet
            moved = connection.execute(
                f"INSERT INTO {table} VALUES (?, ?) ON CONFLICT DO NOTHING",
                (partition, position),
            )
        if not moved.rowcount:
            raise Fenced

    def _add(
        self, connection: sqlite3.Connection, changes: NetChanges, partition: int, now: str
    ) -> None:
        self._add_stats(connection, changes.users, now)
        connection.executemany(
            _ADD_AFFINITY.format(self._prefix),
            (
                (user_id, *credit, *change, now, at)
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

    def _add_stats(
        self,
        connection: sqlite3.Connection,
        changes: Mapping[str, tuple[UserStats, int]],
        now: str,
    ) -> None:
        connection.executemany(
            _ADD_STATS.format(self._prefix),
            (
                (
                    user_id,
                    change.total_watched,
                    change.rated_count,
                    change.sum_ratings,
                    change.watch_time_minutes,
                    *(change.rating_distribution.get(rating, 0) for rating in HALF_STARS),
                    now,
                    position,
                )
                for user_id, (change, position) in changes.items()
            ),
        )
        connection.executemany(
            _ADD_MONTH.format(self._prefix),
            (
                (user_id, year, month, n)
                for user_id, (change, _) in changes.items()
                for (year, month), n in change.monthly_counts.items()
                if n
            ),
        )


class SqliteReplacement(SqliteReadModels):
    """Tables beside the live ones, which change names with them in the end."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._prefix = "next_"
        with database.transaction() as connection:
            _make_tables(connection, self._prefix)

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


def _make_tables(connection: sqlite3.Connection, prefix: str) -> None:
    """New, empty tables in place of what has their names."""
    _drop_tables(connection, prefix)
    # An index keeps its name when its table gets another: each has a number of its own.
    ((number,),) = connection.execute("PRAGMA schema_version").fetchall()
    for statement in _SCHEMA.format(prefix, number).split(";"):
        connection.execute(statement)


def _movie_json(movie: Movie) -> str:
    return orjson.dumps((movie.title, movie.year, movie.genres, movie.poster_url)).decode()


def _movie(
    film_key: str, title: str, year: int | None, genres: list[str], poster_url: str | None
) -> Movie:
    return Movie(title, year, film_key, genres=tuple(genres), poster_url=poster_url)


def _drop_tables(connection: sqlite3.Connection, prefix: str) -> None:
    for table in _TABLES:
        connection.execute(f"DROP TABLE IF EXISTS {prefix}{table}")
