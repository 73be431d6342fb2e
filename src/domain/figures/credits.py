"""The page of a director, an actor or a genre: what the plays that they are behind say."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from heapq import nsmallest
from typing import NamedTuple

from cinestats.domain.affinity import AFFINITY_TYPES, AffinityType, credits_of
from cinestats.domain.entry import Entry, recency

from .overview import sorted_counts
from .rankings import NAMES_OF, Ranked, ranked

COMPANY = 5


class Companion(NamedTuple):
    """A name, and how many plays it shares with another.

    Of names that share as many, the one with the latest of them comes first.
    """

    name: str
    plays: int


@dataclass(frozen=True, slots=True)
class CreditFigures:
    """The figures of one name: minutes, plays by year and by half stars, and its plays.

    ``entries`` has all of them, latest first; ``company`` the names of each type that share
    the most plays with this one.
    """

    type: AffinityType
    ranked: Ranked
    minutes: int
    first_watched: date | None
    last_watched: date | None
    by_year: Mapping[int, int]
    rating_distribution: Mapping[int, int]
    entries: tuple[Entry, ...]
    company: Mapping[AffinityType, Sequence[Companion]]


def entries_behind(entries: Iterable[Entry], type_: AffinityType, name: str) -> list[Entry]:
    """The plays that a name's figures count, such as "Christopher Nolan: 7", latest first.

    A play of an unknown day has its place by the day on which it was added.
    """
    plays = _plays(entries, type_, name)
    return sorted(plays, key=lambda e: (e.watched_on or e.added_on, e.entry_id), reverse=True)


def credit_figures(
    entries: Sequence[Entry], type_: AffinityType, name: str
) -> CreditFigures | None:
    """The figures of a name in a whole diary; None when it is behind no play."""
    plays = _plays(entries, type_, name)
    if not plays:
        return None
    days = sorted(entry.watched_on for entry in plays if entry.watched_on is not None)
    rated = [entry.rating for entry in entries if entry.rating is not None]
    overall_mean = sum(rated) / 2 / len(rated) if rated else None
    return CreditFigures(
        type=type_,
        ranked=ranked(name, [(e.movie.film_key, e.rating) for e in plays], overall_mean),
        minutes=sum(entry.movie.duration or 0 for entry in plays),
        first_watched=days[0] if days else None,
        last_watched=days[-1] if days else None,
        by_year=sorted_counts(day.year for day in days),
        rating_distribution=sorted_counts(e.rating for e in plays if e.rating is not None),
        entries=tuple(sorted(plays, key=recency, reverse=True)),
        company=_company(plays, (type_, name)),
    )


def _plays(entries: Iterable[Entry], type_: AffinityType, name: str) -> list[Entry]:
    names_of = NAMES_OF[type_]
    return [entry for entry in entries if name in names_of(entry.movie)]


def _company(
    plays: Iterable[Entry], self_: tuple[AffinityType, str]
) -> dict[AffinityType, list[Companion]]:
    shared: Counter[tuple[AffinityType, str]] = Counter()
    last: dict[tuple[AffinityType, str], tuple[int, int]] = {}
    for entry in sorted(plays, key=recency):
        credits = credits_of(entry)
        watched, added = entry.watched_on, entry.added_on
        shared.update(credits)
        day = (-watched.toordinal() if watched else 0, -added.toordinal())
        last.update(dict.fromkeys(credits, day))
    del shared[self_]

    def order(credit: tuple[AffinityType, str]) -> tuple[int, tuple[int, int], str]:
        return -shared[credit], last[credit], credit[1]

    company: dict[AffinityType, list[Companion]] = {}
    for wanted in AFFINITY_TYPES:
        credits = nsmallest(COMPANY, (c for c in shared if c[0] == wanted), key=order)
        company[wanted] = [Companion(name, shared[type_, name]) for type_, name in credits]
    return company
