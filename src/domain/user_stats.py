"""A user's statistics as a fold over events, in signed deltas.

The fold of a batch starts from ``UserStats()`` and is added to what is stored with
``combine``: the same figures whether events come one by one or by the thousand.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from .entry import Entry
from .events import Event, MovieAdded, MovieDeleted, RatingUpdated

STATS_VERSION = "6.0_flat_affinities"


@dataclass(frozen=True, slots=True)
class UserStats:
    """Counts over a user's plays, or the change of them that a batch makes.

    ``sum_ratings`` is in half stars; ``rating_distribution`` maps half stars (1-10) to
    plays; ``monthly_counts`` maps (year, month) of the watched day to plays. Keys whose
    count is 0 may be absent or present.
    """

    total_watched: int = 0
    rated_count: int = 0
    sum_ratings: int = 0
    watch_time_minutes: int = 0
    rating_distribution: Mapping[int, int] = field(default_factory=dict[int, int])
    monthly_counts: Mapping[tuple[int, int], int] = field(
        default_factory=dict[tuple[int, int], int]
    )


def evolve(state: UserStats, event: Event) -> UserStats:
    """``state`` with the event counted in."""
    match event:
        case MovieAdded():
            return _count(state, event.entry, 1)
        case MovieDeleted():
            return _count(state, event.entry, -1)
        case RatingUpdated():
            return _rerate(state, event.entry.rating, event.new_rating)


def combine(stored: UserStats, change: UserStats) -> UserStats:
    """``stored`` with a batch's change added. Associative; ``UserStats()`` is neutral."""
    distribution = dict(stored.rating_distribution)
    for rating, n in change.rating_distribution.items():
        distribution[rating] = distribution.get(rating, 0) + n
    months = dict(stored.monthly_counts)
    for month, n in change.monthly_counts.items():
        months[month] = months.get(month, 0) + n
    return UserStats(
        stored.total_watched + change.total_watched,
        stored.rated_count + change.rated_count,
        stored.sum_ratings + change.sum_ratings,
        stored.watch_time_minutes + change.watch_time_minutes,
        distribution,
        months,
    )


def _count(state: UserStats, entry: Entry, sign: int) -> UserStats:
    rating = entry.rating
    distribution = state.rating_distribution
    if rating is not None:
        distribution = {**distribution, rating: distribution.get(rating, 0) + sign}
    months = state.monthly_counts
    day = entry.watched_on
    if day is not None:
        month = (day.year, day.month)
        months = {**months, month: months.get(month, 0) + sign}
    return UserStats(
        state.total_watched + sign,
        state.rated_count + (sign if rating is not None else 0),
        state.sum_ratings + sign * (rating or 0),
        state.watch_time_minutes + sign * (entry.movie.duration or 0),
        distribution,
        months,
    )


def _rerate(state: UserStats, old: int | None, new: int | None) -> UserStats:
    distribution = dict(state.rating_distribution)
    if old is not None:
        distribution[old] = distribution.get(old, 0) - 1
    if new is not None:
        distribution[new] = distribution.get(new, 0) + 1
    return UserStats(
        state.total_watched,
        state.rated_count + (new is not None) - (old is not None),
        state.sum_ratings + (new or 0) - (old or 0),
        state.watch_time_minutes,
        distribution,
        state.monthly_counts,
    )
