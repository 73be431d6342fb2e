"""What everybody is watching: plays per film and day, and the window over the last days."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from .movie import Movie

WINDOW_DAYS = 30
TOP_MOVIES = 10
MAX_MOVIE_COUNTS = 1000
MAX_GENRE_COUNTS = 1000
MOVEMENT_DAYS = 7
"""How many days ago the window ended that movements are told against."""


class FilmDay(NamedTuple):
    """Which day and film a count is of; ``day`` is the day on which plays were added."""

    day: date
    film_key: str


class ToldDay(NamedTuple):
    """A day and a film as plays tell of it: those that tell it alike are counted together.

    So what a trend shows of a film is always what a play that is there says. ``film`` is
    what ``told_film`` made.
    """

    day: date
    film_key: str
    film: str


def told_film(movie: Movie) -> str:
    """What a trend needs of a film as a play tells it, as text.

    >>> told_film(Movie("Heat", 1995, "heat|1995", genres=("Crime",)))
    '["Heat",1995,["Crime"],null]'
    """
    return _told(movie.title, movie.year, movie.genres, movie.poster_url)


@lru_cache(maxsize=50_000)  # the same films come again and again
def _told(*film: object) -> str:
    return json.dumps(film, ensure_ascii=False, separators=(",", ":"))


def film_told(film_key: str, text: str) -> Movie:
    """The film that ``told_film`` wrote down."""
    title, year, genres, poster_url = json.loads(text)
    return Movie(title, year, film_key, genres=tuple(genres), poster_url=poster_url)


class DayCount(NamedTuple):
    """Plays of a film added on a day, and the film as they tell it."""

    plays: int
    movie: Movie


@dataclass(frozen=True, slots=True)
class TopMovie:
    """A film of the top list. ``poster_url`` is None when none is known."""

    title: str
    year: int | None
    count: int
    poster_url: str | None


@dataclass(frozen=True, slots=True)
class Movement:
    """A film of the top list now and ``MOVEMENT_DAYS`` days ago; ranks count from 1.

    Films with as many plays share a rank. ``previous_rank`` is None for a film that had no play
    in the earlier window.
    """

    title: str
    year: int | None
    rank: int
    previous_rank: int | None
    count: int
    previous_count: int


@dataclass(frozen=True, slots=True)
class GenreMovement:
    """Plays of a trending genre now and ``MOVEMENT_DAYS`` days ago."""

    genre: str
    count: int
    previous_count: int


@dataclass(frozen=True, slots=True)
class GlobalTrend:
    """The last ``window_days`` days: films and genres with the most plays first.

    The movements are of the films in ``top_movies`` and of the ``trending_genres``.
    """

    top_movies: tuple[TopMovie, ...]
    trending_genres: tuple[tuple[str, int], ...]
    movie_counts: Mapping[str, int]
    genre_counts: Mapping[str, int]
    poster_cache: Mapping[str, str]
    window_days: int = WINDOW_DAYS
    movements: tuple[Movement, ...] = ()
    genre_movements: tuple[GenreMovement, ...] = ()


def in_window(day: date, today: date, window_days: int = WINDOW_DAYS) -> bool:
    """Whether plays added on ``day`` are part of the trend on ``today``.

    A film leaves ``window_days`` days after it was added: with 30, it is in on days 0-29. One
    that is dated ahead, by a clock that is wrong, comes in on its day.
    """
    return today - timedelta(days=window_days) < day <= today


def first_day(today: date, window_days: int = WINDOW_DAYS) -> date:
    """The first day that the trend on ``today`` and its movements count."""
    return today - timedelta(days=window_days - 1 + MOVEMENT_DAYS)


def summarize(
    days: Iterable[tuple[FilmDay, DayCount]], today: date, window_days: int = WINDOW_DAYS
) -> GlobalTrend:
    """Add up the days inside the window; the order of ``days`` makes no difference.

    Films with as many plays share a rank: the one added latest stands first, then title and
    year decide. ``days`` begin with ``first_day``, or there are movements missing.
    """
    then = today - timedelta(days=MOVEMENT_DAYS)
    days = list(days)
    now = _Window(item for item in days if in_window(item[0].day, today, window_days))
    before = _Window(item for item in days if in_window(item[0].day, then, window_days))
    counts, movies = now.counts, now.movies
    top = now.ranked[:TOP_MOVIES]
    named = {k: (movies[k].title, movies[k].year) for k in top}
    listed = now.ranked[:MAX_MOVIE_COUNTS]
    titles = Counter(movies[k].title for k in listed)
    labels = {k: _label(movies[k], titles) for k in listed}
    trending_genres = now.ranked_genres[:TOP_MOVIES]
    ranks, previous_ranks = now.ranks(), before.ranks()
    return GlobalTrend(
        top_movies=tuple(TopMovie(*named[k], counts[k], movies[k].poster_url) for k in top),
        trending_genres=tuple(trending_genres),
        movie_counts={labels[k]: counts[k] for k in listed},
        genre_counts=dict(now.ranked_genres[:MAX_GENRE_COUNTS]),
        poster_cache={labels[k]: p for k in listed if (p := movies[k].poster_url)},
        window_days=window_days,
        movements=tuple(
            Movement(
                *named[k], ranks[k], previous_ranks.get(k), counts[k], max(before.counts[k], 0)
            )
            for k in top
        ),
        genre_movements=tuple(
            GenreMovement(genre, n, max(before.genres[genre], 0))
            for genre, n in trending_genres
        ),
    )


class _Window:
    """Counts by ``film_key`` and by genre, and both in order; those down to 0 are left out.

    A film is what plays that are counted tell of it.
    """

    def __init__(self, days: Iterable[tuple[FilmDay, DayCount]]) -> None:
        self.counts: Counter[str] = Counter()
        self.movies: dict[str, Movie] = {}
        self._latest: dict[str, date] = {}
        for (day, film_key), stored in days:
            self.counts[film_key] += stored.plays
            if stored.plays > 0:
                self._latest[film_key] = max(day, self._latest.get(film_key, day))
                known = self.movies.get(film_key)
                if known is None or _preference(stored.movie) < _preference(known):
                    self.movies[film_key] = stored.movie
        self.genres: Counter[str] = Counter()
        for film_key, movie in self.movies.items():
            for genre in movie.genres:
                self.genres[genre] += self.counts[film_key]
        self.ranked = sorted((k for k, n in self.counts.items() if n > 0), key=self._place)
        self.ranked_genres = sorted(
            ((g, n) for g, n in self.genres.items() if n > 0),
            key=lambda item: (-item[1], item[0]),
        )

    def ranks(self) -> dict[str, int]:
        """The rank of each film: one more than there are films with more plays."""
        ranks: dict[str, int] = {}
        first: dict[int, int] = {}
        for place, film_key in enumerate(self.ranked, 1):
            ranks[film_key] = first.setdefault(self.counts[film_key], place)
        return ranks

    def _place(self, film_key: str) -> tuple[int, int, str, int]:
        movie, latest = self.movies[film_key], self._latest[film_key]
        return -self.counts[film_key], -latest.toordinal(), movie.title, movie.year or 0


def _preference(movie: Movie) -> tuple[bool, bool, str, str, int, tuple[str, ...]]:
    """Among snapshots of one film: one with a poster, with genres, then the first title.

    The rest of what a trend tells decides between those that are still alike.
    """
    poster, genres, title = movie.poster_url, movie.genres, movie.title
    return poster is None, not genres, title, poster or "", movie.year or 0, genres


def _label(movie: Movie, titles: Mapping[str, int]) -> str:
    return movie.title if titles[movie.title] == 1 else f"{movie.title} ({movie.year})"
