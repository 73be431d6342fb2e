"""A topic is claimed before it is counted, and stays the one that was claimed."""

import pytest

from cinestats.adapters.memory.topic_positions import MemoryTopicPositions
from cinestats.application.streaming.claim import (
    SecondTopic,
    TopicCompacted,
    TopicMadeAnew,
    begin_topic,
    claim_again,
    claim_topic,
    refuse_second_topic,
)
from cinestats.application.streaming.ports import (
    Bounds,
    PartitionsDiffer,
    TopicClaim,
    TopicFacts,
    TopicKind,
    TransportUnavailable,
)

FACTS = TopicFacts("id-1", 4)
AGAIN = TopicFacts("id-2", 4)


class Claims:
    def __init__(self, claim: TopicClaim | None = None) -> None:
        self.of = {} if claim is None else {"events": claim}

    def get(self, topic: str) -> TopicClaim | None:
        return self.of.get(topic)

    def others(self, topic: str) -> dict[str, TopicClaim]:
        return {name: claim for name, claim in self.of.items() if name != topic}

    def put(self, topic: str, claim: TopicClaim) -> None:
        self.of[topic] = claim

    def settle(self, topic: str, kind: TopicKind) -> TopicKind:
        raise NotImplementedError


def test_the_first_to_count_claims_the_topic() -> None:
    """What kind of records it holds is not known yet; another topic has a claim of its own."""
    claims = Claims()
    claim_topic("events", FACTS, claims)
    claim_topic("others", AGAIN, claims)
    assert claims.of == {
        "events": TopicClaim("id-1", 4, None),
        "others": TopicClaim("id-2", 4, None),
    }


def test_the_same_topic_may_be_counted_on() -> None:
    """Its claim stays as it is."""
    claims = Claims(claim := TopicClaim("id-1", 4, "log"))
    claim_topic("events", FACTS, claims)
    assert claims.of == {"events": claim}


def test_a_topic_that_is_not_there_cannot_be_claimed() -> None:
    """Trying again may help: the relay creates it."""
    with pytest.raises(TransportUnavailable, match=r"^Kafka has no topic events; the relay"):
        claim_topic("events", None, Claims())
    foreign = Claims(TopicClaim("id-1", 4, "taken_in"))
    with pytest.raises(TransportUnavailable, match="the application that publishes to it"):
        claim_topic("events", None, foreign)


def test_another_number_of_partitions_is_refused() -> None:
    """Were the topic made anew as well, this is still what has to be said of it."""
    claims = Claims(claim := TopicClaim("id-1", 4, "log"))
    sentence = r"^The topic events has 6 partitions, but 4 were counted so far: .* new topic\.$"
    for topic_id in ("id-1", "id-2"):
        with pytest.raises(PartitionsDiffer, match=sentence):
            claim_topic("events", TopicFacts(topic_id, 6), claims)
    assert claims.of == {"events": claim}


def test_a_topic_that_was_made_anew_is_refused() -> None:
    """Its offsets start over: events would be taken for those that were counted."""
    claims = Claims(claim := TopicClaim("id-1", 4, "log"))
    with pytest.raises(
        TopicMadeAnew, match=r"^The topic events was deleted .* from the log\.$"
    ):
        claim_topic("events", AGAIN, claims)
    assert claims.of == {"events": claim}


COMPACTED = TopicFacts("id-1", 4, compacted=True)


@pytest.mark.parametrize("kind", ["foreign", "taken_in", None])
def test_a_topic_that_is_compacted_is_refused(kind: TopicKind | None) -> None:
    """Also one that nobody has read yet: it may be another application's."""
    claims = Claims(TopicClaim("id-1", 4, kind))
    for each in (claims, Claims()):
        before = dict(each.of)
        with pytest.raises(TopicCompacted) as refused:
            claim_topic("events", COMPACTED, each)
        assert str(refused.value) == (
            "Kafka compacts the topic events (cleanup.policy): it drops a user's records for"
            " later ones, and nothing tells which are gone. Set the topic's cleanup.policy to"
            " delete, then start again; what is gone by then counts only where a log has it."
        )
        assert each.of == before


def test_what_is_compacted_of_a_log_is_read_from_the_log() -> None:
    """As all else that its topic lacks."""
    claim_topic("events", COMPACTED, Claims(TopicClaim("id-1", 4, "log")))


