"""Which way the events of each topic come in, in MongoDB."""

from collections.abc import Mapping
from contextlib import suppress

from pymongo.errors import DuplicateKeyError

from cinestats.application.ports import StoreUnavailable
from cinestats.application.streaming.ports import Way

from .database import Document, MongoDatabase, text
from .topic_claims import note_form

_WAYS = "topic_ways"
_KNOWN: Mapping[str, Way] = {"placed": "placed", "loose": "loose"}


class MongoTopicWays:
    """Implements TopicWays: one document a topic, which is never changed."""

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database

    def get(self, topic: str) -> Way | None:
        found = self._database.get(_WAYS, topic)
        return self._database.decoded(_WAYS, found, _way)

    def settle(self, topic: str, way: Way) -> Way:
        if (said_before := self.get(topic)) is not None:
            return said_before
        if way == "loose":
            # Nothing else may say that the log has events of a topic: there need be no claim.
            note_form(self._database)
        said = {"$setOnInsert": {"way": way}}
        with suppress(DuplicateKeyError):  # another was faster, and is heard
            self._database.update(_WAYS, {"_id": topic}, said, upsert=True)
        first = self.get(topic)
        if first is None:
            raise StoreUnavailable(f"What was written into {_WAYS} is not there; try again.")
        return first


def _way(document: Document) -> Way | None:
    if not document:
        return None
    return _KNOWN[text(document["way"])]
