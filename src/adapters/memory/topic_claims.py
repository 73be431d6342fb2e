"""Which topics were counted, in a dictionary."""

import threading
from collections.abc import Mapping

from cinestats.application.streaming.ports import TopicClaim, TopicKind


class MemoryTopicClaims:
    """Implements TopicClaims."""

    def __init__(self) -> None:
        self._claims: dict[str, TopicClaim] = {}
        self._lock = threading.Lock()

    def get(self, topic: str) -> TopicClaim | None:
        return self._claims.get(topic)

    def others(self, topic: str) -> Mapping[str, TopicClaim]:
        return {name: claim for name, claim in self._claims.items() if name != topic}

    def put(self, topic: str, claim: TopicClaim) -> None:
        self._claims[topic] = claim

    def settle(self, topic: str, kind: TopicKind) -> TopicKind:
        with self._lock:
            claim = self._claims.get(topic)
            if claim is None:
                return kind
            if claim.kind is None:
                claim = self._claims[topic] = claim._replace(kind=kind)
            return claim.kind or kind
