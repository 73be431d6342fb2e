"""The tables in which projections are kept: rows are added to, and never read to be written."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from cinestats.application.figures.project import NetChanges
from cinestats.domain.projections import USER_STATS
from cinestats.domain.projections.projection import Projection
from cinestats.domain.rating import HALF_STARS
from cinestats.domain.user_stats import UserStats

Row = tuple[Any, ...]


class Table(NamedTuple):
    """A table; ``counts`` are added up, ``stamps`` stay as last written.

    ``rows`` makes rows of changes, of the partition, and of the time.
    """

    name: str
    key: tuple[str, ...]
    counts: tuple[str, ...]
    rows: Callable[[NetChanges, int, str], Iterable[Row]]
    stamps: tuple[str, ...] = ()

    def create(self, prefix: str) -> str:
        """The statement that makes the table."""
        columns = (*self.key, *self.counts, *self.stamps)
        return (
            f"CREATE TABLE {prefix}{self.name} ({' NOT NULL, '.join(columns)} NOT NULL,"
            f" PRIMARY KEY ({', '.join(self.key)})) WITHOUT ROWID"
        )

    def add(self, prefix: str) -> str:
        """The statement that adds a row to the one of its key."""
        columns = (*self.key, *self.counts, *self.stamps)
        changed = [f"{column} = {column} + excluded.{column}" for column in self.counts]
        changed += [f"{column} = excluded.{column}" for column in self.stamps]
        return (
            f"INSERT INTO {prefix}{self.name} VALUES ({', '.join('?' * len(columns))})"
            f" ON CONFLICT DO UPDATE SET {', '.join(changed)}"
        )

    def forget(self) -> str:
        """The statement that removes the row of a key where it counts nothing."""
        of_key = " AND ".join(f"{column} = ?" for column in self.key)
        return f"DELETE FROM {self.name} WHERE {of_key} AND {self.counts[0]} = 0"


def tables_of(projection: Projection[Any, Any]) -> tuple[Table, ...]:
    """Where a projection is kept: in a table with its fields, unless it has its own here."""
    return _OWN.get(projection.name) or (_table_of(projection),)


def _table_of(projection: Projection[Any, Any]) -> Table:

    def of_user(changes: NetChanges, _partition: int, now: str) -> Iterator[Row]:
        return ((*key, *state, now, position) for key, (state, position) in changes.items())

    def of_all(changes: NetChanges, partition: int, _now: str) -> Iterator[Row]:
        for key, (state, position) in changes.items():
            yield *projection.place(key, partition), *state, position

    return Table(
        projection.name,
        projection.place_fields,
        projection.counted,
        of_user if projection.of_user else of_all,
        ("updated_at", "position") if projection.of_user else ("position",),
    )


STATS_COUNTS = (
    *("total_watched", "rated_count", "sum_ratings", "watch_time_minutes"),
    *(f"rated_{rating}" for rating in HALF_STARS),
)
"""The totals, in half stars, and the plays of each rating; months are rows of their own."""


def _stats_rows(changes: NetChanges, _partition: int, now: str) -> Iterator[Row]:
    stats: UserStats
    for (user_id,), (stats, position) in changes.items():
        *totals, distribution, _ = stats
        ratings = (distribution.get(rating, 0) for rating in HALF_STARS)
        yield user_id, *totals, *ratings, now, position


def _month_rows(changes: NetChanges, _partition: int, _now: str) -> Iterator[Row]:
    stats: UserStats
    for (user_id,), (stats, _) in changes.items():
        for month, n in stats.monthly_counts.items():
            if n:
                yield user_id, *month, n


_OWN = {
    USER_STATS.name: (
        Table(
            "user_stats",
            ("user_id",),
            STATS_COUNTS,
            _stats_rows,
            ("updated_at", "position"),
        ),
        Table("user_months", ("user_id", "year", "month"), ("count",), _month_rows),
    )
}
