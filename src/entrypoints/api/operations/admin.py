"""For admins: the audit trail, rebuilding, dead letters, accounts and erasure."""

from typing import Annotated, ClassVar

from fastapi import APIRouter, Depends, Query
from pydantic import BeforeValidator, Field
from starlette.exceptions import HTTPException

from cinestats.adapters.documents.fields import Answer, Count, Id, Moment, UserId
from cinestats.application.access.accounts import MAX_USER_LENGTH, AccountNotFound
from cinestats.application.access.ports import Privacy
from cinestats.application.access.quotas import MAX_QUOTA, Quota
from cinestats.application.access.reset import reset_path
from cinestats.application.streaming.dead_letters import (
    DeadLetters,
    LetterNotFound,
    retry_letter,
)
from cinestats.domain.errors import EntryNotFound
from cinestats.domain.texts import clean_text
from cinestats.entrypoints.api.access.access import InjectedAccess
from cinestats.entrypoints.api.access.accounts import ErasureAnswer, NewPassword, erase_for_good
from cinestats.entrypoints.api.access.quotas import UsageAnswer
from cinestats.entrypoints.api.http.answers import NO_CONTENT, WRITE_PROBLEMS
from cinestats.entrypoints.api.http.bodies import Body, takes
from cinestats.entrypoints.api.http.callers import Admin, PathId, PathUser
from cinestats.entrypoints.api.http.cursors import Limit
from cinestats.entrypoints.api.http.services import Injected
from cinestats.entrypoints.api.http.turns import InTurn

router = APIRouter(prefix="/admin", tags=["Admin"])


class AuditAnswer(Answer):
    """That ``actor`` did ``action`` to ``subject``."""

    at: Moment
    actor: str = Field(examples=["anna"])
    action: str = Field(examples=["token-made"])
    subject: str = Field(examples=["anna"])
    detail: str = Field(examples=["backup: read"])


class AuditPageAnswer(Answer):
    """A page of the audit trail, the newest first; null ends the pages."""

    items: list[AuditAnswer]
    next_cursor: Id | None


class RebuildBody(Body):
    """Whose figures to recompute; null for everybody's."""

    example: ClassVar = {"user_id": "anna"}

    user_id: str | None = None


class RebuildAnswer(Answer):
    """How many users' figures were recomputed."""

    users: Count


def _shown(data: object) -> object:
    return data.decode(errors="backslashreplace") if isinstance(data, bytes) else data


_Bytes = Annotated[str | None, BeforeValidator(_shown)]


QuotaNumber = Annotated[int | None, Field(ge=0, le=MAX_QUOTA)]


class LetterAnswer(Answer):
    """A record of the topic that could not be counted; bytes that are no text as escapes."""

    id: str = Field(examples=["user-movie-events-2-417-6cc0a13f"])
    topic: str = Field(examples=["user-movie-events"])
    partition: int = Field(ge=0, examples=[2])
    offset: int = Field(ge=0, examples=[417])
    key: _Bytes = Field(examples=["anna"])
    value: _Bytes = Field(examples=["{not JSON"])
    reason: str = Field(examples=["is not JSON"])
    parked_at: Moment


class LettersAnswer(Answer):
    """The parked records, the oldest first."""

    items: list[LetterAnswer]


class AccountItem(Answer):
    """An account."""

    user_id: UserId
    is_admin: bool = Field(examples=[False])
    privacy: Privacy = Field(examples=["private"])
    has_password: Annotated[bool, BeforeValidator(bool)] = Field(
        validation_alias="password_hash", examples=[True]
    )
    created_at: Moment


class AccountsAnswer(Answer):
    """Every account, by user id."""

    items: list[AccountItem]


class GivenPasswordBody(Body):
    """The password to come."""

    example: ClassVar = {"new": "five quite random words"}

    new: NewPassword


class QuotaBody(Body):
    """At most so many of each; null is what the server's settings say."""

    example: ClassVar = {"entries": 20000, "storage_bytes": 50000000}

    entries: QuotaNumber = None
    storage_bytes: QuotaNumber = None
    tokens: QuotaNumber = None
    webhooks: QuotaNumber = None


class ResetAnswer(Answer):
    """The path of the page that sets the password. It is shown this once."""

    link: str = Field(examples=["/reset#csr_…"])
    expires_at: Moment


@router.get("/audit")
def list_audit(
    _: Admin,
    services: Injected,
    limit: Limit = 50,
    cursor: Annotated[
        str | None, Query(max_length=100, description="The next_cursor of the page before.")
    ] = None,
) -> AuditPageAnswer:
    """Who did what that somebody may have to answer for."""
    found = services.container.audit_trail().latest(limit + 1, cursor)
    more = found[limit - 1].record_id if len(found) > limit else None
    return AuditPageAnswer.of(items=found[:limit], next_cursor=more, zone=services.zone)


