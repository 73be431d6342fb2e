"""Read two diaries side by side."""

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.exceptions import HTTPException

from cinestats.adapters.documents.figures import ComparisonAnswer
from cinestats.application.access.accounts import MAX_USER_LENGTH
from cinestats.domain.figures.comparison import compare
from cinestats.domain.texts import clean_text
from cinestats.entrypoints.api.http.callers import Caller, UserToRead
from cinestats.entrypoints.api.http.etag import CONDITIONAL, Condition
from cinestats.entrypoints.api.http.services import Injected

router = APIRouter(tags=["Statistics"])


@router.get("/users/{user}/compare/{other}", responses=CONDITIONAL)
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
) -> ComparisonAnswer:
    """Lay two diaries side by side; the caller must be allowed to read both of them."""
    other = clean_text(other, "other", MAX_USER_LENGTH)
    if not services.may_read(caller, other):
        raise HTTPException(404)
    reader = services.diary_reader
    condition.check(reader.position(user), reader.position(other))
    comparison = compare(reader.read(user).entries, reader.read(other).entries)
    return ComparisonAnswer.of(comparison, user=user, other=other)
