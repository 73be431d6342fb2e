"""What happened to lists, in a SQLite file of its own, which nothing can rebuild."""

from collections.abc import Sequence
from pathlib import Path

from cinestats.adapters.list_json import decode_list_event, encode_list_event
from cinestats.domain.lists import ListEvent

from .database import Database

FORM = 1
_SCHEMA = """
CREATE TABLE IF NOT EXISTS list_events (
    user_id TEXT NOT NULL, number INTEGER NOT NULL, body BLOB NOT NULL,
    PRIMARY KEY (user_id, number)
) WITHOUT ROWID
"""


class SqliteLists:
    """Implements ListLog; a user's events are numbered from 1."""

    def __init__(self, path: Path) -> None:
        self._database = Database(path, _SCHEMA, form=FORM, durable=True, overwrite=True)

    def of_user(self, user_id: str) -> Sequence[ListEvent]:
        bodies = "SELECT body FROM list_events WHERE user_id = ? ORDER BY number"
        rows = self._database.query(bodies, [user_id])
        with self._database.decoding():
            return [decode_list_event(body) for (body,) in rows]

    def append(self, user_id: str, after: int, events: Sequence[ListEvent]) -> bool:
        count = "SELECT count(*) FROM list_events WHERE user_id = ?"
        with self._database.transaction() as connection:
            if connection.execute(count, [user_id]).fetchone() != (after,):
                return False
            connection.executemany(
                "INSERT INTO list_events VALUES (?, ?, ?)",
                (
                    (user_id, number, encode_list_event(event))
                    for number, event in enumerate(events, after + 1)
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
