"""What is stored of a diary, counted anew from its entries: the check of the folds.

Nothing here is shared with ``user_stats`` and ``affinity`` but their result types: the two
agree because they are both right, which is what ``verify`` checks. Nor is anything shared
with the figures.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from .affinity import Affinity, AffinityType
from .entry import Entry
from .global_trend import ToldDay, told_film
from .user_stats import UserStats


@dataclass(frozen=True, slots=True)
class Recomputed:
    """What the stored documents of a user count."""

    stats: UserStats
    affinities: Mapping[tuple[AffinityType, str], Affinity]


def compute_user_stats(movies: Sequence[Entry]) -> Recomputed:
    """Recompute a user's statistics and affinities from all their entries, O(N)."""
    return Recomputed(totals_of(movies), affinities_of(movies))


def totals_of(movies: Sequence[Entry]) -> UserStats:
    """What a ``user_stats`` document counts."""
    ratings = _ratings(movies)
    days = sorted(entry.watched_on for entry in movies if entry.watched_on is not None)
    return UserStats(
        total_watched=len(movies),
        rated_count=len(ratings),
        sum_ratings=sum(ratings),
        watch_time_minutes=sum(entry.movie.duration or 0 for entry in movies),
        rating_distribution=dict(Counter(sorted(ratings))),
        monthly_counts=dict(Counter((day.year, day.month) for day in days)),
    )


def affinities_of(movies: Iterable[Entry]) -> dict[tuple[AffinityType, str], Affinity]:
    """What the ``user_affinities`` documents of a user count."""
    credited: defaultdict[tuple[AffinityType, str], list[Entry]] = defaultdict(list)
    for entry in movies:
        for director in set(entry.movie.directors):
            credited["director", director].append(entry)
        for actor in set(entry.movie.actors):
            credited["actor", actor].append(entry)
        for genre in set(entry.movie.genres):
            credited["genre", genre].append(entry)
    return {key: _affinity(plays) for key, plays in credited.items()}


def told_days_of(movies: Iterable[Entry]) -> dict[ToldDay, tuple[int]]:
    """What a user's plays are in the ``global_days`` documents."""
    days = Counter(
        ToldDay(entry.added_on, entry.movie.film_key, told_film(entry.movie))
        for entry in movies
    )
    return {day: (plays,) for day, plays in days.items()}


def _affinity(plays: Sequence[Entry]) -> Affinity:
    ratings = _ratings(plays)
    return Affinity(len(plays), len(ratings), sum(ratings))


def _ratings(movies: Iterable[Entry]) -> list[int]:
    return [entry.rating for entry in movies if entry.rating is not None]
