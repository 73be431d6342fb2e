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


@pytest.mark.parametrize("partitions", [1, 2, 4, 7])
def test_every_partition_gets_users(partitions: int) -> None:
    """Be there one or many; and none falls outside."""
    users = (f"user-{n}" for n in range(100))
    assert {partition_of(user, partitions) for user in users} == set(range(partitions))
