"""A user's statistics."""

from collections.abc import Mapping
from typing import TypeVar

from cinestats.domain.entry import Entry
from cinestats.domain.recompute import totals_of
from cinestats.domain.user_stats import UserStats

from .projection import Projection

UserKey = tuple[str]
_Of = TypeVar("_Of", int, tuple[int, int])


def keys_of(user_id: str, _entry: Entry) -> tuple[UserKey]:
    return ((user_id,),)


def count(entry: Entry, sign: int) -> UserStats:
    rating, day = entry.rating, entry.watched_on
    return UserStats(
        sign,
        0 if rating is None else sign,
        sign * (rating or 0),
        sign * (entry.movie.duration or 0),
        {} if rating is None else {rating: sign},
        {} if day is None else {(day.year, day.month): sign},
    )


def combine(stored: UserStats, change: UserStats) -> UserStats:
    return UserStats(
        stored.total_watched + change.total_watched,
        stored.rated_count + change.rated_count,
        stored.sum_ratings + change.sum_ratings,
        stored.watch_time_minutes + change.watch_time_minutes,
        _plus(stored.rating_distribution, change.rating_distribution),
        _plus(stored.monthly_counts, change.monthly_counts),
    )


def _plus(stored: Mapping[_Of, int], change: Mapping[_Of, int]) -> Mapping[_Of, int]:
    total = {**stored}
    for key, n in change.items():
        total[key] = total.get(key, 0) + n
    return total


USER_STATS = Projection(
    name="user_stats",
    key_fields=("user_id",),
    keys_of=keys_of,
    count=count,
    combine=combine,
    recompute=lambda user_id, entries: {(user_id,): totals_of(entries)},
    counted=UserStats._fields,
    half_stars=frozenset({"sum_ratings"}),
)
