"""Which topic the read models were counted from."""

from cinestats.application.streaming.ports import TopicClaim, TopicKind

from .database import MongoDatabase

_TOPICS = "topics"


class MongoTopicClaims:
    """Implements TopicClaims: one document a topic."""

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database

    def get(self, topic: str) -> TopicClaim | None:
        found = self._database.find(_TOPICS, {"_id": topic})
        if not found:
            return None
        return TopicClaim(found[0]["topic_id"], found[0]["partitions"], found[0]["kind"])

    def put(self, topic: str, claim: TopicClaim) -> None:
        self._database.write(
            self._database.collection(_TOPICS).update_one,
            {"_id": topic},
            {"$set": claim._asdict()},
            upsert=True,
        )

    def settle(self, topic: str, kind: TopicKind) -> TopicKind:
        self._database.write(
            self._database.collection(_TOPICS).update_one,
            {"_id": topic, "kind": None},
            {"$set": {"kind": kind}},
        )
        claim = self.get(topic)
        return (claim and claim.kind) or kind
