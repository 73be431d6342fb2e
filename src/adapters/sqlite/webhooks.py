"""Webhooks in a SQLite file of their own, which nothing can rebuild."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from cinestats.adapters.records import text_of
from cinestats.application.webhooks.subscriptions import Progress, Webhook

from .database import Database
from .records import SqliteRecords, row_of

# A webhook that nobody holds is held by '' until ''.
FORM = 1
_SCHEMA = """
CREATE TABLE IF NOT EXISTS webhooks (
    webhook_id TEXT PRIMARY KEY, user_id TEXT NOT NULL, url TEXT NOT NULL,
    key BLOB NOT NULL, events TEXT NOT NULL, created_at TEXT NOT NULL,
    position INTEGER NOT NULL, due_at TEXT NOT NULL, active INTEGER NOT NULL,
    last_status INTEGER, last_error TEXT, failures INTEGER NOT NULL, failing_since TEXT,
    holder TEXT NOT NULL DEFAULT '', held_until TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS webhooks_by_user ON webhooks (user_id, webhook_id)
"""
_IS_DUE = "WHERE active AND due_at <= :now AND held_until <= :now"


class SqliteWebhooks:
    """Implements Webhooks and WebhookTurns."""

    def __init__(self, path: Path) -> None:
        self._database = Database(path, _SCHEMA, form=FORM, durable=True, overwrite=True)
        self._webhooks = SqliteRecords(self._database, "webhooks", Webhook, "webhook_id")

    def add(self, webhook: Webhook, limit: int) -> bool:
        mine = "(SELECT count(*) FROM webhooks WHERE user_id = :user_id)"
        return self._webhooks.insert_if(webhook, f"{mine} < :limit", limit=limit)

    def of_user(self, user_id: str) -> Sequence[Webhook]:
        return self._webhooks.find(user_id=user_id)

    def remove(self, user_id: str, webhook_id: str) -> bool:
        return self._webhooks.delete(user_id=user_id, webhook_id=webhook_id) == 1

    def remove_all(self, user_id: str) -> int:
        return self._webhooks.delete(user_id=user_id)

    def due(self, now: datetime) -> Sequence[Webhook]:
        return self._webhooks.select(f"{_IS_DUE} ORDER BY webhook_id", now=text_of(now))

    def claim(
        self, webhook_id: str, holder: str, now: datetime, until: datetime
    ) -> Webhook | None:
        claimed = self._database.execute(
            f"UPDATE webhooks SET holder = :holder, held_until = :until {_IS_DUE}"
            " AND webhook_id = :id",
            holder=holder,
            until=text_of(until),
            now=text_of(now),
            id=webhook_id,
        )
        return next(iter(self._webhooks.find(webhook_id=webhook_id)), None) if claimed else None

    def save(
        self, webhook_id: str, holder: str, progress: Progress, until: datetime | None
    ) -> bool:
        held = {"webhook_id": webhook_id, "holder": holder}
        freed = {"holder": "", "held_until": ""} if until is None else {"held_until": until}
        return self._webhooks.update(held, row_of(progress) | freed) == 1

    def read_all(self) -> None:
        """Read every record; raises StoreUnavailable where one cannot be read."""
        self._webhooks.find()

    def close(self) -> None:
        self._database.close()
