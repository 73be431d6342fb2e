"""The stores of topic claims keep their port's contract."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from cinestats.adapters.memory.topic_claims import MemoryTopicClaims

from .topic_claims import TopicClaimsContract

if TYPE_CHECKING:
    from cinestats.adapters.mongo.topic_claims import MongoTopicClaims
    from stack.mongo import Mongo


class TestMemoryTopicClaims(TopicClaimsContract):
    def make(self) -> MemoryTopicClaims:
        return MemoryTopicClaims()


class TestMongoTopicClaims(TopicClaimsContract):
    @pytest.fixture(autouse=True)
    def _server(self, mongo: "Mongo") -> Iterator[None]:
        from cinestats.adapters.mongo.database import MongoDatabase

        self.database = MongoDatabase(mongo.uri, "test_topic_claims")
        yield
        self.database.drop()

    def make(self) -> "MongoTopicClaims":
        from cinestats.adapters.mongo.topic_claims import MongoTopicClaims

        return MongoTopicClaims(self.database)
