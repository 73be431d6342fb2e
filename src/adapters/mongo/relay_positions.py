"""How far the log has been published, in MongoDB."""

from pymongo.errors import DuplicateKeyError

from .database import MongoDatabase

_POSITIONS = "relay_positions"


class MongoRelayPositions:
    """One document a topic and partition."""

    def __init__(self, database: MongoDatabase, topic: str) -> None:
        self._database = database
        self._topic = topic

    def get(self, partition: int) -> int:
        return int(self._database.get(_POSITIONS, self._id(partition)).get("position", 0))

    def chain(self, partition: int) -> bytes | None:
        chain: bytes | None = self._database.get(_POSITIONS, self._id(partition)).get("chain")
        return chain

    def advance(self, partition: int, position: int, chain: bytes | None = None) -> None:
        behind = {"_id": self._id(partition), "position": {"$lt": position}}
        change = {"$set": {"position": position, "chain": chain}}
        try:
            self._database.update(_POSITIONS, behind, change, upsert=True)
        except DuplicateKeyError:  # it is there: further, or made at the same moment
            self._database.update(_POSITIONS, behind, change)

    def _id(self, partition: int) -> str:
        return f"{self._topic}-{partition}"
