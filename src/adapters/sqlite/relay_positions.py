"""How far the log has been published to a topic, in a SQLite file."""

from pathlib import Path

from .database import Database

FORM = 1
_SCHEMA = """
CREATE TABLE IF NOT EXISTS published (
    topic TEXT, partition INTEGER, position INTEGER NOT NULL, PRIMARY KEY (topic, partition)
) WITHOUT ROWID
"""
_ADVANCE = (
    "INSERT INTO published VALUES (?, ?, ?)"
    " ON CONFLICT DO UPDATE SET position = max(position, excluded.position)"
)


class SqliteRelayPositions:
    """Positions by partition, for one topic. A lost file costs records sent twice."""

    def __init__(self, path: Path, topic: str) -> None:
        # A file from before there were forms has what this one has.
        self._database = Database(
            path, _SCHEMA, form=FORM, durable=False, upgrade=lambda _: None
        )
        self._topic = topic

    def get(self, partition: int) -> int:
        published = "SELECT position FROM published WHERE topic = ? AND partition = ?"
        found = self._database.query(published, (self._topic, partition))
        return found[0][0] if found else 0

    def advance(self, partition: int, position: int) -> None:
        with self._database.transaction() as connection:
            connection.execute(_ADVANCE, (self._topic, partition, position))

    def close(self) -> None:
        self._database.close()
