"""The stores of the ways of topics keep their port's contract."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from cinestats.adapters.memory.topic_ways import MemoryTopicWays

from .topic_ways import TopicWaysContract

if TYPE_CHECKING:
    from cinestats.adapters.mongo.topic_ways import MongoTopicWays
    from stack.mongo import Mongo


class TestMemoryTopicWays(TopicWaysContract):
    def make(self) -> MemoryTopicWays:
        return MemoryTopicWays()


class TestMongoTopicWays(TopicWaysContract):
    @pytest.fixture(autouse=True)
    def _server(self, mongo: "Mongo") -> Iterator[None]:
        from cinestats.adapters.mongo.database import MongoDatabase

        self.database = MongoDatabase(mongo.uri, "test_topic_ways")
        yield
        self.database.drop()

    def make(self) -> "MongoTopicWays":
        from cinestats.adapters.mongo.topic_ways import MongoTopicWays

        return MongoTopicWays(self.database)

    def test_earlier_versions_refuse_a_database_with_loose_events(self) -> None:
        """They would count the topic's records beside them."""
        ways = self.make()
        ways.settle("films", "placed")
        assert self.database.get("meta", "forms") in (None, {})
        ways.settle("plays", "loose")
        assert self.database.get("meta", "forms")["streaming"] == 2
