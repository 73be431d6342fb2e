"""Read what is counted as it happens: a user's statistics and affinities, and the trends."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from cinestats.adapters.documents.fields import Answer
from cinestats.adapters.documents.read_models import AffinityAnswer, StatsAnswer, TrendsAnswer
from cinestats.application.figures.ports import UserStatsDocument
from cinestats.domain.affinity import AffinityType
from cinestats.domain.figures.coverage import coverage_of
from cinestats.domain.recompute import totals_of
from cinestats.domain.user_stats import UserStats
from cinestats.entrypoints.api.http.callers import SignedIn, UserToRead
from cinestats.entrypoints.api.http.cursors import Limit
from cinestats.entrypoints.api.http.etag import CONDITIONAL, Condition
from cinestats.entrypoints.api.http.problems import NotYet
from cinestats.entrypoints.api.http.services import Injected

from .overview import AsOf

router = APIRouter(tags=["Statistics"])


class AffinitiesAnswer(Answer):
    """Names in their order."""

    items: list[AffinityAnswer]


@router.get("/users/{user}/stats", responses=CONDITIONAL)
def get_stats(
    user: UserToRead, services: Injected, condition: Condition, as_of: AsOf
) -> StatsAnswer:
    """A user's statistics; all zero for a user without a diary."""
    if as_of is None:
        stored = services.models.user_stats(user)
        condition.check(_version(stored), services.diary_reader.position(user))
        if stored is None:
            stored = UserStatsDocument(user, UserStats(), services.clock(), 0)
        entries = services.diary_reader.read(user).entries
    else:
        condition.check(services.diary_reader.history_version(user))
        position, entries = services.diary_reader.read(user, as_of)
        stored = UserStatsDocument(user, totals_of(entries), services.clock(), position)
    return StatsAnswer.stored(stored, coverage_of(entries), services.zone)


@router.get("/users/{user}/affinities", responses=CONDITIONAL)
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
) -> AffinitiesAnswer:
    """The directors, actors or genres with the most plays, or the best mean rating, first."""
    condition.check(_version(services.models.user_stats(user)))
    found = services.models.affinities(user, type, by, limit)
    return AffinitiesAnswer(
        items=[AffinityAnswer.stored(stored, services.zone) for stored in found]
    )


@router.get("/trends", responses=CONDITIONAL)
def get_trends(_: SignedIn, services: Injected, condition: Condition) -> TrendsAnswer:
    """What everybody added to their diaries in the last 30 days."""
    current = services.models.get()
    if current is None:
        raise NotYet("The trends are not worked out yet; try again.")
    condition.check(current[1])
    return TrendsAnswer.stored(*current, services.zone)


def _version(stored: UserStatsDocument | None) -> object:
    """What changes with a user's documents; a rebuild changes them without an event."""
    return None if stored is None else (stored.position, stored.updated_at)
