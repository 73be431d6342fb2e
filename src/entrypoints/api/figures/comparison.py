"""Read two diaries side by side."""

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import Field
from starlette.exceptions import HTTPException

from cinestats.adapters.documents import Document
from cinestats.adapters.figure_documents import comparison_document
from cinestats.application.access.accounts import MAX_USER_LENGTH
from cinestats.domain.comparison import compare
from cinestats.domain.movie import clean_text
from cinestats.entrypoints.api.http.answers import (
    Answer,
    Count,
    EntryAnswer,
    FilmName,
    FilmYear,
    PosterUrl,
    Stars,
    UserId,
)
from cinestats.entrypoints.api.http.etag import CONDITIONAL, Condition
from cinestats.entrypoints.api.http.services import Caller, Injected, UserToRead

router = APIRouter(tags=["Statistics"])


class RatedByBothAnswer(Answer):
    """A film with the latest rating of each user, in stars."""

    name: FilmName
    year: FilmYear | None
    rating: Stars
    other_rating: Stars = Field(examples=[4])
    poster_url: PosterUrl | None


class ComparisonAnswer(Answer):
    """Distinct films, and the distance of the latest ratings in stars.

    The mean distance lies from `distance_low` to `distance_high` with a confidence of 95 %
    (Student's t); both are null below 2 films, and the correlation (Pearson's) below 3.
    """

    user: UserId
    other: str = Field(examples=["bert"])
    films: Count
    other_films: Count = Field(examples=[9])
    common: Count = Field(examples=[4])
    overlap: float = Field(ge=0, le=1, examples=[0.25])
    rated_common: Count = Field(examples=[3])
    mean_distance: float | None = Field(ge=0, le=4.5, examples=[0.5])
    distance_low: float | None = Field(ge=0, le=4.5, examples=[0.1])
    distance_high: float | None = Field(ge=0, le=4.5, examples=[0.9])
    correlation: float | None = Field(ge=-1, le=1, examples=[0.62])
    agree: list[RatedByBothAnswer]
    disagree: list[RatedByBothAnswer]
    only_user: list[EntryAnswer]
    only_other: list[EntryAnswer]


@router.get(
    "/users/{user}/compare/{other}", response_model=ComparisonAnswer, responses=CONDITIONAL
)
def compare_users(
    user: UserToRead,
    other: Annotated[
        str,
        Path(
            min_length=1,
            max_length=MAX_USER_LENGTH,
            description="Whose diary it is laid beside.",
        ),
    ],
    caller: Caller,
    services: Injected,
    condition: Condition,
) -> Document:
    """Lay two diaries side by side; the caller must be allowed to read both of them."""
    other = clean_text(other, "other", MAX_USER_LENGTH)
    if not services.may_read(caller, other):
        raise HTTPException(404)
    reader = services.diary_reader
    condition.check(reader.position(user), reader.position(other))
    comparison = compare(reader.read(user).entries, reader.read(other).entries)
    return comparison_document(user, other, comparison)
