"""Read what is behind the figures of a director, an actor or a genre."""

from typing import Annotated

from fastapi import APIRouter, Query

from cinestats.adapters.documents.fields import Answer, Play
from cinestats.adapters.documents.figures import CreditAnswer
from cinestats.domain.errors import EntryNotFound
from cinestats.domain.figures.credits import credit_figures, entries_behind
from cinestats.entrypoints.api.http.answers import CreditName, CreditType
from cinestats.entrypoints.api.http.callers import UserToRead
from cinestats.entrypoints.api.http.etag import CONDITIONAL, Condition
from cinestats.entrypoints.api.http.services import Injected

router = APIRouter(tags=["Statistics"])

MAX_ENTRIES = 5000


class EntriesAnswer(Answer):
    """Plays, latest first."""

    items: list[Play]


@router.get("/users/{user}/affinities/{type}/{name:path}/entries", responses=CONDITIONAL)
def explain_affinity(
    user: UserToRead,
    type: CreditType,
    name: CreditName,
    services: Injected,
    condition: Condition,
) -> EntriesAnswer:
    """The entries behind a figure such as "Christopher Nolan: 7", latest first."""
    condition.check(services.diary_reader.position(user))
    found = entries_behind(services.diary_reader.read(user).entries, type, name)
    return EntriesAnswer.of(items=found)


@router.get("/users/{user}/credits/{type}/{name:path}", responses=CONDITIONAL)
def get_credit(
    user: UserToRead,
    type: CreditType,
    name: CreditName,
    services: Injected,
    condition: Condition,
    limit: Annotated[
        int, Query(ge=1, le=MAX_ENTRIES, description="How many entries at most.")
    ] = MAX_ENTRIES,
) -> CreditAnswer:
    """What a user's plays of a director, an actor or a genre say; 404 where there are none."""
    condition.check(services.diary_reader.position(user))
    figures = credit_figures(services.diary_reader.read(user).entries, type, name)
    if figures is None:
        raise EntryNotFound(f"{name} is behind no figure of {user}.")
    return CreditAnswer.of(figures, figures.ranked, entries=figures.entries[:limit])
