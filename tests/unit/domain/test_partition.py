"""Partitioning as Kafka does it."""

import pytest

from cinestats.domain.partition import _murmur2, partition_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("21", -973932308),
        ("foobar", -790332482),
        ("a-little-bit-long-string", -985981536),
        ("a-little-bit-longer-string", -1486304829),
        ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971),
        ("abc", 479470107),
    ],
)
def test_hashes_are_those_of_kafkas_own_test(text: str, expected: int) -> None:
    """The values that Kafka's Java client is tested with, as signed 32-bit numbers."""
    assert _murmur2(text.encode()) == expected % 2**32


def test_a_user_stays_in_one_partition_of_those_there_are() -> None:
    """Every partition gets users, and none falls outside."""
    partitions = {partition_of(f"user-{n}", 4) for n in range(100)}
    assert partitions == {0, 1, 2, 3}
