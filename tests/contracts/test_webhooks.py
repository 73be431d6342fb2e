"""The stores of webhooks keep their ports' contract."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cinestats.adapters.memory.webhooks import MemoryWebhooks
from cinestats.adapters.sqlite.webhooks import SqliteWebhooks

from .webhooks import WebhooksContract, webhook

if TYPE_CHECKING:
    from cinestats.adapters.mongo.webhooks import MongoWebhooks
    from stack.mongo import Mongo


class TestMemoryWebhooks(WebhooksContract):
    def make(self) -> MemoryWebhooks:
        return MemoryWebhooks()


class TestSqliteWebhooks(WebhooksContract):
    @pytest.fixture(autouse=True)
    def _files(self, tmp_path: Path) -> Iterator[None]:
        self.path = tmp_path / "webhooks.db"
        self.opened = ExitStack()
        with self.opened:
            yield

    def make(self) -> SqliteWebhooks:
        store = SqliteWebhooks(self.path)
        self.opened.callback(store.close)
        return store

    def test_a_webhook_outlives_the_process(self) -> None:
        """Opening the file again finds it."""
        self.make().add(webhook(), 10)
        assert self.make().of_user("u1") == [webhook()]

    def test_the_file_forgets_what_is_removed(self) -> None:
        """Not even in a free page is there the address of a forgotten user."""
        store = self.make()
        store.add(webhook("w-secret"), 10)
        store.remove_all("u1")
        store.close()
        assert b"films.example/w-secret" not in self.path.read_bytes()


class TestMongoWebhooks(WebhooksContract):
    @pytest.fixture(autouse=True)
    def _server(self, mongo: "Mongo") -> Iterator[None]:
        from cinestats.adapters.mongo.database import MongoDatabase

        self.database = MongoDatabase(mongo.uri, "test_webhooks")
        yield
        self.database.drop()

    def make(self) -> "MongoWebhooks":
        from cinestats.adapters.mongo.webhooks import MongoWebhooks

        store = MongoWebhooks(self.database)
        store.create_indexes()
        return store
