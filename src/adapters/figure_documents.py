"""Figures that are worked out when they are asked for, as the documents that answer."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date

from cinestats.domain.affinity import AffinityType
from cinestats.domain.comparison import Comparison, RatedByBoth
from cinestats.domain.credits import CreditFigures
from cinestats.domain.overview import Overview, Rewatched
from cinestats.domain.period import Period
from cinestats.domain.rankings import Rankings
from cinestats.domain.rating import distribution_key, stars
from cinestats.domain.recompute import MIN_FILMS

from .documents import Document, entry_document, iso_day, streaks_document

_PLURALS: Mapping[AffinityType, str] = {
    "director": "directors",
    "actor": "actors",
    "genre": "genres",
}


def overview_document(overview: Overview, position: int, as_of: date | None) -> Document:
    """The figures of a period; ratings in stars, times in minutes."""
    return {
        "period": _period(overview.period),
        "as_of": iso_day(as_of),
        "position": position,
        "plays": overview.plays,
        "films": overview.films,
        "rewatches": overview.rewatches,
        "undated": overview.undated,
        "rated_plays": overview.rated_plays,
        "minutes": overview.minutes,
        "average_rating": overview.average_rating,
        "rating_distribution": _distribution(overview.rating_distribution),
        "by_month": {f"{y:04}-{m:02}": n for (y, m), n in overview.by_month.items()},
        "by_year": {str(year): n for year, n in overview.by_year.items()},
        "by_day": {day.isoformat(): n for day, n in overview.by_day.items()},
        "by_weekday": list(overview.by_weekday),
        "by_decade": {str(decade): n for decade, n in overview.by_decade.items()},
        "streaks": streaks_document(overview.streaks),
        "years": list(overview.years),
        **{_PLURALS[type_]: _rankings(each) for type_, each in overview.rankings.items()},
        "rating_minimum_films": MIN_FILMS,
        "top_rated": [entry_document(e) for e in overview.top_rated],
        "recent": [entry_document(e) for e in overview.recent],
        "longest": [entry_document(e) for e in overview.longest],
        "rewatched": [_rewatched(film) for film in overview.rewatched],
        "milestones": [
            {"number": m.number, "entry": entry_document(m.entry)} for m in overview.milestones
        ],
    }


def credit_document(figures: CreditFigures, most_entries: int) -> Document:
    """The figures of a director, actor or genre, with the latest entries behind them."""
    return {
        "type": figures.type,
        **asdict(figures.ranked),
        "minutes": figures.minutes,
        "first_watched": iso_day(figures.first_watched),
        "last_watched": iso_day(figures.last_watched),
        "by_year": {str(year): n for year, n in figures.by_year.items()},
        "rating_distribution": _distribution(figures.rating_distribution),
        "entries": [entry_document(e) for e in figures.entries[:most_entries]],
        "with": {
            _PLURALS[type_]: [{"name": name, "plays": n} for name, n in names]
            for type_, names in figures.company.items()
        },
    }


def comparison_document(user: str, other: str, comparison: Comparison) -> Document:
    """Two diaries side by side; ratings and distances in stars."""
    return {
        "user": user,
        "other": other,
        "films": comparison.films,
        "other_films": comparison.other_films,
        "common": comparison.common,
        "overlap": comparison.overlap,
        "rated_common": comparison.rated_common,
        "mean_distance": comparison.mean_distance,
        "distance_low": comparison.distance_low,
        "distance_high": comparison.distance_high,
        "correlation": comparison.correlation,
        "agree": [_rated_by_both(film) for film in comparison.agree],
        "disagree": [_rated_by_both(film) for film in comparison.disagree],
        "only_user": [entry_document(e) for e in comparison.only_user],
        "only_other": [entry_document(e) for e in comparison.only_other],
    }


def _period(period: Period) -> Document:
    return {
        "name": period.name,
        "kind": period.kind,
        "from": iso_day(period.first),
        "to": iso_day(period.last),
    }


def _distribution(plays: Mapping[int, int]) -> dict[str, int]:
    return {distribution_key(rating): n for rating, n in plays.items()}


def _rankings(rankings: Rankings) -> Document:
    return {
        "by_plays": [asdict(r) for r in rankings.by_plays],
        "by_films": [asdict(r) for r in rankings.by_films],
        "by_rating": [asdict(r) for r in rankings.by_rating],
    }


def _rewatched(film: Rewatched) -> Document:
    return {
        "name": film.movie.title,
        "year": film.movie.year,
        "plays": film.plays,
        "poster_url": film.movie.poster_url,
        "last_watched": iso_day(film.last_watched),
    }


def _rated_by_both(film: RatedByBoth) -> Document:
    return {
        "name": film.movie.title,
        "year": film.movie.year,
        "rating": stars(film.rating),
        "other_rating": stars(film.other_rating),
        "poster_url": film.movie.poster_url,
    }
