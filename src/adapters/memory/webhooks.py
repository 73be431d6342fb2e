"""Webhooks held in memory."""

import threading
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from cinestats.application.webhooks.subscriptions import Progress, Webhook

from .records import MemoryRecords


class _Lease(NamedTuple):
    holder: str
    until: datetime


class MemoryWebhooks:
    """Implements Webhooks and WebhookTurns."""

    def __init__(self) -> None:
        self._webhooks = MemoryRecords[Webhook]("webhook_id")
        self._leases: dict[str, _Lease] = {}
        self._lock = threading.Lock()

    def add(self, webhook: Webhook, limit: int) -> bool:
        with self._lock:
            if len(self.of_user(webhook.user_id)) >= limit:
                return False
            self._webhooks.insert(webhook)
            return True

    def of_user(self, user_id: str) -> Sequence[Webhook]:
        return self._webhooks.find(user_id=user_id)

    def remove(self, user_id: str, webhook_id: str) -> bool:
        return self._webhooks.delete(user_id=user_id, webhook_id=webhook_id) == 1

    def remove_all(self, user_id: str) -> int:
        return self._webhooks.delete(user_id=user_id)

    def due(self, now: datetime) -> Sequence[Webhook]:
        return [each for each in self._webhooks.find() if self._is_due(each, now)]

    def claim(
        self, webhook_id: str, holder: str, now: datetime, until: datetime
    ) -> Webhook | None:
        with self._lock:
            for webhook in self._webhooks.find(webhook_id=webhook_id):
                if self._is_due(webhook, now):
                    self._leases[webhook_id] = _Lease(holder, until)
                    return webhook
            return None

    def save(
        self, webhook_id: str, holder: str, progress: Progress, until: datetime | None
    ) -> bool:
        with self._lock:
            lease = self._leases.get(webhook_id)
            if lease is None or lease.holder != holder:
                return False
            if until is None:
                del self._leases[webhook_id]
            else:
                self._leases[webhook_id] = _Lease(holder, until)
            return (
                self._webhooks.update({"webhook_id": webhook_id}, {"progress": progress}) == 1
            )

    def _is_due(self, webhook: Webhook, now: datetime) -> bool:
        lease = self._leases.get(webhook.webhook_id)
        is_free = lease is None or lease.until <= now
        return is_free and webhook.progress.active and webhook.progress.due_at <= now
