"""Read the overview of a period, now or as it was known on a day."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from cinestats.adapters.documents import Document
from cinestats.adapters.figure_documents import overview_document
from cinestats.domain.days import parse_day
from cinestats.domain.errors import InvalidInput
from cinestats.domain.overview import overview_of
from cinestats.domain.period import PeriodKind, parse_period
from cinestats.entrypoints.api.http.answers import (
    Answer,
    Count,
    Day,
    EntryAnswer,
    FilmName,
    FilmYear,
    Mean,
    Minutes,
    PersonName,
    Position,
    PosterUrl,
)
from cinestats.entrypoints.api.http.etag import CONDITIONAL, Condition
from cinestats.entrypoints.api.http.services import Injected, UserToRead

router = APIRouter(tags=["Statistics"])


class PeriodAnswer(Answer):
    """The days that are counted, both included; null is no bound."""

    name: str = Field(examples=["2024"])
    kind: PeriodKind = Field(examples=["calendar"])
    from_: Day | None = Field(alias="from", examples=["2024-01-01"])
    to: Day | None = Field(examples=["2024-12-31"])


class RankedAnswer(Answer):
    """A name with its plays, distinct films, rated plays and means in stars."""

    name: PersonName
    plays: Count
    films: Count
    rated: Count
    mean: Mean | None
    shrunk_mean: Mean | None


class RankingsAnswer(Answer):
    """The first 10 names in three orders; `by_rating` goes by the shrunk mean."""

    by_plays: list[RankedAnswer]
    by_films: list[RankedAnswer]
    by_rating: list[RankedAnswer]


class StreaksAnswer(Answer):
    """Runs of days in a row with a play."""

    longest_days: Count
    longest_end: Day | None
    latest_days: Count
    latest_end: Day | None


class RewatchedAnswer(Answer):
    """A film with more than one play."""

    name: FilmName
    year: FilmYear | None
    plays: Count
    poster_url: PosterUrl | None
    last_watched: Day | None


class MilestoneAnswer(Answer):
    """The play that was the `number`-th of the period."""

    number: int = Field(examples=[100])
    entry: EntryAnswer


class OverviewAnswer(Answer):
    """The figures of a period. Ratings in stars, durations in minutes."""

    period: PeriodAnswer
    as_of: Day | None
    position: Position
    plays: Count
    films: Count
    rewatches: Count
    undated: Count
    rated_plays: Count
    minutes: Minutes
    average_rating: Mean | None
    rating_distribution: dict[str, int] = Field(examples=[{"0_5": 1, "4": 7}])
    by_month: dict[str, int] = Field(examples=[{"2024-05": 9}])
    by_year: dict[str, int] = Field(examples=[{"2024": 120}])
    by_day: dict[str, int] = Field(examples=[{"2024-05-01": 2}])
    by_weekday: list[int] = Field(
        min_length=7, max_length=7, examples=[[9, 4, 5, 6, 21, 40, 35]]
    )
    by_decade: dict[str, int] = Field(examples=[{"1990": 31}])
    streaks: StreaksAnswer
    years: list[int] = Field(examples=[[2025, 2024]])
    directors: RankingsAnswer
    actors: RankingsAnswer
    genres: RankingsAnswer
    rating_minimum_films: int = Field(examples=[3])
    top_rated: list[EntryAnswer]
    recent: list[EntryAnswer]
    longest: list[EntryAnswer]
    rewatched: list[RewatchedAnswer]
    milestones: list[MilestoneAnswer]


@router.get("/users/{user}/overview", response_model=OverviewAnswer, responses=CONDITIONAL)
def get_overview(
    user: UserToRead,
    services: Injected,
    condition: Condition,
    period: Annotated[
        str,
        Query(
            max_length=40,
            description="`all`, a calendar year or month, `last-30-days`, or a range of days.",
            examples=["all", "2024", "2024-05", "last-30-days", "2024-05-01..2024-06-15"],
        ),
    ] = "all",
    as_of: Annotated[
        str | None, Query(description="As known at the end of this day, such as 2025-01-20.")
    ] = None,
) -> Document:
    """Everything the overview shows of a period; all zero for a user without a diary.

    A period holds the plays that were watched in it, and only `all` those of an unknown
    day. `last-30-days` ends today, or on the day of `as_of`.
    """
    today = services.day_of(services.clock())
    day = None if as_of is None else past_day(as_of, today)
    asked = parse_period(period, day or today)
    reader = services.diary_reader
    state = reader.position(user) if day is None else reader.history_version(user)
    condition.check(state, asked)
    position, entries = reader.read(user, day)
    return overview_document(overview_of(entries, asked), position, day)


def past_day(text: str, today: date) -> date:
    """The day of ``as_of``; raises InvalidInput for one that is none, or to come."""
    day = parse_day(text, "as_of")
    if day > today:
        raise InvalidInput("as_of", f"must not be after today ({today}), but is {day}")
    return day
