"""Read a user's statistics: the stored documents, a year, and the entries behind a figure."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query
from pydantic import Field

from cinestats.adapters.documents import (
    Document,
    affinity_document,
    entry_document,
    full_stats_document,
    user_stats_document,
)
from cinestats.application.figures.explain import entries_behind
from cinestats.application.figures.ports import UserStatsDocument
from cinestats.domain.affinity import AffinityType
from cinestats.domain.rating import stars
from cinestats.domain.recompute import compute_user_stats, totals_of
from cinestats.domain.user_stats import UserStats
from cinestats.entrypoints.api.http.answers import (
    Answer,
    Count,
    CreditName,
    CreditType,
    EntryAnswer,
    Mean,
    Minutes,
    Moment,
    PersonName,
    Position,
    UserId,
)
from cinestats.entrypoints.api.http.cursors import Limit
from cinestats.entrypoints.api.http.etag import CONDITIONAL, Condition
from cinestats.entrypoints.api.http.services import Injected, UserToRead

from .overview import RankedAnswer, StreaksAnswer, past_day

router = APIRouter(tags=["Statistics"])


class TotalsAnswer(Answer):
    """What is counted of plays; the sum of the ratings in stars."""

    total_watched: Count
    rated_count: Count
    sum_ratings: float = Field(ge=0, multiple_of=0.5, examples=[27.5])
    watch_time_minutes: Minutes
    rating_distribution: dict[str, int] = Field(examples=[{"4_5": 2}])
    monthly_counts: dict[str, dict[str, int]] = Field(examples=[{"2025": {"01": 10}}])


class StatsAnswer(TotalsAnswer):
    """The `user_stats` document, and the mean rating in stars."""

    id: str = Field(alias="_id", examples=["anna"])
    user_id: UserId
    average_rating: Mean | None
    updated_at: Moment
    stats_version: str = Field(examples=["6.0_flat_affinities"])
    position: Position


class AffinityAnswer(Answer):
    """A `user_affinities` document; sums of ratings in stars."""

    id: str = Field(alias="_id", examples=["anna_director_Christopher_Nolan"])
    user_id: UserId
    type: AffinityType = Field(examples=["director"])
    name: PersonName
    name_key: str = Field(examples=["Christopher_Nolan"])
    count: Count
    sum_voti: float = Field(ge=0, examples=[27.5])
    rated_count: Count
    rating_sum: float = Field(ge=0, examples=[27.5])
    updated_at: Moment
    position: Position


class AffinitiesAnswer(Answer):
    """Names in their order."""

    items: list[AffinityAnswer]


class EntriesAnswer(Answer):
    """Plays, latest first."""

    items: list[EntryAnswer]


class YearAnswer(TotalsAnswer):
    """The plays watched in a year."""

    distinct_films: Count
    rewatches: Count
    undated: Count
    mean_rating: Mean | None
    favourite_genres: list[RankedAnswer]
    most_watched_directors: list[RankedAnswer]
    best_rated_directors: list[RankedAnswer]
    most_watched_actors: list[RankedAnswer]
    best_rated_actors: list[RankedAnswer]
    top_rated: list[EntryAnswer]
    recent: list[EntryAnswer]
    by_decade: dict[str, int] = Field(examples=[{"1990": 31}])
    by_weekday: list[int] = Field(
        min_length=7, max_length=7, examples=[[9, 4, 5, 6, 21, 40, 35]]
    )
    by_day: dict[str, int] = Field(examples=[{"2024-05-01": 2}])
    streaks: StreaksAnswer


@router.get("/users/{user}/stats", response_model=StatsAnswer, responses=CONDITIONAL)
def get_stats(
    user: UserToRead,
    services: Injected,
    condition: Condition,
    as_of: Annotated[
        str | None, Query(description="As known at the end of this day, such as 2025-01-20.")
    ] = None,
) -> Document:
    """A user's statistics; all zero for a user without a diary."""
    if as_of is None:
        stored = services.statistics.user_stats(user)
        condition.check(_version(stored))
        if stored is None:
            stored = UserStatsDocument(user, UserStats(), services.clock(), 0)
    else:
        day = past_day(as_of, services.day_of(services.clock()))
        condition.check(services.diary_reader.history_version(user))
        position, entries = services.diary_reader.read(user, day)
        stored = UserStatsDocument(user, totals_of(entries), services.clock(), position)
    rated, total = stored.stats.rated_count, stored.stats.sum_ratings
    return {
        **user_stats_document(stored, services.zone),
        "average_rating": stars(total) / rated if rated else None,
    }


@router.get("/users/{user}/affinities", response_model=AffinitiesAnswer, responses=CONDITIONAL)
def list_affinities(
    user: UserToRead,
    services: Injected,
    condition: Condition,
    type: Annotated[
        AffinityType, Query(description="Which names to list.", examples=["director"])
    ],
    by: Annotated[
        Literal["count", "rating"], Query(description="By plays, or by the mean rating.")
    ] = "count",
    limit: Limit = 50,
) -> Document:
    """The directors, actors or genres with the most plays, or the best mean rating, first."""
    condition.check(_version(services.statistics.user_stats(user)))
    found = services.statistics.affinities(user, type, by, limit)
    return {"items": [affinity_document(stored, services.zone) for stored in found]}


@router.get(
    "/users/{user}/affinities/{type}/{name:path}/entries",
    response_model=EntriesAnswer,
    responses=CONDITIONAL,
)
def explain_affinity(
    user: UserToRead,
    type: CreditType,
    name: CreditName,
    services: Injected,
    condition: Condition,
) -> Document:
    """The entries behind a figure such as "Christopher Nolan: 7", latest first."""
    condition.check(services.diary_reader.position(user))
    found = entries_behind(services.diary_reader.read(user).entries, type, name)
    return {"items": [entry_document(entry) for entry in found]}


@router.get("/users/{user}/years/{year}", response_model=YearAnswer, responses=CONDITIONAL)
def get_year(
    user: UserToRead,
    year: Annotated[
        int, Path(ge=1888, le=9999, description="When they were watched.", examples=[2024])
    ],
    services: Injected,
    condition: Condition,
) -> Document:
    """Everything that can be said of the plays watched in a year."""
    condition.check(services.diary_reader.position(user))
    entries = [
        entry
        for entry in services.diary_reader.read(user).entries
        if entry.watched_on is not None and entry.watched_on.year == year
    ]
    return full_stats_document(compute_user_stats(entries))


def _version(stored: UserStatsDocument | None) -> object:
    """What changes with a user's documents; a rebuild changes them without an event."""
    return None if stored is None else (stored.position, stored.updated_at)
