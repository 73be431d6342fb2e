"""Which topic the read models were counted from."""

from typing import Literal, NamedTuple

from .database import MongoDatabase

Kind = Literal["log", "foreign"]
_TOPICS = "topics"


class TopicClaim(NamedTuple):
    """A topic as it was when its first record was counted; ``kind`` is None before that.

    It says what the topic holds: events of a log, or those of another application.
    """

    topic_id: str
    partitions: int
    kind: Kind | None


class MongoTopicClaims:
    """One document a topic."""

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database

    def get(self, topic: str) -> TopicClaim | None:
        found = self._database.find(_TOPICS, {"_id": topic})
        if not found:
            return None
        return TopicClaim(found[0]["topic_id"], found[0]["partitions"], found[0]["kind"])

    def put(self, topic: str, claim: TopicClaim) -> None:
        """Write the claim, in place of any earlier one."""
        self._database.write(
            self._database.collection(_TOPICS).update_one,
            {"_id": topic},
            {"$set": claim._asdict()},
            upsert=True,
        )

    def settle(self, topic: str, kind: Kind) -> Kind:
        """Say what a topic holds, if nobody has said it yet; returns what was said first."""
        self._database.write(
            self._database.collection(_TOPICS).update_one,
            {"_id": topic, "kind": None},
            {"$set": {"kind": kind}},
        )
        claim = self.get(topic)
        return (claim and claim.kind) or kind
