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
        self._note_form(claim.kind)
        change = {"$set": claim._asdict()}
        self._database.update(_TOPICS, {"_id": topic}, change, upsert=True)

    def settle(self, topic: str, kind: TopicKind) -> TopicKind:
        self._note_form(kind)
        open_ = {"_id": topic, "kind": None}
        self._database.update(_TOPICS, open_, {"$set": {"kind": kind}})
        claim = self.get(topic)
        return (claim and claim.kind) or kind

    def _note_form(self, kind: TopicKind | None) -> None:
        if kind == "taken_in":
            form = {"$max": {"streaming": FORM}}
            self._database.update("meta", {"_id": "forms"}, form, upsert=True)


def _claim(document: Document) -> TopicClaim | None:
    names = TopicClaim._fields
    return TopicClaim(*(document[name] for name in names)) if document else None
