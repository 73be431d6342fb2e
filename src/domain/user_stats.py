"""What is counted of a user's plays."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

STATS_VERSION = "6.0_flat_affinities"


class UserStats(NamedTuple):
    """Counts over a user's plays, or the change of them that a batch makes.

    ``sum_ratings`` is in half stars; ``rating_distribution`` maps half stars (1-10) to
    plays; ``monthly_counts`` maps (year, month) of the watched day to plays. Keys whose
    count is 0 may be absent or present.
    """

    total_watched: int = 0
    rated_count: int = 0
    sum_ratings: int = 0
    watch_time_minutes: int = 0
    rating_distribution: Mapping[int, int] = MappingProxyType({})
    monthly_counts: Mapping[tuple[int, int], int] = MappingProxyType({})
