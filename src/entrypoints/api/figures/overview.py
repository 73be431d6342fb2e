"""Read the figures of a period, now or as they were known on a day."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from cinestats.adapters.documents.figures import OverviewAnswer, YearAnswer
from cinestats.domain.days import parse_day
from cinestats.domain.errors import InvalidInput
from cinestats.domain.figures.overview import overview_of
from cinestats.domain.figures.period import parse_period
from cinestats.entrypoints.api.http.callers import UserToRead
from cinestats.entrypoints.api.http.etag import CONDITIONAL, Condition
from cinestats.entrypoints.api.http.services import Injected

router = APIRouter(tags=["Statistics"])


async def _past_day(
    services: Injected,
    as_of: Annotated[
        str | None, Query(description="As known at the end of this day, such as 2025-01-20.")
    ] = None,
) -> date | None:
    if as_of is None:
        return None
    day, today = parse_day(as_of, "as_of"), services.today()
    if day > today:
        raise InvalidInput("as_of", f"must not be after today ({today}), but is {day}")
    return day


AsOf = Annotated[date | None, Depends(_past_day)]
"""A day that is over or today, where the query asks for one."""


@router.get("/users/{user}/overview", responses=CONDITIONAL)
def get_overview(
    user: UserToRead,
    services: Injected,
    condition: Condition,
    as_of: AsOf,
    period: Annotated[
        str,
        Query(
            max_length=40,
            description="`all`, a calendar year or month, `last-30-days`, or a range of days.",
            examples=["all", "2024", "2024-05", "last-30-days", "2024-05-01..2024-06-15"],
        ),
    ] = "all",
) -> OverviewAnswer:
    """Everything the overview shows of a period; all zero for a user without a diary.

    A period holds the plays that were watched in it, and only `all` those of an unknown
    day. `last-30-days` ends today, or on the day of `as_of`.
    """
    asked = parse_period(period, as_of or services.today())
    reader = services.diary_reader
    state = reader.position(user) if as_of is None else reader.history_version(user)
    condition.check(state, asked)
    position, entries = reader.read(user, as_of)
    return OverviewAnswer.of(overview_of(entries, asked), position=position, as_of=as_of)


@router.get("/users/{user}/years/{year}", responses=CONDITIONAL)
def get_year(
    user: UserToRead,
    year: Annotated[
        int, Path(ge=1888, le=9999, description="When they were watched.", examples=[2024])
    ],
    services: Injected,
    condition: Condition,
) -> YearAnswer:
    """Everything that can be said of the plays watched in a year."""
    condition.check(services.diary_reader.position(user))
    asked = parse_period(str(year), services.today())
    overview = overview_of(services.diary_reader.read(user).entries, asked)
    return YearAnswer.of(overview, overview.totals)
