"""How far the log has been published to a topic, in a SQLite file."""

import sqlite3
from pathlib import Path

from cinestats.application.streaming.ports import Published

from .database import Database

FORM = 2
_SCHEMA = """
CREATE TABLE IF NOT EXISTS published (
    topic TEXT, partition INTEGER, position INTEGER NOT NULL,
    noted INTEGER, chain BLOB,    PRIMARY KEY (topic, partition)
) WITHOUT ROWID
"""
_ADVANCE = (
    "INSERT INTO published VALUES (?, ?, ?, NULL, NULL)"
    " ON CONFLICT DO UPDATE SET position = max(position, excluded.position)"
)


class SqliteRelayPositions:
    """Positions by partition, for one topic. A lost file costs records sent twice."""

    def __init__(self, path: Path, topic: str) -> None:
        self._database = Database(path, _SCHEMA, form=FORM, durable=False, upgrade=_upgrade)
        self._topic = topic

    def get(self, partition: int) -> int:
        published = "SELECT position FROM published WHERE topic = ? AND partition = ?"
        return self._database.number(published, (self._topic, partition))

    def advance(self, partition: int, position: int) -> None:
        with self._database.transaction() as connection:
            connection.execute(_ADVANCE, (self._topic, partition, position))

    def noted(self, partition: int) -> Published | None:
        noted = "SELECT noted, chain FROM published WHERE topic = ? AND partition = ?"
        found = self._database.query(noted, (self._topic, partition))
        return Published(*found[0]) if found and found[0][0] is not None else None

    def note(self, partition: int, published: Published) -> None:
        note = "UPDATE published SET noted = ?, chain = ? WHERE topic = ? AND partition = ?"
        with self._database.transaction() as connection:
            connection.execute(note, (*published, self._topic, partition))

    def close(self) -> None:
        self._database.close()


def _upgrade(connection: sqlite3.Connection) -> None:
    """A file of an earlier form has no hashes."""
    columns = {name for _, name, *_ in connection.execute("PRAGMA table_info(published)")}
    if columns and "chain" not in columns:
        connection.execute("ALTER TABLE published ADD COLUMN noted INTEGER")
        connection.execute("ALTER TABLE published ADD COLUMN chain BLOB")
