"""How far the log has been published, in MongoDB."""

from cinestats.application.streaming.ports import Published

from .database import Document, MongoDatabase

_POSITIONS = "relay_positions"


class MongoRelayPositions:
    """One document a topic and partition."""

    def __init__(self, database: MongoDatabase, topic: str) -> None:
        self._database = database
        self._topic = topic

    def get(self, partition: int) -> int:
        return self._database.number(_POSITIONS, self._id(partition))

    def advance(self, partition: int, position: int) -> None:
        place = {"_id": self._id(partition)}
        change = {"$max": {"position": position}}
        self._database.update(_POSITIONS, place, change, upsert=True)

    def noted(self, partition: int) -> Published | None:
        found = self._database.get(_POSITIONS, self._id(partition))
        return self._database.decoded(_POSITIONS, found, _noted)

    def note(self, partition: int, published: Published) -> None:
        place = {"_id": self._id(partition)}
        self._database.update(_POSITIONS, place, {"$set": {"noted": published._asdict()}})

    def _id(self, partition: int) -> str:
        return f"{self._topic}-{partition}"


def _noted(document: Document) -> Published | None:
    noted = document.get("noted")
    return Published(**noted) if noted else None
