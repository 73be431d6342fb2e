"""The stores of lists keep their port's contract."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cinestats.adapters.memory.lists import MemoryLists
from cinestats.adapters.sqlite.lists import SqliteLists

from .lists import ListLogContract, listed

if TYPE_CHECKING:
    from cinestats.adapters.mongo.lists import MongoLists
    from stack.mongo import Mongo


class TestMemoryLists(ListLogContract):
    def make(self) -> MemoryLists:
        return MemoryLists()


class TestSqliteLists(ListLogContract):
    @pytest.fixture(autouse=True)
    def _files(self, tmp_path: Path) -> Iterator[None]:
        self.path = tmp_path / "lists.db"
        self.opened = ExitStack()
        with self.opened:
            yield

    def make(self) -> SqliteLists:
        store = SqliteLists(self.path)
        self.opened.callback(store.close)
        return store

    def test_it_outlives_the_process(self) -> None:
        """Opening the file again finds it."""
        self.make().append("u1", 0, [listed(1)])
        assert self.make().of_user("u1") == [listed(1)]

    def test_the_file_forgets_what_is_removed(self) -> None:
        """Not even in a free page is there a forgotten user's note."""
        store = self.make()
        store.append("a_secret_name", 0, [listed(1, "a_secret_name")])
        store.remove_all("a_secret_name")
        store.close()
        data = self.path.read_bytes()
        assert b"a_secret_name" not in data
        assert b"tt0113277" not in data


class TestMongoLists(ListLogContract):
    @pytest.fixture(autouse=True)
    def _server(self, mongo: "Mongo") -> Iterator[None]:
        from cinestats.adapters.mongo.database import MongoDatabase

        self.database = MongoDatabase(mongo.uri, "test_lists")
        yield
        self.database.drop()

    def make(self) -> "MongoLists":
        from cinestats.adapters.mongo.lists import MongoLists

        store = MongoLists(self.database)
        store.create_indexes()
        return store

    def test_what_is_sent_twice_is_stored_once(self) -> None:
        """The answer was lost, and the driver's second try meets its own events."""
        store = self.make()
        events = [listed(1), listed(2), listed(3)]
        assert store.append("u1", 0, events[:2])
        assert store.append("u1", 0, events)
        assert store.of_user("u1") == events
