"""Everything that can be said of a diary, recomputed from its entries in one pass.

Nothing here is shared with the folds of ``user_stats`` and ``affinity``: the two agree
because they are both right, which is what ``verify`` checks.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from statistics import fmean
from typing import Protocol, TypeVar

from .affinity import AFFINITY_TYPES, Affinity, AffinityType
from .entry import Entry
from .events import Event, MovieAdded, MovieDeleted
from .global_trend import DayCount, FilmDay
from .movie import Movie
from .titles import normalize_title
from .user_stats import UserStats

TOP = 10
MIN_FILMS = 3
PRIOR_FILMS = 5
"""How many films rated with the user's own mean each shrunk mean starts from."""

_Key = TypeVar("_Key", int, tuple[int, int], date)


class FilmLookup(Protocol):
    """A catalogue, as far as the recompute needs one."""

    def __call__(self, title: str, year: int | None) -> Movie | None:
        """The film, or None when it is unknown or ambiguous."""
        ...


@dataclass(frozen=True, slots=True)
class Ranked:
    """A director, actor or genre: plays, distinct films, and the ratings of the plays.

    ``mean`` is the mean rating in stars, ``shrunk_mean`` the same pulled towards the
    user's overall mean as if ``PRIOR_FILMS`` more plays were rated so; both are None
    without ratings.
    """

    name: str
    plays: int
    films: int
    rated: int
    mean: float | None
    shrunk_mean: float | None


@dataclass(frozen=True, slots=True)
class Streaks:
    """Runs of days in a row with at least one play: the longest ever, and the last one."""

    longest_days: int
    longest_end: date | None
    latest_days: int
    latest_end: date | None


@dataclass(frozen=True, slots=True)
class FullStats:
    """The complete statistics of a user's plays. Ratings are means in stars, times minutes."""

    stats: UserStats
    affinities: Mapping[tuple[AffinityType, str], Affinity]
    distinct_films: int
    rewatches: int
    mean_rating: float | None
    favourite_genres: tuple[Ranked, ...]
    most_watched_directors: tuple[Ranked, ...]
    best_rated_directors: tuple[Ranked, ...]
    most_watched_actors: tuple[Ranked, ...]
    best_rated_actors: tuple[Ranked, ...]
    top_rated: tuple[Entry, ...]
    recent: tuple[Entry, ...]
    by_decade: Mapping[int, int]
    by_weekday: tuple[int, ...]
    by_day: Mapping[date, int]
    streaks: Streaks
    undated: int


def entries_after(events: Iterable[Event], before: Iterable[Entry] = ()) -> list[Entry]:
    """The entries that a user's events leave in the diary, in the order they were added.

    ``before`` are those that were there before the events.
    """
    alive = {entry.entry_id: entry for entry in before}
    for event in events:
        key = event.entry.entry_id
        if isinstance(event, MovieAdded):
            alive[key] = event.entry
        elif isinstance(event, MovieDeleted):
            alive.pop(key, None)
        elif key in alive:
            alive[key] = replace(alive[key], rating=event.new_rating)
    return list(alive.values())


