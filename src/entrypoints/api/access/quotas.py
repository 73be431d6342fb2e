"""How much of the server a user has and may have."""

from fastapi import APIRouter
from pydantic import Field

from cinestats.adapters.documents.fields import Answer, Count
from cinestats.entrypoints.api.http.callers import OwnUser

from .access import InjectedAccess

router = APIRouter(prefix="/users/{user}/quota", tags=["Access"])


class UsedAnswer(Answer):
    """How much there is and how much there may be; null is without a limit."""

    used: Count
    limit: Count | None = Field(examples=[20000])


class UsageAnswer(Answer):
    """The entries, the bytes of the log, the tokens and the webhooks of a user."""

    entries: UsedAnswer
    storage_bytes: UsedAnswer
    tokens: UsedAnswer
    webhooks: UsedAnswer


@router.get("")
def get_usage(user: OwnUser, access: InjectedAccess) -> UsageAnswer:
    """What the user has and may have. Who runs the server sets it."""
    return UsageAnswer.of(access.quotas.usage(user))
