"""From where on a topic is counted that another program has counted before."""

import pytest

from cinestats.application.streaming.adopt import checked_offsets
from cinestats.application.streaming.ports import Bounds
from cinestats.domain.errors import InvalidInput

KEPT = [Bounds(0, 10), Bounds(5, 20)]


@pytest.mark.parametrize("given", [{0: 0, 1: 5}, {1: 20, 0: 10}, {0: 3, 1: 7}])
def test_offsets_that_the_topic_holds_or_will_hold_are_good(given: dict[int, int]) -> None:
    """From its first up to the one that comes next, in the order of the partitions."""
    assert checked_offsets(given, KEPT) == [given[0], given[1]]


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({0: 1}, "must name partition 1 too"),
        ({0: 1, 1: 5, 2: 0}, "name partition 2, but the topic has 2, from 0"),
        ({0: 11, 1: 5}, "0:11 is not in the topic, which ends at 10"),
        ({0: -1, 1: 5}, "0:-1 is not in the topic"),
        ({0: 1, 1: 3}, "2 records were counted by nobody; to go on without them, give 1:5"),
    ],
)
def test_other_offsets_are_refused(given: dict[int, int], problem: str) -> None:
    """With what is wrong, and what would be right."""
    with pytest.raises(InvalidInput, match=problem):
        checked_offsets(given, KEPT)
