"""Claim a topic before it is counted, and see that it stays the one that was claimed."""

from cinestats.domain.errors import CinestatsError

from .ports import PartitionsDiffer, TopicClaim, TopicClaims, TopicFacts, TransportUnavailable


class TopicMadeAnew(CinestatsError):
    """The topic is not the one that was counted so far, in spite of its name."""


def claim_topic(topic: str, facts: TopicFacts | None, claims: TopicClaims) -> None:
    """Claim the topic, or compare it with its claim. ``facts`` is None where there is no topic.

    Raises TransportUnavailable without the topic, PartitionsDiffer when the number of its
    partitions has changed, TopicMadeAnew when it was deleted and made again.
    """
    if facts is None:
        raise TransportUnavailable(f"Kafka has no topic {topic}; the relay creates it.")
    claim = claims.get(topic)
    if claim is None:
        claims.put(topic, TopicClaim(*facts, None))
    elif claim.partitions != facts.partitions:
        raise PartitionsDiffer(
            f"The topic {topic} has {facts.partitions} partitions, but {claim.partitions} were"
            " counted so far: a user's events may now lie in two of them. Export the events,"
            " import them into a new log with that number of partitions and relay it to a new"
            " topic."
        )
    elif claim.topic_id != facts.topic_id:
        raise TopicMadeAnew(
            f"The topic {topic} was deleted and made again since it was counted last; cinestats"
            " consume --fresh reads it from its beginning, and what it lacks from the log."
        )


def claim_again(topic: str, facts: TopicFacts | None, claims: TopicClaims) -> TopicClaim | None:
    """Claim a topic also where it was made again. Returns the claim; None before the first.

    Raises TopicMadeAnew for another application's topic that was made again: its offsets
    start over, and nothing can tell its new events from old ones.
    """
    claim = claims.get(topic)
    if claim is None or facts is None or claim.topic_id == facts.topic_id:
        return claim
    if claim.kind in ("foreign", "taken_in"):
        raise TopicMadeAnew(
            f"The topic {topic} was deleted and made again, and no log of ours is"
            " relayed to it: take a new"
            " CINESTATS_MONGO_DATABASE to count it anew."
        )
    claim = claim._replace(topic_id=facts.topic_id)
    claims.put(topic, claim)
    return claim
