"""The read models in one SQLite file; it can be rebuilt from the log."""

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import orjson

from cinestats.adapters.documents.read_models import TrendsAnswer, trend_of
from cinestats.application.figures import ports
from cinestats.application.figures.project import NetChanges, net_changes
from cinestats.application.ports import StoreBusy
from cinestats.domain import projections
from cinestats.domain.affinity import Affinity, AffinityType, RankBy
from cinestats.domain.global_trend import DayCount, FilmDay, GlobalTrend, film_told
from cinestats.domain.projections import USER_STATS
from cinestats.domain.projections.projection import Projection
from cinestats.domain.rating import HALF_STARS
from cinestats.domain.user_stats import UserStats

from .database import Database, drop_tables, numbers
from .tables import STATS_COUNTS, Table, tables_of

# What changes the tables changes the form: a file of another one is counted anew.
FORM = 4
_TREND_SCHEMA = """
CREATE TABLE IF NOT EXISTS global_stats (
    id TEXT PRIMARY KEY, document TEXT NOT NULL, updated_at TEXT NOT NULL
) WITHOUT ROWID
"""


class SqliteDocuments:
    """The documents of tables with a prefix, written.

    A batch and its checkpoint are one transaction.
    """

    def __init__(self, database: Database, prefix: str = "") -> None:
        self._database = database
        self._prefix = prefix
        self._tables = {each.name: tables_of(each) for each in projections.PROJECTIONS}
        self._of_user = [
            table for each in projections.of_user() for table in self._tables[each.name]
        ]

    def checkpoint(self, partition: int) -> int:
        with self._database.snapshot() as connection, self._database.decoding():
            self._refuse_dropped(connection)
            row = connection.execute(
                f"SELECT position FROM {self._prefix}checkpoints WHERE partition = ?",
                (partition,),
            ).fetchone()
            (position,) = numbers(row or (0,))
        return int(position)

    def apply(self, batch: ports.Batch) -> None:
        partition, base, events, now = batch
        changes = net_changes(events)
        with self._database.transaction() as connection:
            self._move_checkpoint(connection, partition, base, events[-1].position)
            for each, changed in changes:
                self._add(connection, each.name, changed, partition, now.isoformat())

    def put_user(self, partition: int, base: int, documents: ports.UserDocuments) -> None:
        now = documents.updated_at.isoformat()
        with self._database.transaction() as connection:
            self._move_checkpoint(connection, partition, base, base)
            for table in self._of_user:
                connection.execute(
                    f"DELETE FROM {self._prefix}{table.name} WHERE user_id = ?",
                    (documents.user_id,),
                )
            for name, states in documents.states.items():
                changes = {key: (state, documents.position) for key, state in states.items()}
                self._add(connection, name, changes, partition, now)

    def put_shared(
        self, partition: int, position: int, states: Mapping[str, ports.States]
    ) -> None:
        with self._database.transaction() as connection:
            self._move_checkpoint(connection, partition, 0, position)
            for name, mine in states.items():
                changes = {key: (state, position) for key, state in mine.items()}
                self._add(connection, name, changes, partition, "")

    def make_tables(self, connection: sqlite3.Connection) -> None:
        """Make new, empty tables in place of what has their names."""
        for name in self._names():
            connection.execute(f"DROP TABLE IF EXISTS {self._prefix}{name}")
        connection.execute(
            f"CREATE TABLE {self._prefix}checkpoints"
            " (partition INTEGER PRIMARY KEY, position INTEGER NOT NULL)"
        )
        for table in self._all_tables():
            connection.execute(table.create(self._prefix))
        # An index keeps its name when its table gets another: each has a number of its own.
        ((number,),) = connection.execute("PRAGMA schema_version").fetchall()
        connection.execute(
            f"CREATE INDEX user_affinities_by_plays_{number}"
            f" ON {self._prefix}user_affinities (user_id, type, count DESC)"
        )

    def _all_tables(self) -> list[Table]:
        return [table for tables in self._tables.values() for table in tables]

    def _names(self) -> list[str]:
        return ["checkpoints", *(table.name for table in self._all_tables())]

    def _add(
        self,
        connection: sqlite3.Connection,
        name: str,
        changes: NetChanges,
        partition: int,
        now: str,
    ) -> None:
        for table in self._tables[name]:
            connection.executemany(table.add(self._prefix), table.rows(changes, partition, now))

    def _move_checkpoint(
        self, connection: sqlite3.Connection, partition: int, base: int, position: int
    ) -> None:
        table = f"{self._prefix}checkpoints"
        self._refuse_dropped(connection)
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
            raise ports.Fenced

    def _refuse_dropped(self, connection: sqlite3.Connection) -> None:
        there = "SELECT 1 FROM sqlite_schema WHERE name = ?"
        if (
            self._prefix
            and not connection.execute(there, (f"{self._prefix}checkpoints",)).fetchone()
        ):
            raise StoreBusy("A user was forgotten, or another rebuild began; try again.")


