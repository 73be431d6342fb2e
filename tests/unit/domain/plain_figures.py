"""The figures once more, each straight from its definition."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from statistics import fmean

from cinestats.domain.entry import Entry, recency
from cinestats.domain.figures.overview import Streaks
from cinestats.domain.figures.rankings import Ranked


@dataclass(frozen=True)
class PlainFigures:
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


def plain_figures(plays: Sequence[Entry]) -> PlainFigures:
    ratings = [play.rating / 2 for play in plays if play.rating is not None]
    mean = fmean(ratings) if ratings else None
    films = {play.movie.film_key for play in plays}
    days = [play.watched_on for play in plays if play.watched_on is not None]
    decades = [play.movie.year // 10 * 10 for play in plays if play.movie.year is not None]
    directors, actors, genres = (
        _ranked({n: [p for p in plays if n in names(p)] for p in plays for n in names(p)}, mean)
        for names in (
            lambda play: play.movie.directors,
            lambda play: play.movie.actors,
            lambda play: play.movie.genres,
        )
    )
    return PlainFigures(
        distinct_films=len(films),
        rewatches=len(plays) - len(films),
        mean_rating=mean,
        favourite_genres=_most_watched(genres),
        most_watched_directors=_most_watched(directors),
        best_rated_directors=_best_rated(directors),
        most_watched_actors=_most_watched(actors),
        best_rated_actors=_best_rated(actors),
        top_rated=_top_rated(plays),
        recent=tuple(sorted(plays, key=recency, reverse=True)[:10]),
        by_decade={decade: decades.count(decade) for decade in decades},
        by_weekday=tuple(sum(day.weekday() == n for day in days) for n in range(7)),
        by_day={day: days.count(day) for day in days},
        streaks=_streaks(sorted(set(days))),
        undated=len(plays) - len(days),
    )


def _ranked(credited: Mapping[str, Sequence[Entry]], overall: float | None) -> list[Ranked]:
    ranked: list[Ranked] = []
    for name, plays in credited.items():
        ratings = [play.rating / 2 for play in plays if play.rating is not None]
        mean = shrunk = None
        if ratings and overall is not None:
            mean = fmean(ratings)
            shrunk = (sum(ratings) + 5 * overall) / (len(ratings) + 5)
        films = len({play.movie.film_key for play in plays})
        ranked.append(Ranked(name, len(plays), films, len(ratings), mean, shrunk))
    return ranked


def _most_watched(ranked: Sequence[Ranked]) -> tuple[Ranked, ...]:
    return tuple(
        sorted(ranked, key=lambda r: (-r.plays, -r.films, -(r.shrunk_mean or 0), r.name))[:10]
    )


def _best_rated(ranked: Sequence[Ranked]) -> tuple[Ranked, ...]:
    enough = [r for r in ranked if r.shrunk_mean is not None and r.films >= 3]
    return tuple(
        sorted(enough, key=lambda r: (-(r.shrunk_mean or 0), -r.films, -r.plays, r.name))[:10]
    )


def _top_rated(plays: Sequence[Entry]) -> tuple[Entry, ...]:
    """Stable sorts, the least of the reasons first."""
    best = {
        film: max((p for p in plays if p.movie.film_key == film), key=lambda p: p.rating or 0)
        for film in sorted({play.movie.film_key for play in plays})
    }

    def latest(film: str) -> tuple[date, date]:
        return max(
            (p.watched_on or date.min, p.added_on) for p in plays if p.movie.film_key == film
        )

    def times(film: str) -> int:
        return sum(p.movie.film_key == film for p in plays)

    good = [film for film, play in best.items() if play.rating is not None and play.rating >= 8]
    good.sort(key=lambda film: best[film].movie.title)
    good.sort(key=latest, reverse=True)
    good.sort(key=times, reverse=True)
    good.sort(key=lambda film: best[film].rating or 0, reverse=True)
    return tuple(best[film] for film in good[:10])


def _streaks(days: Sequence[date]) -> Streaks:
    if not days:
        return Streaks(0, None, 0, None)
    runs = [[days[0]]]
    for before, day in pairwise(days):
        if day - before == timedelta(days=1):
            runs[-1].append(day)
        else:
            runs.append([day])
    longest, latest = max(runs, key=len), runs[-1]
    return Streaks(len(longest), longest[-1], len(latest), latest[-1])
