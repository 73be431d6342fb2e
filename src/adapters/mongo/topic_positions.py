"""How far topics are taken into the log, in MongoDB."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from cinestats.application.streaming.ports import GivenUp, Lost

from .database import Document, MongoDatabase, text, whole

_POSITIONS = "topic_positions"


class MongoTopicPositions:
    """Implements TopicPositions: one document a topic and partition.

    What was given up stands in it too: so one write moves on and leaves its record.
    """

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

    def give_up(self, topic: str, lost: Lost, at: datetime) -> None:
        _, first, last = lost
        place = {"_id": _id(topic, lost.partition), "offset": first}
        note = {"first": first, "last": last, "at": at}
        change = {"$set": {"offset": last + 1}, "$push": {"given_up": note}}
        self._database.update(_POSITIONS, place, change)

    def given_up(self, topic: str, partition: int) -> Sequence[GivenUp]:
        found = self._database.get(_POSITIONS, _id(topic, partition))

        def notes(document: Document) -> Sequence[GivenUp]:
            return tuple(
                GivenUp(
                    Lost(partition, whole(each["first"]), whole(each["last"])),
                    each["at"].replace(tzinfo=UTC),
                )
                for each in document.get("given_up", ())
            )

        return self._database.decoded(_POSITIONS, found, notes)


class MongoTakingIn:
    """Implements TakingIn: the end of what was begun stands beside the position."""

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database

    def begin(self, topic: str, partition: int, end: int) -> None:
        place = {"_id": _id(topic, partition)}
        change = {"$max": {"begun": end}, "$set": {"topic": topic}}
        self._database.update(_POSITIONS, place, change, upsert=True)

    def under_way(self) -> Collection[str]:
        begun = self._database.find(_POSITIONS, {"begun": {"$exists": True}})
        found = (self._database.decoded(_POSITIONS, each, _under_way) for each in begun)
        return {topic for topic in found if topic is not None}


def _under_way(place: Document) -> str | None:
    """The topic of a position that has not come to the end of what was begun."""
    topic, offset = text(place["topic"]), whole(place.get("offset", 0))
    return topic if whole(place["begun"]) > offset else None


def _id(topic: str, partition: int) -> str:
    return f"{topic}-{partition}"
