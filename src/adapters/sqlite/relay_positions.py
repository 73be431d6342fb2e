"""How far the log has been published to a topic, in a SQLite file."""

import sqlite3
from pathlib import Path

from .database import Database

FORM = 1
_SCHEMA = """
CREATE TABLE IF NOT EXISTS published (
    topic TEXT, partition INTEGER, position INTEGER NOT NULL, PRIMARY KEY (topic, partition)
) WITHOUT ROWID
"""


class SqliteRelayPositions:
    """Positions by partition, for one topic. A lost file costs records sent twice."""

    def __init__(self, path: Path, topic: str) -> None:
        self._database = Database(
            path, _SCHEMA, form=FORM, durable=False, upgrade=lambda _: None
        )
        self._topic = topic

    def get(self, partition: int) -> int:
        rows = self._database.query(
            "SELECT position FROM published WHERE topic = ? AND partition = ?",
            (self._topic, partition),
        )
        return rows[0][0] if rows else 0

    def advance(self, partition: int, position: int) -> None:
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT INTO published VALUES (?, ?, ?)"
                " ON CONFLICT DO UPDATE SET position = max(position, excluded.position)",
                (self._topic, partition, position),
            )

    def close(self) -> None:
        self._database.close()


def _keep(_: sqlite3.Connection) -> None:
    """A file from before there were forms has what this one has."""
