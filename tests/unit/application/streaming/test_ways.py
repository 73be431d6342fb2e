"""A topic's events come in one way: by their place, or without it."""

from collections.abc import Mapping

import pytest

from cinestats.adapters.memory.stores import MemoryStores
from cinestats.application.streaming.ports import TopicClaim, TopicKind, Way
from cinestats.application.streaming.ways import (
    WaysMixed,
    refuse_loose,
    settle_loose,
    settle_placed,
)

REFUSED = r"films .*CINESTATS_MONGO_DATABASE"


def look(stores: MemoryStores) -> None:
    refuse_loose("films", stores.topic_ways, stores.topic_claims, stores.topic_positions)


@pytest.mark.parametrize("first", ["placed", "loose"])
@pytest.mark.parametrize("kind", ["unclaimed", None, "taken_in"])
def test_the_other_way_is_refused_from_the_first_word_on(first: Way, kind: TopicKind) -> None:
    """Whoever has claimed the topic, and though nothing may have come in yet."""
    stores = MemoryStores()
    if kind != "unclaimed":
        stores.topic_claims.put("films", TopicClaim("an id", 2, kind))
    look(stores)
    settle, other = settle_placed, settle_loose
    if first == "loose":
        settle, other = other, settle
    for _ in range(2):
        settle("films", stores.topic_ways)
        with pytest.raises(WaysMixed, match=REFUSED):
            other("films", stores.topic_ways)
    other("plays", stores.topic_ways)
    if first == "loose":
        look(stores)
    else:
        with pytest.raises(WaysMixed, match=REFUSED):
            look(stores)


@pytest.mark.parametrize("kind", [None, "log", "foreign", "taken_in"])
@pytest.mark.parametrize("positions", [{}, {0: 0}, {1: 0}, {1: 7}])
def test_a_position_says_that_records_come_in_by_their_place(
    kind: TopicKind | None, positions: Mapping[int, int]
) -> None:
    """An earlier version wrote nothing else; 0 is where counting begins."""
    stores = MemoryStores()
    stores.topic_claims.put("films", TopicClaim("an id", 2, kind))
    for partition, offset in positions.items():
        stores.topic_positions.advance("films", partition, offset)
    if positions:
        with pytest.raises(WaysMixed, match=REFUSED):
            look(stores)
    else:
        look(stores)
