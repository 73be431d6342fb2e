"""What answers look like: the models that routes share, and the problems they document."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Answer(BaseModel):
    """A JSON answer. A field that its model does not name is a bug, not a leak."""

    model_config = ConfigDict(extra="forbid")


class EntryAnswer(Answer):
    """A play of a film; ``rating`` in stars, ``duration`` in minutes."""

    entry_id: str
    name: str
    year: int | None
    rating: float | None = Field(ge=0.5, le=5, multiple_of=0.5)
    watched_date: str | None = Field(examples=["2025-01-20"])
    added_on: str
    genres: list[str]
    director: list[str]
    actors: list[str]
    duration: int | None
    poster_url: str | None


class ProblemAnswer(BaseModel):
    """A problem document (RFC 9457)."""

    type: str = Field(examples=["urn:cinestats:invalid-input"])
    title: str
    status: int
    detail: str
    field: str | None = None


def _problem(description: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/ProblemAnswer"}
    return {
        "description": description,
        "model": ProblemAnswer,
        "content": {"application/problem+json": {"schema": schema}},
    }


PROBLEMS: dict[int | str, dict[str, Any]] = {
    400: _problem("The request cannot be read."),
    401: _problem("A credential is needed."),
    403: _problem("The credential does not allow this."),
    404: _problem("There is nothing at this address for you."),
    422: _problem("A value is refused; `field` names it."),
    429: _problem("Too many requests; `Retry-After` says when."),
    503: _problem("Not now; `Retry-After` says when."),
}