class SqliteReadModels(SqliteDocuments):
    """The live documents, written and read."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            Database(
                path,
                _TREND_SCHEMA,
                form=FORM,
                durable=False,
                overwrite=True,
                upgrade=lambda file: drop_tables(file, keep=["global_stats"]),
            )
        )
        self._latest: tuple[GlobalTrend, datetime] | None = None
        there = self._database.query("SELECT name FROM sqlite_schema WHERE type = 'table'")
        if set(self._names()) - {name for (name,) in there}:
            with self._database.transaction() as connection:
                self.make_tables(connection)  # without checkpoints: all is counted again

    def forget_user(
        self, user_id: str, partition: int, shared: Mapping[str, Sequence[Any]] = ports.NO_KEYS
    ) -> None:
        with self._database.transaction() as connection:
            for table in self._of_user:
                connection.execute(
                    f"DELETE FROM {table.name} WHERE user_id = ? AND {table.counts[0]} = 0",
                    (user_id,),
                )
            for each in projections.of_all():
                places = [each.place(key, partition) for key in shared.get(each.name, ())]
                for table in self._tables[each.name]:
                    # The checkpoint is the fence here, so a row that counts nothing can go.
                    connection.executemany(table.forget(), places)
            for name in self._names():  # a rebuild that broke off
                connection.execute(f"DROP TABLE IF EXISTS next_{name}")

    def replacement(self) -> ports.Replacement:
        """Tables beside the live ones, which change names with them in the end."""
        documents = SqliteDocuments(self._database, "next_")
        with self._database.transaction() as connection:
            documents.make_tables(connection)
        return ports.Replacement(documents, self._adopt)

    def user_stats(self, user_id: str) -> ports.UserStatsDocument | None:
        rows = self._database.query(
            "SELECT updated_at, position,"
            " (SELECT json_group_array(json_array(year, month, count)) FROM user_months"
            " WHERE user_id = user_stats.user_id AND count != 0),"
            f" {', '.join(STATS_COUNTS)} FROM user_stats WHERE user_id = ?",
            (user_id,),
        )
        if not rows:
            return None
        updated_at, position, months, total, rated, sum_ratings, minutes, *ratings = rows[0]
        with self._database.decoding():
            numbers((total, rated, sum_ratings, minutes))
            stats = UserStats(
                total,
                rated,
                sum_ratings,
                minutes,
                {r: n for r, n in zip(HALF_STARS, numbers(ratings), strict=True) if n},
                {(y, month): n for y, month, n in map(numbers, orjson.loads(months))},
            )
            at = datetime.fromisoformat(updated_at)
        return ports.UserStatsDocument(user_id, stats, at, position)

    def affinities(
        self, user_id: str, type_: AffinityType, by: RankBy = "count", limit: int | None = None
    ) -> Sequence[ports.AffinityDocument]:
        order = (
            "count DESC, name"
            if by == "count"
            else "rated_count = 0, rating_sum * 1.0 / max(rated_count, 1) DESC,"
            " rated_count DESC, name"
        )
        rows = self._database.query(
            "SELECT name, count, rated_count, rating_sum, updated_at, position"
            " FROM user_affinities WHERE user_id = ? AND type = ? AND count != 0"
            f" ORDER BY {order} LIMIT ?",
            (user_id, type_, -1 if limit is None else limit),
        )
        moment = datetime.fromisoformat
        with self._database.decoding():
            return [
                ports.AffinityDocument(
                    user_id, type_, name, Affinity(*numbers(counts)), moment(at), position
                )
                for name, *counts, at, position in rows
            ]

    def film_days(self, since: date) -> Sequence[tuple[FilmDay, DayCount]]:
        rows = self._database.query(
            "SELECT day, film_key, count, film FROM global_days WHERE day >= ? AND count != 0",
            (since.isoformat(),),
        )
        told = {(film_key, film) for _, film_key, _, film in rows}  # most on many days
        with self._database.decoding():
            movies = {(key, film): film_told(key, film) for key, film in told}
            return [
                (
                    FilmDay(date.fromisoformat(day), key),
                    DayCount(numbers((count,))[0], movies[key, film]),
                )
                for day, key, count, film in rows
            ]

    def counts(self, projection: Projection[Any, Any], owner: str | int) -> ports.Counts:
        if projection is USER_STATS:
            stored = self.user_stats(str(owner))
            return {projection.label([owner]): stored.stats} if stored else {}
        rows = self._database.query(
            f"SELECT {', '.join((*projection.key_fields, *projection.counted))}"
            f" FROM {projection.name}"
            f" WHERE {'user_id' if projection.of_user else 'partition'} = ?",
            (owner,),
        )
        n = len(projection.key_fields)
        with self._database.decoding():
            return {projection.label(row[:n]): numbers(row[n:]) for row in rows}

    def put(self, trend: GlobalTrend, updated_at: datetime) -> None:
        self._latest = trend, updated_at
        if self._database.read_only:
            return  # this process can show it all the same
        document = TrendsAnswer.stored(trend, updated_at, UTC)
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO global_stats VALUES ('global', ?, ?)",
                (document.model_dump_json(by_alias=True), updated_at.isoformat()),
            )

    def get(self) -> tuple[GlobalTrend, datetime] | None:
        if self._database.read_only and self._latest is not None:
            return self._latest
        rows = self._database.query("SELECT document, updated_at FROM global_stats")
        if not rows:
            return None
        with self._database.decoding():
            return trend_of(orjson.loads(rows[0][0])), datetime.fromisoformat(rows[0][1])

    def close(self) -> None:
        self._database.close()

    def _adopt(self) -> bool:
        with self._database.transaction() as connection:
            SqliteDocuments(self._database, "next_")._refuse_dropped(connection)
            ahead = connection.execute(
                "SELECT 1 FROM checkpoints LEFT JOIN next_checkpoints AS next USING (partition)"
                " WHERE checkpoints.position > coalesce(next.position, 0)"
            ).fetchone()
            if ahead:
                return False
            for name in self._names():
                connection.execute(f"DROP TABLE {name}")
                connection.execute(f"ALTER TABLE next_{name} RENAME TO {name}")
            return True
