"""Read a user's statistics and diary, and what everybody is watching."""

import base64
import binascii
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query

from cinestats.adapters.documents import (
    Document,
    affinity_document,
    entry_document,
    full_stats_document,
    global_stats_document,
    user_stats_document,
)
from cinestats.application.explain import entries_behind
from cinestats.application.ports import UserStatsDocument
from cinestats.application.time_travel import stats_as_of
from cinestats.domain.affinity import AffinityType
from cinestats.domain.entry import Entry
from cinestats.domain.errors import InvalidInput
from cinestats.domain.rating import stars
from cinestats.domain.recompute import compute_user_stats
from cinestats.domain.user_stats import UserStats

from .bodies import parse_day
from .problems import NotYet
from .services import Injected, UserToRead

router = APIRouter(tags=["Statistics"])


@router.get("/users/{user}/stats")
def get_stats(
    user: UserToRead,
    services: Injected,
    as_of: Annotated[
        str | None, Query(description="As known at the end of this day, such as 2025-01-20.")
    ] = None,
) -> Document:
    """A user's statistics; all zero for a user without a diary."""
    if as_of is None:
        stored = services.statistics.user_stats(user)
        if stored is None:
            stored = UserStatsDocument(user, UserStats(), services.clock(), 0)
    else:
        day = parse_day(as_of, "as_of")
        full = stats_as_of(services.history.of_user(user), day, services.zone)
        stored = UserStatsDocument(user, full.stats, services.clock(), services.position(user))
    rated, total = stored.stats.rated_count, stored.stats.sum_ratings
    return {
        **user_stats_document(stored, services.zone),
        "average_rating": stars(total) / rated if rated else None,
    }


@router.get("/users/{user}/affinities")
def list_affinities(
    user: UserToRead,
    services: Injected,
    type: AffinityType,
    by: Literal["count", "rating"] = "count",
    limit: Annotated[int, Query(ge=1, le=1000)] = 50,
) -> Document:
    """The directors, actors or genres with the most plays, or the best mean rating, first."""
    found = services.statistics.affinities(user, type, by, limit)
    return {"items": [affinity_document(stored, services.zone) for stored in found]}


@router.get("/users/{user}/affinities/{type}/{name:path}/entries")
def explain_affinity(
    user: UserToRead, type: AffinityType, name: str, services: Injected
) -> Document:
    """The entries behind a figure such as "Christopher Nolan: 7", latest first."""
    found = entries_behind(services.diaries.entries(user), type, name)
    return {"items": [entry_document(entry) for entry in found]}


@router.get("/users/{user}/diary")
def list_diary(
    user: UserToRead,
    services: Injected,
    limit: Annotated[int, Query(ge=1, le=1000)] = 50,
    cursor: Annotated[
        str | None, Query(max_length=4000, description="The next_cursor of the page before.")
    ] = None,
) -> Document:
    """The diary, latest first and plays without a date last; null ends the pages."""
    entries = sorted(services.diaries.entries(user), key=_place, reverse=True)
    if cursor is not None:
        last = _place_of(cursor)
        entries = [entry for entry in entries if _place(entry) < last]
    page = entries[:limit]
    return {
        "items": [entry_document(entry) for entry in page],
        "next_cursor": _cursor(page[-1]) if len(entries) > limit else None,
    }


@router.get("/users/{user}/years/{year}")
def get_year(
    user: UserToRead, year: Annotated[int, Path(ge=1888, le=9999)], services: Injected
) -> Document:
    """Everything that can be said of the plays watched in a year."""
    entries = [
        entry
        for entry in services.diaries.entries(user)
        if entry.watched_on is not None and entry.watched_on.year == year
    ]
    return full_stats_document(compute_user_stats(entries))


@router.get("/trends")
def get_trends(services: Injected) -> Document:
    """What everybody added to their diaries in the last 30 days."""
    current = services.board.get()
    if current is None:
        raise NotYet("The trends are not worked out yet; try again.")
    return global_stats_document(*current, services.zone)


_Place = tuple[str, str, str]


def _place(entry: Entry) -> _Place:
    """Where an entry stands in the diary; no two stand in one place."""
    watched = "" if entry.watched_on is None else entry.watched_on.isoformat()
    return watched, entry.added_on.isoformat(), entry.entry_id


def _cursor(entry: Entry) -> str:
    return base64.urlsafe_b64encode(" ".join(_place(entry)).encode()).decode()


def _place_of(cursor: str) -> _Place:
    try:
        watched, added, entry_id = base64.urlsafe_b64decode(cursor).decode().split(" ", 2)
    except (binascii.Error, ValueError) as error:
        raise InvalidInput("cursor", "is not the next_cursor of a page") from error
    return watched, added, entry_id
