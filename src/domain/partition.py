"""Which partition of the log a user's events belong to."""

from functools import lru_cache

_SEED = 0x9747B28C
_MULTIPLIER = 0x5BD1E995
_MASK = 0xFFFFFFFF


@lru_cache(maxsize=50_000)  # the same users come again and again
def partition_of(user_id: str, partitions: int) -> int:
    """The partition (0-based) of a user, as Kafka's own partitioner gives it.

    Source: the 32-bit MurmurHash2 variant of Kafka's ``org.apache.kafka.common.utils.Utils``.

    >>> partition_of("u1", 1), partition_of("21", 4)
    (0, 0)
    """
    if partitions == 1:
        return 0
    return (_murmur2(user_id.encode()) & 0x7FFFFFFF) % partitions


def _murmur2(data: bytes) -> int:
    length = len(data)
    h = (_SEED ^ length) & _MASK
    whole = length - length % 4
    for i in range(0, whole, 4):
        k = int.from_bytes(data[i : i + 4], "little") * _MULTIPLIER & _MASK
        k = (k ^ (k >> 24)) * _MULTIPLIER & _MASK
        h = (h * _MULTIPLIER & _MASK) ^ k
    if whole < length:
        h = (h ^ int.from_bytes(data[whole:], "little")) * _MULTIPLIER & _MASK
    h = (h ^ (h >> 13)) * _MULTIPLIER & _MASK
    return h ^ (h >> 15)