def compute_user_stats(
    movies: Sequence[Entry],
    catalog: FilmLookup | None = None,
    prefetched_map: Mapping[str, Movie] | None = None,
) -> FullStats:
    """Recompute a user's statistics from all their entries, O(N).

    ``prefetched_map`` gives films by ``normalize_title``; ``catalog`` is asked for what it
    lacks. They complete missing directors, actors, genres and durations and are used for
    nothing else; without them the entries count as they are.
    """
    if catalog is not None or prefetched_map:
        movies = [_completed(entry, catalog, prefetched_map or {}) for entry in movies]
    ratings = [entry.rating for entry in movies if entry.rating is not None]
    mean = fmean(ratings) / 2 if ratings else None
    credited = _credited(movies)
    ranked: dict[AffinityType, list[Ranked]] = {type_: [] for type_ in AFFINITY_TYPES}
    for (type_, name), plays in credited.items():
        ranked[type_].append(_ranked(name, plays, mean))
    days = Counter(entry.watched_on for entry in movies if entry.watched_on is not None)
    films = {entry.movie.film_key for entry in movies}
    return FullStats(
        stats=totals_of(movies),
        affinities={key: _affinity(plays) for key, plays in credited.items()},
        distinct_films=len(films),
        rewatches=len(movies) - len(films),
        mean_rating=mean,
        favourite_genres=_most_watched(ranked["genre"]),
        most_watched_directors=_most_watched(ranked["director"]),
        best_rated_directors=_best_rated(ranked["director"]),
        most_watched_actors=_most_watched(ranked["actor"]),
        best_rated_actors=_best_rated(ranked["actor"]),
        top_rated=top_rated_of(movies),
        recent=tuple(sorted(movies, key=recency, reverse=True)[:TOP]),
        by_decade=sorted_counts(e.movie.year // 10 * 10 for e in movies if e.movie.year),
        by_weekday=tuple(
            sum(n for day, n in days.items() if day.weekday() == weekday)
            for weekday in range(7)
        ),
        by_day={day: days[day] for day in sorted(days)},
        streaks=streaks_of(sorted(days)),
        undated=sum(entry.watched_on is None for entry in movies),
    )


def totals_of(movies: Sequence[Entry]) -> UserStats:
    """What a ``user_stats`` document counts."""
    ratings = [entry.rating for entry in movies if entry.rating is not None]
    watched = [entry.watched_on for entry in movies if entry.watched_on is not None]
    return UserStats(
        total_watched=len(movies),
        rated_count=len(ratings),
        sum_ratings=sum(ratings),
        watch_time_minutes=sum(entry.movie.duration or 0 for entry in movies),
        rating_distribution=sorted_counts(ratings),
        monthly_counts=sorted_counts((day.year, day.month) for day in watched),
    )


def sorted_counts(keys: Iterable[_Key]) -> dict[_Key, int]:
    """How often each key comes, the least key first."""
    counts = Counter(keys)
    return {key: counts[key] for key in sorted(counts)}


def _credited(movies: Iterable[Entry]) -> dict[tuple[AffinityType, str], list[Entry]]:
    credited: defaultdict[tuple[AffinityType, str], list[Entry]] = defaultdict(list)
    for entry in movies:
        roles: tuple[tuple[AffinityType, tuple[str, ...]], ...] = (
            ("director", entry.movie.directors),
            ("actor", entry.movie.actors),
            ("genre", entry.movie.genres),
        )
        for type_, names in roles:
            for name in set(names):
                credited[type_, name].append(entry)
    return dict(credited)


def affinities_of(movies: Iterable[Entry]) -> dict[tuple[AffinityType, str], Affinity]:
    """What the ``user_affinities`` documents of a user count."""
    return {key: _affinity(plays) for key, plays in _credited(movies).items()}


def film_days_of(movies: Iterable[Entry]) -> dict[FilmDay, DayCount]:
    """What a user's plays are in the ``global_days`` documents."""
    days: defaultdict[FilmDay, list[Movie]] = defaultdict(list)
    for entry in movies:
        days[FilmDay(entry.added_on, entry.movie.film_key)].append(entry.movie)
    return {day: DayCount(len(films), films[0]) for day, films in days.items()}


def _affinity(plays: Sequence[Entry]) -> Affinity:
    ratings = [entry.rating for entry in plays if entry.rating is not None]
    return Affinity(len(plays), len(ratings), sum(ratings))


def _ranked(name: str, plays: Sequence[Entry], overall_mean: float | None) -> Ranked:
    ratings = [entry.rating / 2 for entry in plays if entry.rating is not None]
    mean = shrunk = None
    if ratings and overall_mean is not None:
        mean = fmean(ratings)
        shrunk = (sum(ratings) + PRIOR_FILMS * overall_mean) / (len(ratings) + PRIOR_FILMS)
    films = len({entry.movie.film_key for entry in plays})
    return Ranked(name, len(plays), films, len(ratings), mean, shrunk)


def _most_watched(ranked: Iterable[Ranked]) -> tuple[Ranked, ...]:
    return tuple(sorted(ranked, key=lambda r: (-r.plays, r.name))[:TOP])


def _best_rated(ranked: Iterable[Ranked]) -> tuple[Ranked, ...]:
    enough = [(r.shrunk_mean, r) for r in ranked if r.shrunk_mean and r.films >= MIN_FILMS]
    enough.sort(key=lambda pair: (-pair[0], pair[1].name))
    return tuple(r for _, r in enough[:TOP])


def top_rated_of(movies: Iterable[Entry]) -> tuple[Entry, ...]:
    """The best plays, each film once with its highest rating."""
    best: dict[str, Entry] = {}
    for entry in movies:
        known = best.get(entry.movie.film_key)
        if entry.rating and (known is None or entry.rating > (known.rating or 0)):
            best[entry.movie.film_key] = entry
    return tuple(sorted(best.values(), key=lambda e: (-(e.rating or 0), e.movie.title))[:TOP])


def recency(entry: Entry) -> tuple[bool, date, date, str]:
    """Sorts plays from those of an unknown day to the latest."""
    return (
        entry.watched_on is not None,
        entry.watched_on or entry.added_on,
        entry.added_on,
        entry.movie.title,
    )


def streaks_of(days: Sequence[date]) -> Streaks:
    """The runs in distinct days that ascend."""
    longest = latest = 0
    longest_end = previous = None
    for day in days:
        latest = latest + 1 if previous == day - timedelta(days=1) else 1
        previous = day
        if latest > longest:
            longest, longest_end = latest, day
    return Streaks(longest, longest_end, latest, previous)


def _completed(
    entry: Entry, catalog: FilmLookup | None, prefetched_map: Mapping[str, Movie]
) -> Entry:
    movie = entry.movie
    if movie.directors and movie.actors and movie.genres and movie.duration:
        return entry
    known = prefetched_map.get(normalize_title(movie.title))
    if known is None and catalog is not None:
        known = catalog(movie.title, movie.year)
    return entry if known is None else replace(entry, movie=movie.completed_by(known))
