"""What answers look like: the models that routes share, and the problems they document."""

from typing import Annotated, Any

from fastapi import Path, Response
from pydantic import BaseModel, Field

from cinestats.domain.affinity import AffinityType

CreditType = Annotated[
    AffinityType, Path(description="What kind of name it is.", examples=["director"])
]
CreditName = Annotated[
    str, Path(description="The name, whatever it holds.", examples=["Christopher Nolan"])
]
NextCursor = Annotated[str, Field(examples=["WyJ3YXRjaGVkIiwiMjAyNS0wMS0yMCJd"])]


class ProblemAnswer(BaseModel):
    """A problem document (RFC 9457)."""

    type: str = Field(examples=["urn:cinestats:invalid-input"])
    title: str = Field(examples=["Unprocessable Content"])
    status: int = Field(ge=400, le=599, examples=[422])
    detail: str = Field(examples=["year: must be from 1870 to 2200, not 99."])
    field: str | None = Field(default=None, examples=["year"])
    columns: list[str] | None = Field(
        default=None,
        description="The columns of a table of which nobody knows which holds the titles.",
        examples=[["Film seen", "When"]],
    )
    readings: dict[str, str] | None = Field(
        default=None,
        description="What a day of a file is by each order that its column fits.",
        examples=[{"mdy": "2024-01-02", "dmy": "2024-02-01"}],
    )


def header(description: str, kind: str = "string") -> dict[str, Any]:
    """What a header of an answer is, as OpenAPI has it."""
    return {"description": description, "schema": {"type": kind}}


def answer(description: str, media_type: str, schema: Any, example: object) -> dict[str, Any]:
    """What an answer is that no model describes, as OpenAPI has it."""
    content = {media_type: {"schema": schema, "example": example}}
    return {"description": description, "content": content}


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

"""The problems of every route that asks who calls."""

WRITE_PROBLEMS: dict[int | str, dict[str, Any]] = {
    409: _problem("It does not fit what is there already."),
    413: _problem("The body is too large."),
    415: _problem("The body is of another media type."),
    507: _problem("There is no room for another write."),
}
"""The problems that a route that writes has besides."""

NO_CONTENT: dict[str, Any] = {
    "status_code": 204,
    "response_class": Response,  # FastAPI's own would call nothing JSON
    "responses": WRITE_PROBLEMS,
}
"""What a route that writes is told when it answers nothing."""
