"""What is followed, in a SQLite file of its own, which nothing can rebuild."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from cinestats.adapters.records import Taken, text_of
from cinestats.application.following.accounts import Asked, FollowedAccount, FollowedService

from .database import Database
from .records import SqliteRecords, row_of

FORM = 1
_SCHEMA = """
CREATE TABLE IF NOT EXISTS followed (
    user_id TEXT NOT NULL, service TEXT NOT NULL, name TEXT NOT NULL, since TEXT NOT NULL,
    due_at TEXT NOT NULL, asked_at TEXT, result TEXT, failures INTEGER NOT NULL,
    etag TEXT, last_modified TEXT,
    PRIMARY KEY (user_id, service, name)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS followed_by_due ON followed (due_at)
"""


class SqliteFollowed:
    """Implements FollowedAccounts and FollowTurns."""

    def __init__(self, path: Path) -> None:
        self._database = Database(path, _SCHEMA, form=FORM, durable=True, overwrite=True)
        self._followed = SqliteRecords(self._database, "followed", FollowedAccount, "name")

    def add(self, account: FollowedAccount, limit: int) -> bool:
        mine = "(SELECT count(*) FROM followed WHERE user_id = :user_id)"
        try:
            return self._followed.insert_if(account, f"{mine} < :limit", limit=limit)
        except Taken:
            return False

    def of_user(self, user_id: str) -> Sequence[FollowedAccount]:
        return self._followed.select("WHERE user_id = :u ORDER BY service, name", u=user_id)

    def remove(self, user_id: str, service: FollowedService, name: str) -> bool:
        return self._followed.delete(user_id=user_id, service=service, name=name) == 1

    def remove_all(self, user_id: str) -> int:
        return self._followed.delete(user_id=user_id)

    def due(self, now: datetime, limit: int) -> Sequence[FollowedAccount]:
        due = "WHERE due_at <= :now ORDER BY due_at LIMIT :limit"
        return self._followed.select(due, now=text_of(now), limit=limit)

    def save(self, account: FollowedAccount, asked: Asked) -> bool:
        new = replace(account, asked=asked)
        return self._followed.update(row_of(account), row_of(new)) == 1

    def read_all(self) -> None:
        """Read every record; raises StoreUnavailable where one cannot be read."""
        self._followed.find()

    def close(self) -> None:
        self._database.close()
