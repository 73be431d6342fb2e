"""Figures that are worked out when they are asked for: ``OverviewAnswer.of(overview, …)``.

Ratings in stars, times in minutes.
"""

from typing import Annotated, Any

from pydantic import AliasPath, Field

from cinestats.domain.affinity import AffinityType
from cinestats.domain.figures.period import PeriodKind

from . import fields as f
from .fields import Answer, Count
from .read_models import TotalsAnswer


def _at(*path: str) -> Any:
    """The field that is found in the values at this path."""
    return Field(validation_alias=AliasPath(*path))


_Name = Annotated[f.FilmName, _at("movie", "title")]
_Year = Annotated[f.FilmYear | None, _at("movie", "year")]
_Poster = Annotated[f.PosterUrl | None, _at("movie", "poster_url")]


class PeriodAnswer(Answer):
    """The days that are counted, both included; null is no bound."""

    name: str = Field(examples=["2024"])
    kind: PeriodKind = Field(examples=["calendar"])
    from_: f.Day | None = Field(
        validation_alias="first", serialization_alias="from", examples=["2024-01-01"]
    )
    to: f.Day | None = Field(validation_alias="last", examples=["2024-12-31"])


class RankedAnswer(Answer):
    """A name with its plays, distinct films, rated plays and means in stars."""

    name: f.PersonName
    plays: Count
    films: Count
    rated: Count
    mean: f.Mean | None
    shrunk_mean: f.Mean | None


class RankingsAnswer(Answer):
    """The first 10 names in three orders; `by_rating` goes by the shrunk mean."""

    by_plays: list[RankedAnswer]
    by_films: list[RankedAnswer]
    by_rating: list[RankedAnswer]


class StreaksAnswer(Answer):
    """Runs of days in a row with a play."""

    longest_days: Count
    longest_end: f.Day | None
    latest_days: Count
    latest_end: f.Day | None


class RewatchedAnswer(Answer):
    """A film with more than one play."""

    name: _Name
    year: _Year
    plays: Count
    poster_url: _Poster
    last_watched: f.Day | None


class MilestoneAnswer(Answer):
    """The play that was the `number`-th of the period."""

    number: int = Field(examples=[100])
    entry: f.Play


class OverviewAnswer(Answer):
    """The figures of a period. Ratings in stars, durations in minutes.

    `top_rated` are the films of at least `top_rated_from` stars, the best first; of those
    alike, the one seen more often, then the one seen latest.
    """

    period: PeriodAnswer
    as_of: f.Day | None
    position: f.Position
    plays: Count
    films: Count
    rewatches: Count
    undated: Count
    rated_plays: Count
    minutes: f.Minutes
    average_rating: f.Mean | None
    rating_distribution: f.ByRating
    by_month: f.ByMonth
    by_year: f.ByYear
    by_day: f.ByDay
    by_weekday: f.ByWeekday
    by_decade: f.ByDecade
    streaks: StreaksAnswer
    years: list[int] = Field(examples=[[2025, 2024]])
    directors: RankingsAnswer = _at("rankings", "director")
    actors: RankingsAnswer = _at("rankings", "actor")
    genres: RankingsAnswer = _at("rankings", "genre")
    rating_minimum_films: int = Field(examples=[3])
    top_rated: list[f.Play]
    top_rated_from: f.HalfStars = Field(examples=[4])
    recent: list[f.Play]
    longest: list[f.Play]
    rewatched: list[RewatchedAnswer]
    milestones: list[MilestoneAnswer]


class YearAnswer(TotalsAnswer):
    """The plays watched in a year, or those of a whole diary.

    The names are those of earlier versions. It is `of` an overview and its totals.
    """

    distinct_films: Count = Field(validation_alias="films")
    rewatches: Count
    undated: Count
    mean_rating: f.Mean | None = Field(validation_alias="average_rating")
    favourite_genres: list[RankedAnswer] = _at("rankings", "genre", "by_plays")
    most_watched_directors: list[RankedAnswer] = _at("rankings", "director", "by_plays")
    best_rated_directors: list[RankedAnswer] = _at("rankings", "director", "by_rating")
    most_watched_actors: list[RankedAnswer] = _at("rankings", "actor", "by_plays")
    best_rated_actors: list[RankedAnswer] = _at("rankings", "actor", "by_rating")
    top_rated: list[f.Play]
    top_rated_from: f.HalfStars = Field(examples=[4])
    recent: list[f.Play]
    by_decade: f.ByDecade
    by_weekday: f.ByWeekday
    by_day: f.ByDay
    streaks: StreaksAnswer


class CompanionAnswer(Answer):
    """A name, and how many plays it shares."""

    name: f.PersonName
    plays: Count


class CompanyAnswer(Answer):
    """The names that share the most plays, at most 5 of each type."""

    directors: list[CompanionAnswer] = Field(validation_alias="director")
    actors: list[CompanionAnswer] = Field(validation_alias="actor")
    genres: list[CompanionAnswer] = Field(validation_alias="genre")


class CreditAnswer(RankedAnswer):
    """The figures of a name, and the plays behind them, latest first."""

    type: AffinityType = Field(examples=["director"])
    minutes: f.Minutes
    first_watched: f.Day | None = Field(examples=["2019-03-02"])
    last_watched: f.Day | None
    by_year: f.ByYear
    rating_distribution: f.ByRating
    entries: list[f.Play]
    with_: CompanyAnswer = Field(validation_alias="company", serialization_alias="with")


class RatedByBothAnswer(Answer):
    """A film with the latest rating of each user, in stars."""

    name: _Name
    year: _Year
    rating: f.HalfStars
    other_rating: f.HalfStars = Field(examples=[4])
    poster_url: _Poster


class ComparisonAnswer(Answer):
    """Distinct films, and the distance of the latest ratings in stars.

    The mean distance lies from `distance_low` to `distance_high` with a confidence of 95 %
    (Student's t); both are null below 2 films, and the correlation (Pearson's) below 3. From
    fewer than `distance_minimum_films` films in `rated_common` they say nothing of two people.
    """

    user: f.UserId
    other: str = Field(examples=["bert"])
    films: Count
    other_films: Count = Field(examples=[9])
    common: Count = Field(examples=[4])
    overlap: float = Field(ge=0, le=1, examples=[0.25])
    rated_common: Count = Field(examples=[3])
    distance_minimum_films: int = Field(examples=[10])
    mean_distance: float | None = Field(ge=0, le=4.5, examples=[0.5])
    distance_low: float | None = Field(ge=0, le=4.5, examples=[0.1])
    distance_high: float | None = Field(ge=0, le=4.5, examples=[0.9])
    correlation: float | None = Field(ge=-1, le=1, examples=[0.62])
    agree: list[RatedByBothAnswer]
    disagree: list[RatedByBothAnswer]
    only_user: list[f.Play]
    only_other: list[f.Play]
