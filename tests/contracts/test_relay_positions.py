"""The stores of relay positions keep their port's contract."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cinestats.adapters.memory.relay_positions import MemoryRelayPositions
from cinestats.adapters.sqlite.relay_positions import SqliteRelayPositions

from .relay_positions import RelayPositionsContract

if TYPE_CHECKING:
    from cinestats.adapters.mongo.relay_positions import MongoRelayPositions
    from stack.mongo import Mongo


class TestMemoryRelayPositions(RelayPositionsContract):
    def make(self) -> MemoryRelayPositions:
        return MemoryRelayPositions()


class TestSqliteRelayPositions(RelayPositionsContract):
    @pytest.fixture(autouse=True)
    def _files(self, tmp_path: Path) -> Iterator[None]:
        self.path = tmp_path / "relay.db"
        self.opened = ExitStack()
        with self.opened:
            yield

    def make(self, topic: str = "films") -> SqliteRelayPositions:
        positions = SqliteRelayPositions(self.path, topic)
        self.opened.callback(positions.close)
        return positions

    def test_a_position_outlives_the_process(self) -> None:
        """Opening the file again finds the position."""
        self.make().advance(0, 3)
        assert self.make().get(0) == 3

    def test_every_topic_has_positions_of_its_own(self) -> None:
        """A new topic gets the log from its beginning."""
        self.make("films").advance(0, 3)
        assert self.make("films-2").get(0) == 0


class TestMongoRelayPositions(RelayPositionsContract):
    @pytest.fixture(autouse=True)
    def _server(self, mongo: "Mongo") -> Iterator[None]:
        from cinestats.adapters.mongo.database import MongoDatabase

        self.database = MongoDatabase(mongo.uri, "test_relay_positions")
        yield
        self.database.drop()

    def make(self, topic: str = "films") -> "MongoRelayPositions":
        from cinestats.adapters.mongo.relay_positions import MongoRelayPositions

        return MongoRelayPositions(self.database, topic)

    def test_every_topic_has_positions_of_its_own(self) -> None:
        """A new topic gets the log from its beginning."""
        self.make("films").advance(0, 3)
        assert self.make("films-2").get(0) == 0
        assert self.make("films").get(0) == 3
