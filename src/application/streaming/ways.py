"""The two ways in for a topic's events, by their place or without it: one of them for a topic.

Their ids differ, so an event that came in both ways would count twice. Whoever is first says
which way it is, before anything is taken in. So the other way is refused whatever breaks off
in between, and wherever it is tried.
"""

from cinestats.domain.errors import CinestatsError

from .ports import TopicClaims, TopicPositions, TopicWays


class WaysMixed(CinestatsError):
    """Events of a topic came in the other way before; the message says what helps."""


def settle_placed(topic: str, ways: TopicWays) -> None:
    """Have the topic's records come in by their place.

    Raises WaysMixed where its events come in without one.
    """
    if ways.settle(topic, "placed") != "placed":
        raise WaysMixed(
            f"The events of {topic} were taken in without partition and offset, so its records"
            " would count a second time: go on that way, or count the topic into a new"
            " CINESTATS_MONGO_DATABASE."
        )


def settle_loose(topic: str, ways: TopicWays) -> None:
    """Have the topic's events come in without their place.

    Raises WaysMixed where its records come in by it.
    """
    if ways.settle(topic, "loose") != "loose":
        raise _placed(topic)


def refuse_loose(
    topic: str, ways: TopicWays, claims: TopicClaims, positions: TopicPositions
) -> None:
    """Raise WaysMixed where the topic's records come in by their place.

    That was not written down before there were two ways, but a position was.
    """
    claim = claims.get(topic)
    partitions = 0 if claim is None else claim.partitions
    reached = (positions.get(topic, partition) for partition in range(partitions))
    if ways.get(topic) == "placed" or any(each is not None for each in reached):
        raise _placed(topic)


def _placed(topic: str) -> WaysMixed:
    return WaysMixed(
        f"The records of {topic} are taken in by their place, so the same events without"
        " partition and offset would count a second time: hand over both columns, or set"
        " CINESTATS_MONGO_DATABASE to a new name."
    )
