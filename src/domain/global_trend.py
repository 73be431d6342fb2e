"""What everybody is watching: plays per film and day, and the window over the last days."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from .events import Event, MovieAdded, MovieDeleted
from .movie import Movie

WINDOW_DAYS = 30
TOP_MOVIES = 10
MAX_MOVIE_COUNTS = 1000


class FilmDay(NamedTuple):
    """Which day and film a count is of; ``day`` is the day on which plays were added."""

    day: date
    film_key: str


@dataclass(frozen=True, slots=True)
class DayCount:
    """Plays of a film added on a day, or a batch's change of them."""

    count: int
    movie: Movie


@dataclass(frozen=True, slots=True)
class TopMovie:
    """A film of the top list. ``poster_url`` is None when none is known."""

    title: str
    year: int | None
    count: int
    poster_url: str | None


@dataclass(frozen=True, slots=True)
class GlobalTrend:
    """The last ``window_days`` days: films and genres with the most plays first."""

    top_movies: tuple[TopMovie, ...]
    trending_genres: tuple[tuple[str, int], ...]
    movie_counts: Mapping[str, int]
    genre_counts: Mapping[str, int]
    poster_cache: Mapping[str, str]
    window_days: int = WINDOW_DAYS


def film_day(event: Event) -> FilmDay:
    """The film and day that the event is counted on, whenever it comes."""
    return FilmDay(event.entry.added_on, event.entry.movie.film_key)


def evolve(state: DayCount | None, event: Event) -> DayCount:
    """The count of the event's ``film_day`` with the event counted in."""
    count, movie = (0, event.entry.movie) if state is None else (state.count, state.movie)
    match event:
        case MovieAdded():
            count += 1
        case MovieDeleted():
            count -= 1
        case _:  # a new rating moves no trend, but its position must reach the fence
            pass
    return DayCount(count, movie)


def in_window(day: date, today: date, window_days: int = WINDOW_DAYS) -> bool:
    """Whether plays added on ``day`` are part of the trend on ``today``.

    A film leaves ``window_days`` days after it was added: with 30, it is in on days 0-29.
    """
    return day > today - timedelta(days=window_days)


def summarize(
    days: Iterable[tuple[FilmDay, DayCount]], today: date, window_days: int = WINDOW_DAYS
) -> GlobalTrend:
    """Add up the days inside the window; the order of ``days`` makes no difference.

    Ties are broken by title, then year.
    """
    counts: Counter[str] = Counter()
    movies: dict[str, Movie] = {}
    for (day, film_key), stored in days:
        if in_window(day, today, window_days):
            counts[film_key] += stored.count
            known = movies.get(film_key)
            if known is None or _preference(stored.movie) < _preference(known):
                movies[film_key] = stored.movie
    genres: Counter[str] = Counter()
    for film_key, count in counts.items():
        for genre in movies[film_key].genres:
            genres[genre] += count

    def order(film_key: str) -> tuple[int, str, int]:
        movie = movies[film_key]
        return -counts[film_key], movie.title, movie.year or 0

    ranked = sorted((k for k, n in counts.items() if n > 0), key=order)[:MAX_MOVIE_COUNTS]
    titles = Counter(movies[k].title for k in ranked)
    labels = {k: _label(movies[k], titles) for k in ranked}
    ranked_genres = sorted(
        ((g, n) for g, n in genres.items() if n > 0), key=lambda item: (-item[1], item[0])
    )
    return GlobalTrend(
        top_movies=tuple(
            TopMovie(movies[k].title, movies[k].year, counts[k], movies[k].poster_url)
            for k in ranked[:TOP_MOVIES]
        ),
        trending_genres=tuple(ranked_genres[:TOP_MOVIES]),
        movie_counts={labels[k]: counts[k] for k in ranked},
        genre_counts=dict(ranked_genres),
        poster_cache={labels[k]: p for k in ranked if (p := movies[k].poster_url)},
        window_days=window_days,
    )


def _preference(movie: Movie) -> tuple[bool, bool, str]:
    """Among snapshots of one film: one with a poster, with genres, then the first title."""
    return movie.poster_url is None, not movie.genres, movie.title


def _label(movie: Movie, titles: Mapping[str, int]) -> str:
    return movie.title if titles[movie.title] == 1 else f"{movie.title} ({movie.year})"