@pytest.mark.parametrize("kind", ["log", None])
def test_a_topic_with_a_log_behind_it_can_be_claimed_again(kind: TopicKind | None) -> None:
    """The log tells which events were counted."""
    claims = Claims(TopicClaim("id-1", 4, kind))
    assert claim_again("events", AGAIN, claims, MemoryTopicPositions()) == TopicClaim(
        "id-2", 4, kind
    )
    assert claims.of == {"events": TopicClaim("id-2", 4, kind)}


def test_a_topic_of_which_records_were_passed_over_cannot_be_claimed_again() -> None:
    """Nobody knows whose it is: it began at its end, or held nothing that could be read."""
    claims, positions = Claims(claim := TopicClaim("id-1", 4, None)), MemoryTopicPositions()
    positions.advance("events", 2, 5)
    with pytest.raises(TopicMadeAnew, match="if no record of it was passed over"):
        claim_topic("events", AGAIN, claims)
    with pytest.raises(TopicMadeAnew, match=r"start over.* a topic of another name\.$"):
        claim_again("events", AGAIN, claims, positions)
    assert claims.of == {"events": claim}


def test_another_applications_topic_cannot_be_claimed_again() -> None:
    """Nothing tells its new events from the old ones."""
    claims = Claims(claim := TopicClaim("id-1", 4, "foreign"))
    with pytest.raises(TopicMadeAnew, match=r"^The topic events was deleted .* start over"):
        claim_again("events", AGAIN, claims, MemoryTopicPositions())
    assert claims.of == {"events": claim}


@pytest.mark.parametrize(
    ("kind", "way_out"),
    [
        ("foreign", "CINESTATS_KAFKA_TOPIC and CINESTATS_MONGO_DATABASE to new names."),
        ("taken_in", "set CINESTATS_KAFKA_TOPIC to it: what was taken in stays in the log."),
    ],
)
def test_the_way_out_fits_another_applications_topic(kind: TopicKind, way_out: str) -> None:
    """Nothing of it can come from a log, and nobody relays it."""
    claims = Claims(TopicClaim("id-1", 4, kind))
    for facts, error in ((AGAIN, TopicMadeAnew), (TopicFacts("id-1", 6), PartitionsDiffer)):
        with pytest.raises(error) as refused:
            claim_topic("events", facts, claims)
        assert str(refused.value).endswith(way_out)
        assert "--fresh" not in str(refused.value)
        assert "relay" not in str(refused.value)


@pytest.mark.parametrize(
    ("other", "kind", "refused"),
    [
        ("foreign", None, True),
        ("foreign", "foreign", True),
        ("foreign", "log", True),
        ("log", "foreign", True),
        ("taken_in", "foreign", True),
        ("log", "log", False),  # a log that is relayed to a new topic
        ("taken_in", "taken_in", False),
        ("taken_in", "log", False),
        ("log", None, False),
        (None, "foreign", False),  # a name that was misspelt holds nothing
        (None, None, False),
    ],
)
def test_offsets_of_two_topics_are_never_taken_for_each_other(
    other: TopicKind | None, kind: TopicKind | None, refused: bool
) -> None:
    claims = Claims()
    claims.of["others"] = TopicClaim("id-9", 2, other)
    if not refused:
        refuse_second_topic("events", kind, claims)
        return
    with pytest.raises(SecondTopic, match="set CINESTATS_MONGO_DATABASE to a new name"):
        refuse_second_topic("events", kind, claims)


def test_where_counting_begins_is_known_before_the_first_record() -> None:
    """At the first record or the next one; behind what was counted; and it never moves."""
    bounds = [Bounds(3, 9), Bounds(0, 0)]
    for at_end, counted, expected in (
        (False, None, [3, 0]),
        (True, None, [9, 0]),
        (False, [7, 0], [7, 0]),
        (True, [7, 0], [7, 0]),
    ):
        positions = MemoryTopicPositions()
        begin_topic("events", bounds, positions, counted and counted.__getitem__, at_end=at_end)
        assert [positions.get("events", partition) for partition in (0, 1)] == expected
        begin_topic("events", [Bounds(20, 30)] * 2, positions, None, at_end=True)
        assert [positions.get("events", partition) for partition in (0, 1)] == expected


@pytest.mark.parametrize("claim", [None, TopicClaim("id-1", 4, "foreign")])
@pytest.mark.parametrize("facts", [None, FACTS])
def test_there_is_nothing_to_claim_again_in_a_topic_that_stayed(
    claim: TopicClaim | None, facts: TopicFacts | None
) -> None:
    """Nor in one that is not there."""
    claims = Claims(claim)
    assert claim_again("events", facts, claims, MemoryTopicPositions()) == claim
    assert claims.get("events") == claim
