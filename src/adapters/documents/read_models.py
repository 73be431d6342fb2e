"""What is counted as it happens: ``user_stats``, ``user_affinities`` and ``global_stats``.

Their fields are those of the collections in MongoDB, which others read.
"""

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field

from cinestats.application.figures.ports import AffinityDocument, UserStatsDocument
from cinestats.domain.affinity import AffinityType, affinity_id, name_key
from cinestats.domain.figures.coverage import Coverage
from cinestats.domain.global_trend import GenreMovement, GlobalTrend, Movement, TopMovie
from cinestats.domain.rating import stars
from cinestats.domain.user_stats import STATS_VERSION

from . import fields as f
from .fields import Answer, Count


def _by_year(counts: Mapping[tuple[int, int], int]) -> dict[str, dict[str, int]]:
    years: dict[str, dict[str, int]] = {}
    for (year, month), n in sorted(counts.items()):
        if n:
            years.setdefault(str(year), {})[f"{month:02}"] = n
    return years


class CoverageAnswer(Answer):
    """How many plays there are, and how many of them have each: so much a figure rests on.

    `credits` is a director or an actor.
    """

    plays: Count
    length: Count
    credits: Count
    genres: Count
    day: Count
    rating: Count


class TotalsAnswer(Answer):
    """What is counted of plays; the sum of the ratings in stars."""

    total_watched: Count
    rated_count: Count
    sum_ratings: f.StarSum
    watch_time_minutes: f.Minutes
    rating_distribution: f.ByRating
    monthly_counts: Annotated[
        dict[str, dict[str, int]],
        BeforeValidator(_by_year),
        Field(examples=[{"2025": {"01": 10}}]),
    ]


class _OfUser(Answer):
    id: str = Field(alias="_id", examples=["anna"])
    user_id: f.UserId


class UserStatsAnswer(TotalsAnswer, _OfUser):
    """The `user_stats` document, and what it rests on as the diary is by now."""

    updated_at: f.Moment
    stats_version: str = Field(examples=[STATS_VERSION])
    position: f.Position
    coverage: CoverageAnswer

    @classmethod
    def stored(cls, stored: UserStatsDocument, coverage: Coverage, zone: tzinfo) -> Self:
        rated, total = stored.stats.rated_count, stored.stats.sum_ratings
        return cls.of(
            stored,
            stored.stats,
            _id=stored.user_id,
            average_rating=stars(total) / rated if rated else None,
            zone=zone,
            stats_version=STATS_VERSION,
            coverage=coverage,
        )


class StatsAnswer(UserStatsAnswer):
    """The `user_stats` document, and the mean rating in stars."""

    average_rating: f.Mean | None


class AffinityAnswer(Answer):
    """A `user_affinities` document; sums of ratings in stars, `sum_voti` 0 for genres."""

    id: str = Field(alias="_id", examples=["anna_director_Christopher_Nolan"])
    user_id: f.UserId
    type: AffinityType = Field(examples=["director"])
    name: f.PersonName
    name_key: str = Field(examples=["Christopher_Nolan"])
    count: Count = Field(validation_alias="plays")
    sum_voti: f.StarSum
    rated_count: Count
    rating_sum: f.StarSum
    updated_at: f.Moment
    position: f.Position

    @classmethod
    def stored(cls, stored: AffinityDocument, zone: tzinfo) -> Self:
        user_id, type_, name, affinity, *_ = stored
        return cls.of(
            stored,
            affinity,
            _id=affinity_id(user_id, type_, name),
            name_key=name_key(name),
            sum_voti=0 if type_ == "genre" else affinity.rating_sum,
            zone=zone,
        )


class TopMovieAnswer(Answer):
    """A film of the top list."""

    name: f.FilmName = Field(validation_alias="title")
    year: f.FilmYear | None
    count: Count
    poster_url: f.PosterUrl | None


class GenreAnswer(Answer):
    """A genre and its plays."""

    genre: str = Field(examples=["Sci-Fi"])
    count: Count


class MovementAnswer(Answer):
    """A film's place now, and in the window that ended 7 days ago; null if it had none."""

    name: f.FilmName = Field(validation_alias="title")
    year: f.FilmYear | None
    rank: int = Field(ge=1, le=10, examples=[1])
    previous_rank: int | None = Field(ge=1, examples=[4])
    count: Count
    previous_count: Count = Field(examples=[3])


class GenreMovementAnswer(GenreAnswer):
    """A genre's plays now, and in the window that ended 7 days ago."""

    previous_count: Count = Field(examples=[3])


def _genres(counts: tuple[tuple[str, int], ...]) -> list[dict[str, object]]:
    return [{"genre": genre, "count": n} for genre, n in counts]


class TrendsAnswer(Answer):
    """The `global_stats` document. The movements have the order of the lists they belong to."""

    id: str = Field(alias="_id", examples=["global"])
    top_movies: list[TopMovieAnswer]
    trending_genres: Annotated[list[GenreAnswer], BeforeValidator(_genres)]
    movie_counts: dict[str, int] = Field(examples=[{"Inception": 7}])
    genre_counts: dict[str, int] = Field(examples=[{"Sci-Fi": 7}])
    poster_cache: dict[str, str] = Field(
        examples=[{"Inception": "https://films.example/inception.jpg"}]
    )
    window_days: int = Field(examples=[30])
    movements: list[MovementAnswer]
    genre_movements: list[GenreMovementAnswer]
    updated_at: f.Moment

    @classmethod
    def stored(cls, trend: GlobalTrend, updated_at: datetime, zone: tzinfo) -> Self:
        return cls.of(trend, _id="global", updated_at=updated_at, zone=zone)


def trend_of(document: Mapping[str, Any]) -> GlobalTrend:
    """The trend of a ``TrendsAnswer``'s document; earlier versions wrote no movements."""

    def named(film: Mapping[str, Any]) -> dict[str, Any]:
        return {"title" if field == "name" else field: v for field, v in film.items()}

    return GlobalTrend(
        top_movies=tuple(TopMovie(**named(film)) for film in document["top_movies"]),
        trending_genres=tuple((g["genre"], g["count"]) for g in document["trending_genres"]),
        movie_counts=document["movie_counts"],
        genre_counts=document["genre_counts"],
        poster_cache=document["poster_cache"],
        window_days=document["window_days"],
        movements=tuple(Movement(**named(film)) for film in document.get("movements", ())),
        genre_movements=tuple(GenreMovement(**g) for g in document.get("genre_movements", ())),
    )
