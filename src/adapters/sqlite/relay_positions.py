"""How far the log has been published to a topic, in a SQLite file."""

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
        found = self._database.rows(
            "SELECT position FROM published WHERE topic = :topic AND partition = :partition",
            topic=self._topic,
            partition=partition,
        )
        return found[0]["position"] if found else 0

    def advance(self, partition: int, position: int) -> None:
        self._database.execute(
            "INSERT INTO published VALUES (:topic, :partition, :position)"
            " ON CONFLICT DO UPDATE SET position = max(position, excluded.position)",
            topic=self._topic,
            partition=partition,
            position=position,
        )

    def close(self) -> None:
        self._database.close()
