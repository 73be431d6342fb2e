"""What every store of webhooks promises."""

import threading
from abc import ABC, abstractmethod
from dataclasses import replace
from datetime import timedelta

import pytest

from cinestats.application.webhooks.subscriptions import (
    Progress,
    Webhook,
    WebhookStore,
)

from .builders import NOON

MINUTE = timedelta(minutes=1)


def webhook(webhook_id: str = "w1", user_id: str = "u1", position: int = 0) -> Webhook:
    return Webhook(
        webhook_id,
        user_id,
        f"https://films.example/{webhook_id}",
        b"\x00\xff" * 16,
        frozenset({"added", "rated"}),
        NOON,
        Progress(position, NOON),
    )


class WebhooksContract(ABC):
    @abstractmethod
    def make(self) -> WebhookStore: ...

    @pytest.fixture
    def store(self) -> WebhookStore:
        return self.make()

    def test_a_webhook_is_kept_as_it_is(self, store: WebhookStore) -> None:
        """Every field comes back, for its user alone."""
        assert store.add(webhook(), 10)
        assert store.of_user("u1") == [webhook()]
        assert store.of_user("u2") == []

    def test_a_user_has_at_most_so_many(self, store: WebhookStore) -> None:
        """One beyond the limit is not added; another user still may."""
        assert [store.add(webhook(f"w{n}"), 2) for n in range(3)] == [True, True, False]
        assert [each.webhook_id for each in store.of_user("u1")] == ["w0", "w1"]
        assert store.add(webhook("v1", "u2"), 2)

    def test_no_crowd_gets_past_the_limit(self, store: WebhookStore) -> None:
        """Webhooks that are added at the same moment share the limit."""
        added: list[bool] = []

        def add(n: int) -> None:
            added.append(store.add(webhook(f"w{n}"), 3))

        threads = [threading.Thread(target=add, args=(n,)) for n in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert (added.count(True), len(store.of_user("u1"))) == (3, 3)

    def test_only_the_owner_removes(self, store: WebhookStore) -> None:
        """Another user's id does not reach it; a place that is free again can be taken."""
        store.add(webhook(), 1)
        assert not store.remove("u2", "w1")
        assert store.remove("u1", "w1")
        assert not store.remove("u1", "w1")
        assert store.of_user("u1") == []
        assert store.add(webhook("w2"), 1)

    def test_a_forgotten_user_has_none(self, store: WebhookStore) -> None:
        """All of a user's go at once, and nobody else's."""
        for each in (webhook("w1"), webhook("w2"), webhook("v1", "u2")):
            store.add(each, 10)
        assert store.remove_all("u1") == 2
        assert store.remove_all("u1") == 0
        assert store.due(NOON) == [webhook("v1", "u2")]

    def test_due_are_the_active_ones_whose_time_has_come(self, store: WebhookStore) -> None:
        """Neither one that was given up nor one that waits is due."""
        given_up = replace(Progress(0, NOON), active=False)
        store.add(webhook("w1"), 10)
        store.add(replace(webhook("w2"), progress=given_up), 10)
        store.add(replace(webhook("w3"), progress=Progress(0, NOON + MINUTE)), 10)
        assert [each.webhook_id for each in store.due(NOON)] == ["w1"]
        assert [each.webhook_id for each in store.due(NOON + MINUTE)] == ["w1", "w3"]

    def test_one_at_a_time_holds_a_webhook(self, store: WebhookStore) -> None:
        """Who comes second gets nothing, until the first lets go or is overdue."""
        store.add(webhook(), 10)
        assert store.claim("w1", "a", NOON, NOON + MINUTE) == webhook()
        assert store.claim("w1", "b", NOON, NOON + MINUTE) is None
        assert store.due(NOON) == []
        overdue = NOON + MINUTE
        assert store.claim("w1", "b", overdue, overdue + MINUTE) == webhook()
        assert store.claim("w0", "a", NOON, NOON + MINUTE) is None

    def test_progress_is_kept(self, store: WebhookStore) -> None:
        """Every field comes back; letting go makes the webhook due again at its time."""
        store.add(webhook(), 10)
        store.claim("w1", "a", NOON, NOON + MINUTE)
        progress = Progress(7, NOON + 5 * MINUTE, True, 503, "Not now.", 3, NOON - MINUTE)
        assert store.save("w1", "a", progress, NOON + 2 * MINUTE)
        assert store.of_user("u1") == [replace(webhook(), progress=progress)]
        assert store.save("w1", "a", progress, None)
        assert store.due(NOON + 4 * MINUTE) == []
        assert store.due(NOON + 5 * MINUTE) == [replace(webhook(), progress=progress)]

    def test_who_holds_on_is_not_overtaken(self, store: WebhookStore) -> None:
        """Saving with a later time extends the hold."""
        store.add(webhook(), 10)
        store.claim("w1", "a", NOON, NOON + MINUTE)
        store.save("w1", "a", Progress(1, NOON), NOON + 3 * MINUTE)
        assert store.claim("w1", "b", NOON + 2 * MINUTE, NOON + 9 * MINUTE) is None

    def test_who_lost_the_hold_changes_nothing(self, store: WebhookStore) -> None:
        """A process that was stopped for too long does not undo the other's progress."""
        store.add(webhook(), 10)
        store.claim("w1", "a", NOON, NOON + MINUTE)
        store.claim("w1", "b", NOON + MINUTE, NOON + 2 * MINUTE)
        assert store.save("w1", "b", Progress(9, NOON), None)
        assert not store.save("w1", "a", Progress(2, NOON), None)
        assert store.of_user("u1")[0].progress.position == 9

    def test_a_webhook_that_is_gone_stays_gone(self, store: WebhookStore) -> None:
        """Removed in the middle of a delivery, it does not come back."""
        store.add(webhook(), 10)
        store.claim("w1", "a", NOON, NOON + MINUTE)
        store.remove("u1", "w1")
        assert not store.save("w1", "a", Progress(1, NOON), None)
        assert store.of_user("u1") == []
