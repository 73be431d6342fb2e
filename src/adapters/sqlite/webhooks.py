"""Webhooks in a SQLite file of their own, which nothing can rebuild."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cinestats.application.webhooks.subscriptions import Progress, Webhook

from .database import Database

# Times are in UTC and of one form, so that their texts compare as they do. A webhook that
# nobody holds is held by '' until ''.
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
_COLUMNS = (
    "webhook_id, user_id, url, key, events, created_at,"
    " position, due_at, active, last_status, last_error, failures, failing_since"
)
_IS_DUE = "active AND due_at <= ? AND held_until <= ?"


class SqliteWebhooks:
    """Implements Webhooks and WebhookTurns."""

    def __init__(self, path: Path) -> None:
        self._database = Database(path, _SCHEMA, form=FORM, durable=True)

    def add(self, webhook: Webhook, limit: int) -> bool:
        with self._database.transaction() as connection:
            added = connection.execute(
                f"INSERT INTO webhooks ({_COLUMNS})"
                " SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?"
                " WHERE (SELECT count(*) FROM webhooks WHERE user_id = ?) < ?",
                (
                    webhook.webhook_id,
                    webhook.user_id,
                    webhook.url,
                    webhook.key,
                    " ".join(sorted(webhook.events)),
                    _text(webhook.created_at),
                    *_progress_columns(webhook.progress),
                    webhook.user_id,
                    limit,
                ),
            )
            return added.rowcount == 1

    def of_user(self, user_id: str) -> Sequence[Webhook]:
        rows = self._database.query(
            f"SELECT {_COLUMNS} FROM webhooks WHERE user_id = ? ORDER BY webhook_id",
            (user_id,),
        )
        return [_webhook(row) for row in rows]

    def remove(self, user_id: str, webhook_id: str) -> bool:
        condition = "user_id = ? AND webhook_id = ?"
        return self._remove(condition, (user_id, webhook_id)) == 1

    def remove_all(self, user_id: str) -> int:
        return self._remove("user_id = ?", (user_id,))

    def due(self, now: datetime) -> Sequence[Webhook]:
        rows = self._database.query(
            f"SELECT {_COLUMNS} FROM webhooks WHERE {_IS_DUE} ORDER BY webhook_id",
            (_text(now), _text(now)),
        )
        return [_webhook(row) for row in rows]

    def claim(
        self, webhook_id: str, holder: str, now: datetime, until: datetime
    ) -> Webhook | None:
        with self._database.transaction() as connection:
            rows = connection.execute(
                "UPDATE webhooks SET holder = ?, held_until = ?"
                f" WHERE webhook_id = ? AND {_IS_DUE} RETURNING {_COLUMNS}",
                (holder, _text(until), webhook_id, _text(now), _text(now)),
            ).fetchall()
        return _webhook(rows[0]) if rows else None

    def save(
        self, webhook_id: str, holder: str, progress: Progress, until: datetime | None
    ) -> bool:
        with self._database.transaction() as connection:
            saved = connection.execute(
                "UPDATE webhooks SET position = ?, due_at = ?, active = ?, last_status = ?,"
                " last_error = ?, failures = ?, failing_since = ?, holder = ?, held_until = ?"
                " WHERE webhook_id = ? AND holder = ?",
                (
                    *_progress_columns(progress),
                    "" if until is None else holder,
                    "" if until is None else _text(until),
                    webhook_id,
                    holder,
                ),
            )
            return saved.rowcount == 1

    def close(self) -> None:
        self._database.close()

    def _remove(self, condition: str, parameters: tuple[str, ...]) -> int:
        with self._database.transaction() as connection:
            # Overwrites freed pages: the file shall not hold addresses of a forgotten user.
            connection.execute("PRAGMA secure_delete = ON")
            removed = connection.execute(f"DELETE FROM webhooks WHERE {condition}", parameters)
            return removed.rowcount


def _progress_columns(progress: Progress) -> tuple[Any, ...]:
    since = progress.failing_since
    return (
        progress.position,
        _text(progress.due_at),
        progress.active,
        progress.last_status,
        progress.last_error,
        progress.failures,
        None if since is None else _text(since),
    )


def _webhook(row: Sequence[Any]) -> Webhook:
    webhook_id, user_id, url, key, events, created_at, position, due_at, active, *rest = row
    status, error, failures, since = rest
    return Webhook(
        webhook_id,
        user_id,
        url,
        key,
        frozenset(events.split()),
        datetime.fromisoformat(created_at),
        Progress(
            position,
            datetime.fromisoformat(due_at),
            bool(active),
            status,
            error,
            failures,
            None if since is None else datetime.fromisoformat(since),
        ),
    )


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