@router.post("/rebuild", **takes(RebuildBody))
def rebuild_figures(
    caller: Admin,
    body: Annotated[RebuildBody, Depends(RebuildBody.read)],
    turn: InTurn,
    services: Injected,
    access: InjectedAccess,
) -> RebuildAnswer:
    """Recompute figures from the log, while reads and writes go on; answers when it is done."""
    if services.container.topic_has_no_log():
        raise HTTPException(409, "Another application owns the topic: there is no log here.")
    rebuilder = services.container.rebuilder()
    if body.user_id is None:
        users = rebuilder.rebuild(turn.check)
        access.audit.note(caller.actor, "rebuilt", "", f"{users} users")
        return RebuildAnswer(users=users)
    user = clean_text(body.user_id, "user_id", MAX_USER_LENGTH)
    if not rebuilder.knows(user):
        raise EntryNotFound(f"The log has no event of {user}.")
    rebuilder.rebuild_user(user)
    access.audit.note(caller.actor, "rebuilt", user)
    return RebuildAnswer(users=1)


def _letters(_: Admin, services: Injected) -> DeadLetters:
    if services.container.settings().backend == "embedded":
        raise HTTPException(409, "Only a topic has dead letters, and this server has none.")
    return services.container.dead_letters()


_Letters = Annotated[DeadLetters, Depends(_letters)]


@router.get("/dead-letters", responses={409: WRITE_PROBLEMS[409]})
def list_dead_letters(
    letters: _Letters, services: Injected, limit: Limit = 100
) -> LettersAnswer:
    """The records that could not be counted, each with its reason."""
    return LettersAnswer.of(items=letters.waiting(limit), zone=services.zone)


@router.post("/dead-letters/{letter_id}/retry", **NO_CONTENT)
def retry_dead_letter(
    caller: Admin,
    letters: _Letters,
    letter_id: PathId,
    services: Injected,
    access: InjectedAccess,
) -> None:
    """Send a record to its topic again, when nothing is wrong with it any more."""
    read, resend = services.container.read_record, services.container.resend
    retry_letter(letter_id, letters, read, lambda key, value: resend()(key, value))
    access.audit.note(caller.actor, "dead-letter-retried", letter_id)


@router.post("/dead-letters/{letter_id}/discard", **NO_CONTENT)
def discard_dead_letter(
    caller: Admin, letters: _Letters, letter_id: PathId, access: InjectedAccess
) -> None:
    """Drop a record for good."""
    if not letters.settle(letter_id):
        raise LetterNotFound(f"No record {letter_id} is parked.")
    access.audit.note(caller.actor, "dead-letter-discarded", letter_id)


@router.get("/accounts")
def list_accounts(_: Admin, services: Injected) -> AccountsAnswer:
    """Every account."""
    return AccountsAnswer.of(items=services.accounts.all(), zone=services.zone)


@router.delete("/accounts/{user}", **NO_CONTENT)
def remove_account(caller: Admin, user: PathUser, access: InjectedAccess) -> None:
    """End an account with its sessions, tokens and hooks; the diary stays."""
    if not access.manager.remove(user, caller.actor):
        raise AccountNotFound(f"There is no account {user}.")


@router.put("/accounts/{user}/password", **(takes(GivenPasswordBody) | NO_CONTENT))
async def give_password(
    caller: Admin,
    user: PathUser,
    body: Annotated[GivenPasswordBody, Depends(GivenPasswordBody.read)],
    access: InjectedAccess,
) -> None:
    """Set somebody's password; every session of theirs ends."""
    reset = access.manager.reset_password
    await access.in_password_thread(reset, user, body.new, caller.actor)


@router.post("/accounts/{user}/password-reset", status_code=201, responses=WRITE_PROBLEMS)
def make_reset(
    caller: Admin, user: PathUser, services: Injected, access: InjectedAccess
) -> ResetAnswer:
    """Make a link by which the user sets a new password: once, within a day."""
    made, secret = access.resets.make(user, caller.actor)
    return ResetAnswer.of(
        link=reset_path(secret), expires_at=made.expires_at, zone=services.zone
    )


@router.put("/accounts/{user}/quota", **takes(QuotaBody))
def set_quota(
    caller: Admin,
    user: PathUser,
    body: Annotated[QuotaBody, Depends(QuotaBody.read)],
    access: InjectedAccess,
) -> UsageAnswer:
    """Set what an account may have. What it has beyond that stays, and nothing comes to it."""
    access.quotas.set(user, Quota(**body.model_dump()), caller.actor)
    return UsageAnswer.of(access.quotas.usage(user))


@router.post(
    "/users/{user}/forget", responses=WRITE_PROBLEMS, response_model_exclude_unset=True
)
def forget_user(
    caller: Admin, user: PathUser, services: Injected, access: InjectedAccess
) -> ErasureAnswer:
    """Erase a user for good: diary, figures, account, sessions, tokens and webhooks."""
    return erase_for_good(user, caller, services, access)
