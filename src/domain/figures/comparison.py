"""Two diaries side by side: what both have seen, and how far apart their ratings are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from math import sqrt
from statistics import NormalDist, correlation, fmean, stdev
from typing import NamedTuple

from cinestats.domain.entry import Entry, recency
from cinestats.domain.movie import Movie

from .order import film_order
from .rankings import TOP

MAX_DISTANCE = 4.5
"""Stars between the worst and the best rating."""
ALIKE = 1
"""Ratings that are at most so many half stars apart agree; the others disagree."""
ENOUGH_FILMS = 10
"""How many films both must have rated before a distance says anything of two people."""


@dataclass(frozen=True, slots=True)
class RatedByBoth:
    """A film with the latest rating of each user, in half stars."""

    movie: Movie
    rating: int
    other_rating: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Distinct films of two users, and the distance of their ratings in stars.

    ``overlap`` is the share of all their films that both have seen, 0-1. The mean distance
    lies from ``distance_low`` to ``distance_high`` with a confidence of 95 %; both are None
    below 2 films, and ``correlation`` below 3 or where either rates all alike.
    """

    films: int
    other_films: int
    common: int
    overlap: float
    rated_common: int
    mean_distance: float | None
    distance_low: float | None
    distance_high: float | None
    correlation: float | None
    agree: tuple[RatedByBoth, ...]
    disagree: tuple[RatedByBoth, ...]
    only_user: tuple[Entry, ...]
    only_other: tuple[Entry, ...]

    @property
    def distance_minimum_films(self) -> int:
        """How many films both must have rated before the distance says anything of them."""
        return ENOUGH_FILMS


def compare(entries: Iterable[Entry], other_entries: Iterable[Entry]) -> Comparison:
    """Compare two whole diaries."""
    films, other_films = _by_film(entries), _by_film(other_entries)
    common = films.keys() & other_films.keys()
    everything = len(films) + len(other_films) - len(common)
    pairs = _in_order(films, other_films)
    distances = [_apart(pair) / 2 for pair in pairs]
    low, high = _interval(distances)
    return Comparison(
        films=len(films),
        other_films=len(other_films),
        common=len(common),
        overlap=len(common) / everything if everything else 0.0,
        rated_common=len(pairs),
        mean_distance=fmean(distances) if distances else None,
        distance_low=low,
        distance_high=high,
        correlation=_correlation(pairs),
        agree=_first([p for p in pairs if _apart(p) <= ALIKE], nearest=True),
        disagree=_first([p for p in pairs if _apart(p) > ALIKE], nearest=False),
        only_user=_best(films, other_films),
        only_other=_best(other_films, films),
    )


class _Film(NamedTuple):
    """A film of a diary: the play that tells its rating, all its plays, and the latest."""

    entry: Entry
    plays: int
    latest: Entry


def _by_film(entries: Iterable[Entry]) -> dict[str, _Film]:
    """Each film by the latest of its plays that has a rating, or the latest where none has."""
    films: dict[str, _Film] = {}
    for entry in sorted(entries, key=recency):
        key = entry.movie.film_key
        told, plays = entry, 0
        if key in films:
            before, plays, _ = films[key]
            told = before if entry.rating is None and before.rating is not None else entry
        films[key] = _Film(told, plays + 1, entry)
    return films


def _in_order(films: Mapping[str, _Film], others: Mapping[str, _Film]) -> list[RatedByBoth]:
    """What both have rated, the best rated first."""

    def order(key: str) -> tuple[float | str, ...]:
        one, other = films[key], others[key]
        total = (one.entry.rating or 0) + (other.entry.rating or 0)
        latest = max(one.latest, other.latest, key=recency)
        return film_order(total, one.plays + other.plays, latest)

    return [
        RatedByBoth(films[key].entry.movie, rating, other_rating)
        for key in sorted(films.keys() & others.keys(), key=order)
        if (rating := films[key].entry.rating) is not None
        and (other_rating := others[key].entry.rating) is not None
    ]


def _apart(pair: RatedByBoth) -> int:
    return abs(pair.rating - pair.other_rating)


def _first(pairs: Sequence[RatedByBoth], *, nearest: bool) -> tuple[RatedByBoth, ...]:
    """The pairs that agree (or disagree) the most; those alike stay in their order."""
    return tuple(sorted(pairs, key=_apart, reverse=not nearest)[:TOP])


def _best(films: Mapping[str, _Film], others: Mapping[str, _Film]) -> tuple[Entry, ...]:
    """The best rated of the films that the others have not; unrated ones last."""

    def order(film: _Film) -> tuple[float | str, ...]:
        return film_order(film.entry.rating or 0, film.plays, film.latest)

    unseen = (film for key, film in films.items() if key not in others)
    return tuple(film.entry for film in nsmallest(TOP, unseen, key=order))


def _correlation(pairs: Sequence[RatedByBoth]) -> float | None:
    """Pearson's r of the ratings."""
    ratings = [pair.rating for pair in pairs]
    other_ratings = [pair.other_rating for pair in pairs]
    if len(pairs) < 3 or len(set(ratings)) == 1 or len(set(other_ratings)) == 1:
        return None
    return correlation(ratings, other_ratings)


def _interval(distances: Sequence[float]) -> tuple[float | None, float | None]:
    """Student's interval of the mean, within what distances there are."""
    n = len(distances)
    if n < 2:
        return None, None
    mean = fmean(distances)
    reach = student_t(n - 1) * stdev(distances) / sqrt(n)
    return max(0.0, mean - reach), min(MAX_DISTANCE, mean + reach)


_FEW = (12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.306, 2.2622, 2.2281)
"""Student's t at 0.975 for 1, 2, 3 … degrees of freedom, where a series is not near enough."""


def student_t(degrees: int) -> float:
    """Student's t at 0.975, to 3 decimals: how many standard errors reach to each side.

    >>> [round(student_t(degrees), 3) for degrees in (1, 11, 30, 1000)]
    [12.706, 2.201, 2.042, 1.962]
    """
    if degrees <= len(_FEW):
        return _FEW[degrees - 1]
    z = NormalDist().inv_cdf(0.975)
    return (
        z
        + (z**3 + z) / (4 * degrees)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * degrees**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * degrees**3)
    )
