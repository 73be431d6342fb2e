"""Everything the overview shows of a period: the figures of its plays, in one pass each."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from heapq import nlargest, nsmallest
from itertools import chain, count
from typing import TypeVar

from cinestats.domain.affinity import AffinityType
from cinestats.domain.entry import Entry, recency
from cinestats.domain.movie import Movie
from cinestats.domain.user_stats import UserStats

from .order import BEST_FROM, film_order
from .period import Period
from .rankings import MIN_FILMS, TOP, Rankings, rankings_of

LONGEST = 5
_FIRST_MILESTONES = (1, 50, 100, 250, 500)
_THEN_EVERY = 1000

_Key = TypeVar("_Key", int, tuple[int, int], date)
_Plays = Mapping[str, Sequence[Entry]]
"""The plays of each film, by its key."""


@dataclass(frozen=True, slots=True)
class Streaks:
    """Runs of days in a row with at least one play: the longest ever, and the last one.

    Of two longest runs the earlier one is told.
    """

    longest_days: int
    longest_end: date | None
    latest_days: int
    latest_end: date | None


@dataclass(frozen=True, slots=True)
class Rewatched:
    """A film with more than one play; ``last_watched`` is None when no play has a day."""

    movie: Movie
    plays: int
    last_watched: date | None


@dataclass(frozen=True, slots=True)
class Milestone:
    """The play that was the ``number``-th of the period."""

    number: int
    entry: Entry


@dataclass(frozen=True, slots=True)
class Overview:
    """The figures of a period's plays.

    ``average_rating`` is in stars, ``rating_distribution`` by half stars; ``by_weekday``
    begins with Monday. ``years`` are those with a play in the whole diary, latest first.
    ``top_rated`` has films of at least ``BEST_FROM`` half stars.
    """

    period: Period
    plays: int
    films: int
    undated: int
    rated_plays: int
    minutes: int
    average_rating: float | None
    rating_distribution: Mapping[int, int]
    by_day: Mapping[date, int]
    by_month: Mapping[tuple[int, int], int]
    by_year: Mapping[int, int]
    by_weekday: tuple[int, ...]
    by_decade: Mapping[int, int]
    streaks: Streaks
    years: tuple[int, ...]
    rankings: Mapping[AffinityType, Rankings]
    top_rated: tuple[Entry, ...]
    recent: tuple[Entry, ...]
    longest: tuple[Entry, ...]
    rewatched: tuple[Rewatched, ...]
    milestones: tuple[Milestone, ...]

    @property
    def rewatches(self) -> int:
        """The plays beyond the first of each film in the period."""
        return self.plays - self.films

    @property
    def rating_minimum_films(self) -> int:
        """How many films a name must have to be ranked by rating."""
        return MIN_FILMS

    @property
    def top_rated_from(self) -> int:
        """How many half stars a film must have to be among the ``top_rated``."""
        return BEST_FROM

    @property
    def totals(self) -> UserStats:
        """The figures that a ``user_stats`` document counts."""
        return UserStats(
            total_watched=self.plays,
            rated_count=self.rated_plays,
            sum_ratings=sum(rating * n for rating, n in self.rating_distribution.items()),
            watch_time_minutes=self.minutes,
            rating_distribution=self.rating_distribution,
            monthly_counts=self.by_month,
        )


def overview_of(entries: Sequence[Entry], period: Period) -> Overview:
    """The figures of the plays of ``entries``, a whole diary, that fall in the period."""
    plays = period.plays(entries)
    ratings = [entry.rating for entry in plays if entry.rating is not None]
    average = sum(ratings) / 2 / len(ratings) if ratings else None
    films = _by_film(plays)
    latest = {film_key: _latest(seen) for film_key, seen in films.items()}
    by_day = sorted_counts(e.watched_on for e in plays if e.watched_on is not None)
    by_weekday = _summed(by_day, date.weekday)
    return Overview(
        period=period,
        plays=len(plays),
        films=len(films),
        undated=sum(entry.watched_on is None for entry in plays),
        rated_plays=len(ratings),
        minutes=sum(entry.movie.duration or 0 for entry in plays),
        average_rating=average,
        rating_distribution=sorted_counts(ratings),
        by_day=by_day,
        by_month=_summed(by_day, lambda day: (day.year, day.month)),
        by_year=_summed(by_day, lambda day: day.year),
        by_weekday=tuple(by_weekday.get(weekday, 0) for weekday in range(7)),
        by_decade=sorted_counts(e.movie.year // 10 * 10 for e in plays if e.movie.year),
        streaks=_streaks(by_day),
        years=tuple(sorted({e.watched_on.year for e in entries if e.watched_on}, reverse=True)),
        rankings=rankings_of(plays, average),
        top_rated=_top_rated(films, latest),
        recent=tuple(nlargest(TOP, plays, key=recency)),
        longest=_longest(films, latest),
        rewatched=_rewatched(films, latest),
        milestones=tuple(_milestones(plays)),
    )


def sorted_counts(keys: Iterable[_Key]) -> dict[_Key, int]:
    """How often each key comes, the least key first."""
    counts = Counter(keys)
    return {key: counts[key] for key in sorted(counts)}


def _summed(by_day: Mapping[date, int], part: Callable[[date], _Key]) -> dict[_Key, int]:
    counts: Counter[_Key] = Counter()
    for day, plays in by_day.items():
        counts[part(day)] += plays
    return dict(counts)


def _streaks(days: Iterable[date]) -> Streaks:
    """The runs in distinct days that ascend."""
    longest = latest = 0
    longest_end = previous = None
    for day in days:
        latest = latest + 1 if previous == day - timedelta(days=1) else 1
        previous = day
        if latest > longest:
            longest, longest_end = latest, day
    return Streaks(longest, longest_end, latest, previous)


def _top_rated(films: _Plays, latest: Mapping[str, Entry]) -> tuple[Entry, ...]:
    """The best films, each with the first play that it had its highest rating on."""
    best = {key: max(seen, key=lambda e: e.rating or 0) for key, seen in films.items()}
    good = [key for key, entry in best.items() if (entry.rating or 0) >= BEST_FROM]

    def order(key: str) -> tuple[float | str, ...]:
        return film_order(best[key].rating or 0, len(films[key]), latest[key])

    return tuple(best[key] for key in nsmallest(TOP, good, key=order))


def _by_film(plays: Iterable[Entry]) -> dict[str, list[Entry]]:
    films: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in plays:
        films[entry.movie.film_key].append(entry)
    return dict(films)


def _latest(plays: Sequence[Entry]) -> Entry:
    return plays[0] if len(plays) == 1 else max(plays, key=recency)


def _longest(films: _Plays, latest: Mapping[str, Entry]) -> tuple[Entry, ...]:
    """The latest play of each of the longest films."""
    known = [key for key, entry in latest.items() if entry.movie.duration]

    def order(key: str) -> tuple[float | str, ...]:
        return film_order(latest[key].movie.duration or 0, len(films[key]), latest[key])

    return tuple(latest[key] for key in nsmallest(LONGEST, known, key=order))


def _rewatched(films: _Plays, latest: Mapping[str, Entry]) -> tuple[Rewatched, ...]:
    again = [(len(seen), latest[key]) for key, seen in films.items() if len(seen) > 1]
    first = nsmallest(TOP, again, key=lambda film: film_order(film[0], film[0], film[1]))
    return tuple(Rewatched(entry.movie, n, entry.watched_on) for n, entry in first)


def _milestones(plays: Iterable[Entry]) -> Iterator[Milestone]:
    """Plays on one day count in the order in which they came into the diary."""
    dated = [(e.watched_on, e.added_on, e) for e in plays if e.watched_on is not None]
    dated.sort(key=lambda play: play[:2])
    for number in chain(_FIRST_MILESTONES, count(_THEN_EVERY, _THEN_EVERY)):
        if number > len(dated):
            return
        yield Milestone(number, dated[number - 1][2])
