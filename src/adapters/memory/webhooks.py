"""Webhooks held in memory."""

import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from cinestats.application.webhooks.subscriptions import Progress, Webhook


class _Lease(NamedTuple):
    holder: str
    until: datetime


class MemoryWebhooks:
    """Implements Webhooks and WebhookTurns."""

    def __init__(self) -> None:
        self._webhooks: dict[str, Webhook] = {}
        self._leases: dict[str, _Lease] = {}
        self._lock = threading.Lock()

    def add(self, webhook: Webhook, limit: int) -> bool:
        with self._lock:
            if len(self._of_user(webhook.user_id)) >= limit:
                return False
            self._webhooks[webhook.webhook_id] = webhook
            return True

    def of_user(self, user_id: str) -> Sequence[Webhook]:
        with self._lock:
            return self._of_user(user_id)

    def remove(self, user_id: str, webhook_id: str) -> bool:
        with self._lock:
            theirs = [w for w in self._of_user(user_id) if w.webhook_id == webhook_id]
            return self._delete(theirs) == 1

    def remove_all(self, user_id: str) -> int:
        with self._lock:
            return self._delete(self._of_user(user_id))

    def due(self, now: datetime) -> Sequence[Webhook]:
        with self._lock:
            ids = sorted(self._webhooks)
            return [self._webhooks[each] for each in ids if self._is_due(each, now)]

    def claim(
        self, webhook_id: str, holder: str, now: datetime, until: datetime
    ) -> Webhook | None:
        with self._lock:
            if not self._is_due(webhook_id, now):
                return None
            self._leases[webhook_id] = _Lease(holder, until)
            return self._webhooks[webhook_id]

    def save(
        self, webhook_id: str, holder: str, progress: Progress, until: datetime | None
    ) -> bool:
        with self._lock:
            lease = self._leases.get(webhook_id)
            if lease is None or lease.holder != holder:
                return False
            self._webhooks[webhook_id] = replace(self._webhooks[webhook_id], progress=progress)
            if until is None:
                del self._leases[webhook_id]
            else:
                self._leases[webhook_id] = _Lease(holder, until)
            return True

    def _of_user(self, user_id: str) -> list[Webhook]:
        ids = sorted(self._webhooks)
        return [self._webhooks[each] for each in ids if self._webhooks[each].user_id == user_id]

    def _delete(self, webhooks: Sequence[Webhook]) -> int:
        for webhook in webhooks:
            del self._webhooks[webhook.webhook_id]
            self._leases.pop(webhook.webhook_id, None)
        return len(webhooks)

    def _is_due(self, webhook_id: str, now: datetime) -> bool:
        webhook, lease = self._webhooks.get(webhook_id), self._leases.get(webhook_id)
        if webhook is None or not webhook.progress.active or webhook.progress.due_at > now:
            return False
        return lease is None or lease.until <= now
