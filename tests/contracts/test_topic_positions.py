"""The stores of topic positions keep their port's contract."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from cinestats.adapters.memory.topic_positions import MemoryTakingIn, MemoryTopicPositions
from cinestats.application.streaming.ports import TopicPositions

from .topic_positions import TopicPositionsContract

if TYPE_CHECKING:
    from cinestats.adapters.mongo.topic_positions import MongoTakingIn, MongoTopicPositions
    from stack.mongo import Mongo


class TestMemoryTopicPositions(TopicPositionsContract):
    def make(self) -> MemoryTopicPositions:
        return MemoryTopicPositions()

    def make_taking_in(self, positions: TopicPositions) -> MemoryTakingIn:
        return MemoryTakingIn(positions)


class TestMongoTopicPositions(TopicPositionsContract):
    @pytest.fixture(autouse=True)
    def _server(self, mongo: "Mongo") -> Iterator[None]:
        from cinestats.adapters.mongo.database import MongoDatabase

        self.database = MongoDatabase(mongo.uri, "test_topic_positions")
        yield
        self.database.drop()

    def make(self) -> "MongoTopicPositions":
        from cinestats.adapters.mongo.topic_positions import MongoTopicPositions

        return MongoTopicPositions(self.database)

    def make_taking_in(self, positions: TopicPositions) -> "MongoTakingIn":
        from cinestats.adapters.mongo.topic_positions import MongoTakingIn

        return MongoTakingIn(self.database)
