"""How far topics are taken into the log, in MongoDB."""

from .database import MongoDatabase, whole

_POSITIONS = "topic_positions"


class MongoTopicPositions:
    """Implements TopicPositions: one document a topic and partition."""

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database

    def get(self, topic: str, partition: int) -> int | None:
        found = self._database.get(_POSITIONS, _id(topic, partition))
        if not found:
            return None
        return self._database.decoded(_POSITIONS, found, lambda each: whole(each["offset"]))

    def advance(self, topic: str, partition: int, offset: int) -> None:
        place = {"_id": _id(topic, partition)}
        self._database.update(_POSITIONS, place, {"$max": {"offset": offset}}, upsert=True)


def _id(topic: str, partition: int) -> str:
    return f"{topic}-{partition}"
