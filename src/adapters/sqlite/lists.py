"""What happened to lists, in a SQLite file of its own, which nothing can rebuild."""

import sqlite3
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from cinestats.adapters.list_json import decode_list_event, encode_list_event
from cinestats.domain.lists import ListEvent

from .database import Database

# ``digest`` is the event's checksum; the user's name is in the body.
FORM = 2
_SCHEMA = """
CREATE TABLE IF NOT EXISTS list_events (
    user_id TEXT NOT NULL, number INTEGER NOT NULL, body BLOB NOT NULL, digest BLOB NOT NULL,
    PRIMARY KEY (user_id, number)
) WITHOUT ROWID
"""


class SqliteLists:
    """Implements ListLog; a user's events are numbered from 1."""

    def __init__(self, path: Path) -> None:
        self._database = Database(
            path, _SCHEMA, form=FORM, durable=True, upgrade=_upgrade, overwrite=True
        )

    def of_user(self, user_id: str) -> Sequence[ListEvent]:
        rows = self._database.query(
            "SELECT number, body, digest FROM list_events WHERE user_id = ? ORDER BY number",
            [user_id],
        )
        with self._database.decoding():
            return [_event(user_id, place, *row) for place, row in enumerate(rows, 1)]

    def append(self, user_id: str, after: int, events: Sequence[ListEvent]) -> bool:
        count = "SELECT count(*) FROM list_events WHERE user_id = ?"
        with self._database.transaction() as connection:
            if connection.execute(count, [user_id]).fetchone() != (after,):
                return False
            connection.executemany(
                "INSERT INTO list_events VALUES (?, ?, ?, ?)",
                (
                    (user_id, number, body, _digest(number, body))
                    for number, body in enumerate(map(encode_list_event, events), after + 1)
                ),
            )
        return True

    def users(self) -> Sequence[str]:
        users = "SELECT DISTINCT user_id FROM list_events ORDER BY user_id"
        return [user_id for (user_id,) in self._database.query(users)]

    def remove_all(self, user_id: str) -> int:
        return self._database.execute("DELETE FROM list_events WHERE user_id = :u", u=user_id)

    def read_all(self) -> None:
        """Read every event; raises StoreUnavailable where one cannot be read."""
        for user_id in self.users():
            self.of_user(user_id)

    def close(self) -> None:
        self._database.close()


def _digest(number: int, body: bytes) -> bytes:
    return sha256(b"%d %b" % (number, body)).digest()


def _event(user_id: str, place: int, number: int, body: bytes, digest: bytes) -> ListEvent:
    """The event at a place; raises ValueError where it is not the one that was appended."""
    event = decode_list_event(body)
    if (number, _digest(number, body), event.user_id) != (place, digest, user_id):
        raise ValueError(f"event {place} of {user_id} is not the one that was appended")
    return event


def _upgrade(connection: sqlite3.Connection) -> None:
    """Form 1 had no checksums."""
    if not connection.execute("PRAGMA table_info(list_events)").fetchall():
        return
    rows = connection.execute("SELECT user_id, number, body FROM list_events").fetchall()
    connection.execute("DROP TABLE list_events")
    connection.execute(_SCHEMA)
    connection.executemany(
        "INSERT INTO list_events VALUES (?, ?, ?, ?)",
        [(*row, _digest(row[1], row[2])) for row in rows],
    )
