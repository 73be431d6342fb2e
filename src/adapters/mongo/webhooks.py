"""Webhooks in one MongoDB collection."""

from collections.abc import Sequence
from datetime import datetime

from pymongo import ASCENDING, IndexModel
from pymongo.errors import DuplicateKeyError

from cinestats.adapters.records import fields_of, text_of
from cinestats.application.webhooks.subscriptions import Progress, Webhook

from .database import Document, MongoDatabase
from .records import document_of, record_from

_WEBHOOKS = "webhooks"


class MongoWebhooks:
    """Implements Webhooks and WebhookTurns.

    A user has numbered slots, the ``_id`` names user and slot: so no two processes together
    can give a user more webhooks than there are slots. A webhook that nobody holds is held
    by "" until "".
    """

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database

    def create_indexes(self) -> None:
        """Make the indexes that lookups need; once, when a database is set up."""
        self._database.create_indexes(
            _WEBHOOKS,
            IndexModel([("user_id", ASCENDING), ("webhook_id", ASCENDING)]),
            IndexModel([("webhook_id", ASCENDING)]),
        )

    def add(self, webhook: Webhook, limit: int) -> bool:
        document = {**document_of(webhook), "holder": "", "held_until": ""}
        collection = self._database.collection(_WEBHOOKS)
        for slot in range(limit):
            key = {"user_id": webhook.user_id, "slot": slot}
            try:
                self._database.write(collection.insert_one, {"_id": key, **document})
            except DuplicateKeyError:
                # Sent twice because the answer was lost, it meets itself there.
                mine = {"_id": key, "webhook_id": webhook.webhook_id}
                if self._database.find(_WEBHOOKS, mine):
                    return True
            else:
                return True
        return False

    def of_user(self, user_id: str) -> Sequence[Webhook]:
        return self._find({"user_id": user_id})

    def remove(self, user_id: str, webhook_id: str) -> bool:
        removed = self._database.write(
            self._database.collection(_WEBHOOKS).delete_one,
            {"user_id": user_id, "webhook_id": webhook_id},
        )
        return removed.deleted_count == 1

    def remove_all(self, user_id: str) -> int:
        removed = self._database.write(
            self._database.collection(_WEBHOOKS).delete_many, {"user_id": user_id}
        )
        return removed.deleted_count

    def due(self, now: datetime) -> Sequence[Webhook]:
        return self._find(_is_due(now))

    def claim(
        self, webhook_id: str, holder: str, now: datetime, until: datetime
    ) -> Webhook | None:
        claimed = self._database.write(
            self._database.collection(_WEBHOOKS).update_one,
            {"webhook_id": webhook_id, **_is_due(now)},
            {"$set": {"holder": holder, "held_until": text_of(until)}},
        )
        if claimed.matched_count == 0:
            return None
        found = self._find({"webhook_id": webhook_id})
        return found[0] if found else None

    def save(
        self, webhook_id: str, holder: str, progress: Progress, until: datetime | None
    ) -> bool:
        saved = self._database.write(
            self._database.collection(_WEBHOOKS).update_one,
            {"webhook_id": webhook_id, "holder": holder},
            {
                "$set": {
                    "progress": fields_of(progress),
                    "holder": "" if until is None else holder,
                    "held_until": "" if until is None else text_of(until),
                }
            },
        )
        return saved.matched_count == 1

    def _find(self, condition: Document) -> list[Webhook]:
        order = [("webhook_id", ASCENDING)]
        found = self._database.find(_WEBHOOKS, condition, sort=order)
        return [record_from(Webhook, document) for document in found]


def _is_due(now: datetime) -> Document:
    at_most = {"$lte": text_of(now)}
    return {"progress.active": True, "progress.due_at": at_most, "held_until": at_most}
