"""The two ways in for a topic's events, by their place or without it: one of them for a topic.

Their ids differ, so an event that came in both ways would count twice.
"""

from cinestats.domain.errors import CinestatsError

from .ports import TopicClaims, TopicPositions


class WaysMixed(CinestatsError):
    """Events of a topic came in the other way before; the message says what helps."""


def refuse_placed(topic: str, claims: TopicClaims, positions: TopicPositions) -> None:
    """Raise WaysMixed where the topic's events were taken in without their place."""
    claim = claims.get(topic)
    if claim is None or claim.kind != "taken_in":
        return
    if all(positions.get(topic, partition) is None for partition in range(claim.partitions)):
        raise WaysMixed(
            f"The events of {topic} were taken in without partition and offset, so its records"
            " would count a second time: go on that way, or count the topic into a new"
            " CINESTATS_MONGO_DATABASE."
        )


def refuse_loose(topic: str, claims: TopicClaims, positions: TopicPositions) -> None:
    """Raise WaysMixed where the topic's records were taken in by their place."""
    claim = claims.get(topic)
    partitions = 0 if claim is None or claim.kind != "taken_in" else claim.partitions
    if any(positions.get(topic, partition) for partition in range(partitions)):
        raise WaysMixed(
            f"The records of {topic} are taken in by their place, so the same events without"
            " partition and offset would count a second time: hand over both columns, or set"
            " CINESTATS_MONGO_DATABASE to a new name."
        )
