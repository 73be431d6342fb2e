"""What the read models remember of a topic."""

import os

import pytest

if os.environ.get("CI") != "true":
    pytest.importorskip("pymongo", reason="The extra distributed is not installed.")

from collections.abc import Iterator

from cinestats.adapters.mongo.topic_claims import MongoTopicClaims
from cinestats.application.streaming.ports import TopicClaim
from stack.mongo import Mongo

from .mongo_failpoints import FailingDatabase, failing_database


@pytest.fixture
def database(mongo: Mongo) -> Iterator[FailingDatabase]:
    yield from failing_database(mongo)


def test_what_a_topic_holds_is_said_once(database: FailingDatabase) -> None:
    """Whoever reads the first good record says it; who comes later is told."""
    claims = MongoTopicClaims(database)
    claims.put("films", TopicClaim("an id", 4, None))
    assert claims.settle("films", "foreign") == "foreign"
    assert claims.settle("films", "log") == "foreign"
    assert claims.get("films") == TopicClaim("an id", 4, "foreign")
