"""The stores of followed accounts keep their ports' contract."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cinestats.adapters.memory.followed import MemoryFollowed
from cinestats.adapters.sqlite.followed import SqliteFollowed

from .followed import FollowedContract, account

if TYPE_CHECKING:
    from cinestats.adapters.mongo.followed import MongoFollowed
    from stack.mongo import Mongo


class TestMemoryFollowed(FollowedContract):
    def make(self) -> MemoryFollowed:
        return MemoryFollowed()


class TestSqliteFollowed(FollowedContract):
    @pytest.fixture(autouse=True)
    def _files(self, tmp_path: Path) -> Iterator[None]:
        self.path = tmp_path / "followed.db"
        self.opened = ExitStack()
        with self.opened:
            yield

    def make(self) -> SqliteFollowed:
        store = SqliteFollowed(self.path)
        self.opened.callback(store.close)
        return store

    def test_it_outlives_the_process(self) -> None:
        """Opening the file again finds it."""
        self.make().add(account(), 5)
        assert self.make().of_user("u1") == [account()]

    def test_the_file_forgets_what_is_removed(self) -> None:
        """Not even in a free page is there the name of a forgotten user's account."""
        store = self.make()
        store.add(account("a_secret_name"), 5)
        store.remove_all("u1")
        store.close()
        assert b"a_secret_name" not in self.path.read_bytes()


class TestMongoFollowed(FollowedContract):
    @pytest.fixture(autouse=True)
    def _server(self, mongo: "Mongo") -> Iterator[None]:
        from cinestats.adapters.mongo.database import MongoDatabase

        self.database = MongoDatabase(mongo.uri, "test_followed")
        yield
        self.database.drop()

    def make(self) -> "MongoFollowed":
        from cinestats.adapters.mongo.followed import MongoFollowed

        store = MongoFollowed(self.database)
        store.create_indexes()
        return store
