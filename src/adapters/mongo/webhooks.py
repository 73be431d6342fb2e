"""Webhooks in one MongoDB collection."""

from collections.abc import Sequence
from datetime import datetime

from pymongo import IndexModel
from pymongo.errors import DuplicateKeyError

from cinestats.adapters.records import text_of
from cinestats.application.webhooks.subscriptions import Progress, Webhook

from .database import Document, MongoDatabase
from .records import MongoRecords

_WEBHOOKS = "webhooks"
_BY_ID = ["webhook_id"]


class MongoWebhooks:
    """Implements Webhooks and WebhookTurns.

    A user has numbered slots, the ``_id`` names user and slot: so no two processes together
    can give a user more webhooks than there are slots. A webhook that nobody holds is held
    by "" until "".
    """

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database
        self._webhooks = MongoRecords(database, _WEBHOOKS, Webhook)

    def create_indexes(self) -> None:
        """Make the indexes that lookups need; once, when a database is set up."""
        self._database.create_indexes(
            _WEBHOOKS,
            IndexModel(["user_id", "webhook_id"]),
            IndexModel("webhook_id"),
        )

    def add(self, webhook: Webhook, limit: int) -> bool:
        document = {**self._webhooks.document(webhook), "holder": "", "held_until": ""}
        insert = self._webhooks.collection.insert_one
        for slot in range(limit):
            key = {"user_id": webhook.user_id, "slot": slot}
            try:
                self._database.write(insert, {"_id": key, **document})
            except DuplicateKeyError:
                # Sent twice because the answer was lost, it meets itself there.
                mine = {"_id": key, "webhook_id": webhook.webhook_id}
                if self._webhooks.select(mine):
                    return True
            else:
                return True
        return False

    def of_user(self, user_id: str) -> Sequence[Webhook]:
        return self._webhooks.select({"user_id": user_id}, sort=_BY_ID)

    def remove(self, user_id: str, webhook_id: str) -> bool:
        return self._webhooks.delete(user_id=user_id, webhook_id=webhook_id) == 1

    def remove_all(self, user_id: str) -> int:
        return self._webhooks.delete(user_id=user_id)

    def due(self, now: datetime) -> Sequence[Webhook]:
        return self._webhooks.select(_is_due(now), sort=_BY_ID)

    def claim(
        self, webhook_id: str, holder: str, now: datetime, until: datetime
    ) -> Webhook | None:
        claimed = self._webhooks.update(
            {"webhook_id": webhook_id, **_is_due(now)},
            {"holder": holder, "held_until": until},
        )
        return next(iter(self._webhooks.find(webhook_id=webhook_id)), None) if claimed else None

    def save(
        self, webhook_id: str, holder: str, progress: Progress, until: datetime | None
    ) -> bool:
        held = {"webhook_id": webhook_id, "holder": holder}
        freed = {"holder": "", "held_until": ""} if until is None else {"held_until": until}
        return self._webhooks.update(held, {"progress": progress, **freed}) == 1

    def read_all(self) -> None:
        """Read every record; raises StoreUnavailable where one cannot be read."""
        self._webhooks.find()


def _is_due(now: datetime) -> Document:
    at_most = {"$lte": text_of(now)}
    return {"progress.active": True, "progress.due_at": at_most, "held_until": at_most}
