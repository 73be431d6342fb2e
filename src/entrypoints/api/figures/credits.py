"""Read the page of a director, an actor or a genre."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from cinestats.adapters.documents import Document
from cinestats.adapters.figure_documents import credit_document
from cinestats.domain.affinity import AffinityType
from cinestats.domain.credits import credit_figures
from cinestats.domain.errors import EntryNotFound
from cinestats.entrypoints.api.http.answers import (
    Answer,
    Count,
    CreditName,
    CreditType,
    Day,
    EntryAnswer,
    Minutes,
    PersonName,
)
from cinestats.entrypoints.api.http.etag import CONDITIONAL, Condition
from cinestats.entrypoints.api.http.services import Injected, UserToRead

from .overview import RankedAnswer

router = APIRouter(tags=["Statistics"])

MAX_ENTRIES = 5000


class CompanionAnswer(Answer):
    """A name, and how many plays it shares."""

    name: PersonName
    plays: Count


class CompanyAnswer(Answer):
    """The names that share the most plays, at most 5 of each type."""

    directors: list[CompanionAnswer]
    actors: list[CompanionAnswer]
    genres: list[CompanionAnswer]


class CreditAnswer(RankedAnswer):
    """The figures of a name, and the plays behind them, latest first."""

    type: AffinityType = Field(examples=["director"])
    minutes: Minutes
    first_watched: Day | None = Field(examples=["2019-03-02"])
    last_watched: Day | None
    by_year: dict[str, int] = Field(examples=[{"2024": 3}])
    rating_distribution: dict[str, int] = Field(examples=[{"4_5": 2}])
    entries: list[EntryAnswer]
    with_: CompanyAnswer = Field(alias="with")


@router.get(
    "/users/{user}/credits/{type}/{name:path}",
    response_model=CreditAnswer,
    responses=CONDITIONAL,
)
def get_credit(
    user: UserToRead,
    type: CreditType,
    name: CreditName,
    services: Injected,
    condition: Condition,
    limit: Annotated[
        int, Query(ge=1, le=MAX_ENTRIES, description="How many entries at most.")
    ] = MAX_ENTRIES,
) -> Document:
    """What a user's plays of a director, an actor or a genre say; 404 where there are none."""
    condition.check(services.diary_reader.position(user))
    _, entries = services.diary_reader.read(user)
    figures = credit_figures(entries, type, name)
    if figures is None:
        raise EntryNotFound(f"{name} is behind no figure of {user}.")
    return credit_document(figures, limit)
