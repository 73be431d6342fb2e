"""What answers look like: the models that routes share, and the problems they document."""

from datetime import datetime, tzinfo
from typing import Annotated, Any, Self

from fastapi import Path
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo

from cinestats.domain.affinity import AffinityType


class Answer(BaseModel):
    """A JSON answer. A field that its model does not name is a bug, not a leak."""

    model_config = ConfigDict(extra="forbid")

    @classmethod
    def of(cls, record: object, zone: tzinfo, **others: object) -> Self:
        """The fields of ``record``, except for ``others``; moments are shown in ``zone``."""
        names = cls.model_fields.keys() - others.keys()
        values = {name: getattr(record, name) for name in names}
        return cls.model_validate({**values, **others}, context=zone)


def _shown(value: object, info: ValidationInfo) -> object:
    return value.astimezone(info.context).isoformat() if isinstance(value, datetime) else value


Moment = Annotated[
    str,
    BeforeValidator(_shown),
    Field(json_schema_extra={"format": "date-time"}, examples=["2025-01-21T00:45:00+01:00"]),
]
Day = Annotated[str, Field(json_schema_extra={"format": "date"}, examples=["2025-01-20"])]
Id = Annotated[str, Field(examples=["019483f0-0000-7000-8000-000000000000"])]
Stars = Annotated[float, Field(ge=0.5, le=5, multiple_of=0.5, examples=[4.5])]
Mean = Annotated[float, Field(ge=0.5, le=5, examples=[3.875])]
"""A mean of ratings in stars."""
Count = Annotated[int, Field(ge=0, examples=[7])]
Minutes = Annotated[int, Field(ge=0, examples=[148])]
Position = Annotated[int, Field(ge=0, examples=[417])]
"""A place in the log, to be waited for with ``at_least``."""
FilmName = Annotated[str, Field(examples=["Inception"])]
FilmYear = Annotated[int, Field(examples=[2010])]
PersonName = Annotated[str, Field(examples=["Christopher Nolan"])]
UserId = Annotated[str, Field(examples=["anna"])]
PosterUrl = Annotated[str, Field(examples=["https://films.example/inception.jpg"])]
CreditType = Annotated[
    AffinityType, Path(description="What kind of name it is.", examples=["director"])
]
CreditName = Annotated[
    str, Path(description="The name, whatever it holds.", examples=["Christopher Nolan"])
]
NextCursor = Annotated[str, Field(examples=["WyJ3YXRjaGVkIiwiMjAyNS0wMS0yMCJd"])]


class EntryAnswer(Answer):
    """A play of a film; ``rating`` in stars, ``duration`` in minutes."""

    entry_id: Id
    name: FilmName
    year: FilmYear | None
    rating: Stars | None
    watched_date: Day | None
    added_on: Day
    genres: list[str] = Field(examples=[["Sci-Fi", "Action"]])
    director: list[str] = Field(examples=[["Christopher Nolan"]])
    actors: list[str] = Field(examples=[["Leonardo DiCaprio"]])
    duration: Minutes | None
    poster_url: PosterUrl | None


class ProblemAnswer(BaseModel):
    """A problem document (RFC 9457)."""

    type: str = Field(examples=["urn:cinestats:invalid-input"])
    title: str = Field(examples=["Unprocessable Content"])
    status: int = Field(ge=400, le=599, examples=[422])
    detail: str = Field(examples=["year: must be from 1870 to 2200, not 99."])
    field: str | None = Field(default=None, examples=["year"])


def header(description: str, kind: str = "string") -> dict[str, Any]:
    """What a header of an answer is, as OpenAPI has it."""
    return {"description": description, "schema": {"type": kind}}


_RETRY_AFTER = {"Retry-After": header("In how many seconds to try again.", "integer")}


def _problem(description: str, headers: dict[str, Any] | None = None) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/ProblemAnswer"}
    return {
        "description": description,
        "headers": headers or {},
        "content": {"application/problem+json": {"schema": schema}},
    }


PROBLEMS: dict[int | str, dict[str, Any]] = {
    400: _problem("The request cannot be read."),
    401: _problem("A credential is needed."),
    403: _problem("The credential does not allow this."),
    404: _problem("There is nothing at this address for you."),
    422: _problem("A value is refused; `field` names it."),
    429: _problem("Too many requests; `Retry-After` says when.", _RETRY_AFTER),
    503: _problem("Not now; `Retry-After` says when.", _RETRY_AFTER),
}

WRITE_PROBLEMS: dict[int | str, dict[str, Any]] = {
    **PROBLEMS,
    409: _problem("It does not fit what is there already."),
    413: _problem("The body is too large."),
    415: _problem("The body is of another media type."),
    507: _problem("There is no room for another write."),
}
"""The problems of a route that writes."""
