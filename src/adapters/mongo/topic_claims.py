"""Which topic the read models were counted from."""

from collections.abc import Mapping

from cinestats.application.streaming.ports import TopicClaim, TopicKind

from .database import Document, MongoDatabase

_TOPICS = "topics"
FORM = 2
"""Since topics may be taken into the log, which earlier versions would count by their offsets.
Only a database with such a topic gets it."""


class MongoTopicClaims:
    """Implements TopicClaims: one document a topic."""

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database

    def get(self, topic: str) -> TopicClaim | None:
        found = self._database.get(_TOPICS, topic)
        return self._database.decoded(_TOPICS, found, _claim)

    def others(self, topic: str) -> Mapping[str, TopicClaim]:
        found = self._database.find(_TOPICS, {"_id": {"$ne": topic}})
        claims = (
            (each["_id"], self._database.decoded(_TOPICS, each, _claim)) for each in found
        )
        return {name: claim for name, claim in claims if claim is not None}

    def put(self, topic: str, claim: TopicClaim) -> None:
        if claim.kind == "taken_in":
            note_form(self._database)
        change = {"$set": claim._asdict()}
        self._database.update(_TOPICS, {"_id": topic}, change, upsert=True)

    def settle(self, topic: str, kind: TopicKind) -> TopicKind:
        if kind == "taken_in":
            note_form(self._database)
        open_ = {"_id": topic, "kind": None}
        self._database.update(_TOPICS, open_, {"$set": {"kind": kind}})
        claim = self.get(topic)
        return (claim and claim.kind) or kind


def note_form(database: MongoDatabase) -> None:
    """Have earlier versions refuse the database: events of a topic are taken into its log."""
    database.update("meta", {"_id": "forms"}, {"$max": {"streaming": FORM}}, upsert=True)


def _claim(document: Document) -> TopicClaim | None:
    names = TopicClaim._fields
    return TopicClaim(*(document[name] for name in names)) if document else None
