"""Webhooks in a SQLite file of their own, which nothing can rebuild."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from cinestats.adapters.records import record_of, text_of
from cinestats.application.webhooks.subscriptions import Progress, Webhook

from .database import Database
from .rows import assignments, insertion, row_of

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
_IS_DUE = "active AND due_at <= :now AND held_until <= :now"


class SqliteWebhooks:
    """Implements Webhooks and WebhookTurns."""

    def __init__(self, path: Path) -> None:
        self._database = Database(path, _SCHEMA, form=FORM, durable=True, overwrite=True)

    def add(self, webhook: Webhook, limit: int) -> bool:
        row = row_of(webhook)
        with self._database.transaction() as connection:
            if len(self.of_user(webhook.user_id)) >= limit:
                return False
            connection.execute(insertion("webhooks", row), row)
            return True

    def of_user(self, user_id: str) -> Sequence[Webhook]:
        return self._find("user_id = :user_id", user_id=user_id)

    def remove(self, user_id: str, webhook_id: str) -> bool:
        sql = "DELETE FROM webhooks WHERE user_id = :user_id AND webhook_id = :id"
        return self._database.execute(sql, user_id=user_id, id=webhook_id) == 1

    def remove_all(self, user_id: str) -> int:
        sql = "DELETE FROM webhooks WHERE user_id = :user_id"
        return self._database.execute(sql, user_id=user_id)

    def due(self, now: datetime) -> Sequence[Webhook]:
        return self._find(_IS_DUE, now=text_of(now))

    def claim(
        self, webhook_id: str, holder: str, now: datetime, until: datetime
    ) -> Webhook | None:
        with self._database.transaction() as connection:
            due = self._find(f"webhook_id = :id AND {_IS_DUE}", id=webhook_id, now=text_of(now))
            if not due:
                return None
            connection.execute(
                "UPDATE webhooks SET holder = ?, held_until = ? WHERE webhook_id = ?",
                (holder, text_of(until), webhook_id),
            )
            return due[0]

    def save(
        self, webhook_id: str, holder: str, progress: Progress, until: datetime | None
    ) -> bool:
        row = row_of(progress) | {
            "holder": "" if until is None else holder,
            "held_until": "" if until is None else text_of(until),
        }
        saved = self._database.execute(
            f"UPDATE webhooks SET {assignments(row)}"
            " WHERE webhook_id = :webhook_id AND holder = :held_by",
            webhook_id=webhook_id,
            held_by=holder,
            **row,
        )
        return saved == 1

    def close(self) -> None:
        self._database.close()

    def _find(self, condition: str, **parameters: Any) -> list[Webhook]:
        rows = self._database.rows(
            f"SELECT * FROM webhooks WHERE {condition} ORDER BY webhook_id", **parameters
        )
        return [
            record_of(Webhook, {**row, "events": row["events"].split(), "progress": row})
            for row in rows
        ]
