"""How far the log has been published, in MongoDB."""

from .database import MongoDatabase

_POSITIONS = "relay_positions"


class MongoRelayPositions:
    """One document a topic and partition."""

    def __init__(self, database: MongoDatabase, topic: str) -> None:
        self._database = database
        self._topic = topic

    def get(self, partition: int) -> int:
        found = self._database.find(_POSITIONS, {"_id": self._id(partition)})
        return found[0]["position"] if found else 0

    def advance(self, partition: int, position: int) -> None:
        self._database.write(
            self._database.collection(_POSITIONS).update_one,
            {"_id": self._id(partition)},
            {"$max": {"position": position}},
            upsert=True,
        )

    def _id(self, partition: int) -> str:
        return f"{self._topic}-{partition}"
