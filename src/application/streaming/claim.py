"""Claim a topic before it is counted, and see that it stays the one that was claimed."""

from collections.abc import Callable, Mapping, Sequence

from cinestats.domain.errors import CinestatsError

from .ports import (
    FOREIGN,
    Bounds,
    PartitionsDiffer,
    TopicClaim,
    TopicClaims,
    TopicFacts,
    TopicKind,
    TopicPositions,
    TransportUnavailable,
)


class TopicMadeAnew(CinestatsError):
    """The topic is not the one that was counted so far, in spite of its name."""


class TopicCompacted(CinestatsError):
    """The topic loses records, and nothing tells which."""


class SecondTopic(CinestatsError):
    """The database counts another topic by its offsets already."""


def claim_topic(topic: str, facts: TopicFacts | None, claims: TopicClaims) -> None:
    """Claim the topic, or compare it with its claim. ``facts`` is None where there is no topic.

    Raises TransportUnavailable without the topic, PartitionsDiffer when the number of its
    partitions has changed, TopicMadeAnew when it was deleted and made again, TopicCompacted,
    and SecondTopic.
    """
    claim = claims.get(topic)
    if facts is None:
        whoever = "the application that publishes to it" if _is_foreign(claim) else "the relay"
        raise TransportUnavailable(f"Kafka has no topic {topic}; {whoever} creates it.")
    refuse_second_topic(topic, claim and claim.kind, claims)
    if claim is None:
        claim = TopicClaim(facts.topic_id, facts.partitions, None)
        refuse_other_topic(topic, facts, claim)
        claims.put(topic, claim)
    else:
        refuse_other_topic(topic, facts, claim)


def refuse_other_topic(topic: str, facts: TopicFacts, claim: TopicClaim) -> None:
    """Raise PartitionsDiffer or TopicMadeAnew where the topic is not as it was claimed.

    Raises TopicCompacted where no log has what is dropped of it.
    """
    if claim.partitions != facts.partitions:
        found = f"The topic {topic} has {facts.partitions} partitions, but {claim.partitions}"
        raise PartitionsDiffer(
            f"{found} were counted so far: a user's events may now lie in two of them."
            f" {_OTHER_TOPICS[claim.kind]}"
        )
    if claim.topic_id != facts.topic_id:
        raise TopicMadeAnew(_made_anew(topic, claim.kind))
    if facts.compacted and claim.kind != "log":
        raise TopicCompacted(
            f"Kafka compacts the topic {topic} (cleanup.policy): it drops a user's records for"
            " later ones, and nothing tells which are gone. Set the topic's cleanup.policy to"
            " delete, then start again; what is gone by then counts only where a log has it."
        )


def claim_again(
    topic: str, facts: TopicFacts | None, claims: TopicClaims, positions: TopicPositions
) -> TopicClaim | None:
    """Claim a topic also where it was made again. Returns the claim; None before the first.

    Raises TopicMadeAnew for another application's topic that was made again: its offsets
    start over, and nothing can tell its new events from old ones. So it does where nobody
    knows whose topic it is, and records of it were passed over.
    """
    claim = claims.get(topic)
    if claim is None or facts is None or claim.topic_id == facts.topic_id:
        return claim
    passed = any(positions.get(topic, each) for each in range(claim.partitions))
    if _is_foreign(claim) or (claim.kind is None and passed):
        raise TopicMadeAnew(_made_anew(topic, claim.kind, passed=passed))
    claim = claim._replace(topic_id=facts.topic_id)
    claims.put(topic, claim)
    return claim


def refuse_second_topic(topic: str, kind: TopicKind | None, claims: TopicClaims) -> None:
    """Raise SecondTopic where offsets of two topics would be taken for those of one.

    The figures of a topic that is only counted stand at its offsets: nothing else can be
    counted into that database. ``kind`` is what the topic holds, None where nobody knows.
    """
    for other, claim in claims.others(topic).items():
        if claim.kind == "foreign" or (kind == "foreign" and claim.kind is not None):
            raise SecondTopic(
                f"The database counts the topic {other} already, and the offsets of {topic}"
                " would be taken for its own: set CINESTATS_MONGO_DATABASE to a new name to"
                f" count {topic}."
            )


def begin_topic(
    topic: str,
    bounds: Sequence[Bounds],
    positions: TopicPositions,
    counted: Callable[[int], int] | None,
    *,
    at_end: bool,
) -> None:
    """Note where counting begins in each partition, before the first record is read.

    From then on a loss can be told from a topic that never had the records. It begins behind
    what was ``counted`` of the topic, by partition; else with the first record, or ``at_end``
    with the next.
    """
    for partition, (first, end) in enumerate(bounds):
        if positions.get(topic, partition) is None:
            unread = end if at_end else first
            start = unread if counted is None else counted(partition)
            positions.advance(topic, partition, start)


def _is_foreign(claim: TopicClaim | None) -> bool:
    return claim is not None and claim.kind in FOREIGN


def _made_anew(topic: str, kind: TopicKind | None, *, passed: bool = False) -> str:
    found = f"The topic {topic} was deleted and made again since it was counted last"
    if kind == "log":
        return (
            f"{found}; cinestats consume --fresh reads it from its beginning, and what it lacks"
            " from the log."
        )
    if kind is None and not passed:
        return (
            f"{found}; cinestats consume --fresh claims it, if no record of it was passed over."
        )
    return (
        f"{found}, and its offsets start over: new records would be taken for old ones."
        f" {_OTHER_TOPICS[kind]}"
    )


_OTHER_TOPICS: Mapping[TopicKind | None, str] = {
    None: "Set CINESTATS_KAFKA_TOPIC to a topic of another name.",
    "log": "Export the events, import them into a new log with that number of partitions and"
    " relay it to a new topic.",
    "foreign": "Publish to a topic of another name, and set CINESTATS_KAFKA_TOPIC and"
    " CINESTATS_MONGO_DATABASE to new names.",
    "taken_in": "Publish to a topic of another name, and set CINESTATS_KAFKA_TOPIC to it: what"
    " was taken in stays in the log.",
}
