"""What every store of topic claims promises."""

import threading
from abc import ABC, abstractmethod

import pytest

from cinestats.application.streaming.ports import TopicClaim, TopicClaims, TopicKind


class TopicClaimsContract(ABC):
    @abstractmethod
    def make(self) -> TopicClaims: ...

    @pytest.fixture
    def claims(self) -> TopicClaims:
        return self.make()

    def test_nobody_has_claimed_a_new_topic(self, claims: TopicClaims) -> None:
        """Until somebody does, there is nothing to compare it with."""
        assert claims.get("films") is None

    def test_a_later_claim_takes_the_place_of_an_earlier_one(self, claims: TopicClaims) -> None:
        """Of that topic alone."""
        claims.put("films", TopicClaim("an id", 4, "log"))
        claims.put("books", TopicClaim("another id", 2, None))
        claims.put("films", TopicClaim("a new id", 4, "log"))
        assert claims.get("films") == TopicClaim("a new id", 4, "log")
        assert claims.get("books") == TopicClaim("another id", 2, None)

    def test_the_claims_of_all_other_topics_are_known(self, claims: TopicClaims) -> None:
        claims.put("films", TopicClaim("an id", 4, "log"))
        assert claims.others("films") == {}
        claims.put("books", TopicClaim("another id", 2, None))
        assert claims.others("films") == {"books": TopicClaim("another id", 2, None)}
        assert set(claims.others("plays")) == {"films", "books"}

    def test_what_a_topic_holds_is_said_once(self, claims: TopicClaims) -> None:
        """Whoever reads the first good record says it; who comes later learns it."""
        claims.put("films", TopicClaim("an id", 4, None))
        assert claims.settle("films", "foreign") == "foreign"
        assert claims.settle("films", "log") == "foreign"
        assert claims.get("films") == TopicClaim("an id", 4, "foreign")

    def test_workers_that_speak_at_once_agree(self, claims: TopicClaims) -> None:
        """One of them is heard, and all count accordingly."""
        claims.put("films", TopicClaim("an id", 4, None))
        said: list[TopicKind] = []

        def settle(kind: TopicKind) -> None:
            said.append(claims.settle("films", kind))

        kinds: tuple[TopicKind, ...] = ("log", "foreign") * 4
        workers = [threading.Thread(target=settle, args=(kind,)) for kind in kinds]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        assert len(said) == 8
        assert len(set(said)) == 1
