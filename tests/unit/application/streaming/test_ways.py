"""A topic's events come in one way: by their place, or without it."""

from collections.abc import Mapping

import pytest

from cinestats.adapters.memory.stores import MemoryStores
from cinestats.application.streaming.ports import TopicClaim, TopicKind
from cinestats.application.streaming.ways import WaysMixed, refuse_loose, refuse_placed


@pytest.mark.parametrize(
    ("kind", "positions", "placed", "loose"),
    [
        (None, {}, True, True),
        ("log", {}, True, True),
        ("foreign", {0: 7}, True, True),  # it has no log: another check refuses loose events
        ("taken_in", {}, False, True),
        ("taken_in", {0: 0, 1: 0}, True, True),  # prepared, and nothing has come yet
        ("taken_in", {1: 7}, True, False),
    ],
)
def test_the_other_way_is_refused(
    kind: TopicKind | None, positions: Mapping[int, int], placed: bool, loose: bool
) -> None:
    """With the topic's name and the way out; one that nobody claimed may come either way."""
    stores = MemoryStores()
    claims, reached = stores.topic_claims, stores.topic_positions
    refuse_placed("films", claims, reached)
    refuse_loose("films", claims, reached)
    claims.put("films", TopicClaim("an id", 2, kind))
    for partition, offset in positions.items():
        reached.advance("films", partition, offset)
    for refuse, good in ((refuse_placed, placed), (refuse_loose, loose)):
        if good:
            refuse("films", claims, reached)
        else:
            with pytest.raises(WaysMixed, match=r"films .*CINESTATS_MONGO_DATABASE"):
                refuse("films", claims, reached)
