"""Accounts: make one, change its password, erase oneself."""

import logging
from collections.abc import Callable
from typing import Annotated, ClassVar

from fastapi import APIRouter, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import Field
from starlette.exceptions import HTTPException

from cinestats.adapters.documents.fields import Answer, Count, UserId
from cinestats.application.access.accounts import MAX_USER_LENGTH
from cinestats.application.access.passwords import MAX_LENGTH, MIN_LENGTH, SignInRefused
from cinestats.application.access.principal import Principal
from cinestats.application.ports import StoreUnavailable
from cinestats.domain.errors import InvalidInput
from cinestats.entrypoints.api.http.answers import NO_CONTENT
from cinestats.entrypoints.api.http.bodies import LINE_PATTERN, Body, takes
from cinestats.entrypoints.api.http.callers import Caller, SignedIn, User, UserInPerson
from cinestats.entrypoints.api.http.services import Injected, Services
from cinestats.entrypoints.backup_worker import begun_by

from .access import Access, InjectedAccess

_logger = logging.getLogger(__name__)

router = APIRouter(tags=["Access"])

NewPassword = Annotated[
    str, Field(json_schema_extra={"minLength": MIN_LENGTH, "maxLength": MAX_LENGTH})
]
"""A password to come; the application checks it, and says more than a schema can."""


class AccountBody(Body):
    """The name and the password of a new account; the password has 10 characters or more."""

    example: ClassVar = {"user_id": "anna", "password": "four random words"}

    user_id: str = Field(
        max_length=MAX_USER_LENGTH, json_schema_extra={"minLength": 1, "pattern": LINE_PATTERN}
    )
    password: NewPassword


class AccountAnswer(Answer):
    """An account that was made, or has got another password."""

    user_id: UserId


class PasswordBody(Body):
    """The present password and the one to come."""

    example: ClassVar = {"old": "four random words", "new": "five quite random words"}

    old: str = Field(max_length=1000)
    new: NewPassword


class ResetBody(Body):
    """The secret of a reset link, and the password to come."""

    example: ClassVar = {"secret": "csr_…", "password": "five quite random words"}

    secret: str = Field(max_length=200)
    password: NewPassword


class ErasureBody(Body):
    """The user's own id once more, and on a server the password where there is one."""

    example: ClassVar = {"confirm": "anna", "password": "four random words"}

    confirm: str = Field(min_length=1)
    password: str | None = Field(default=None, max_length=1000)


class ErasureAnswer(Answer):
    """How many events of the log were erased, and where they are still."""

    erased_events: Count
    backups: list[str] | None = Field(
        default=None,
        description="Where the server makes backups: those that may still hold the user, by"
        " name, or null where they cannot be listed.",
        examples=[["cinestats-2026-11-27T030000Z.backup"]],
    )


@router.post("/accounts", status_code=201, **takes(AccountBody))
async def make_account(
    request: Request,
    caller: Caller,
    body: Annotated[AccountBody, Depends(AccountBody.read)],
    access: InjectedAccess,
) -> AccountAnswer:
    """Make an account, where registration is open or by an admin."""
    if access.household is not None:
        raise HTTPException(409, "At home nobody has an account: who has the link has all.")
    if "admin" not in caller.scopes:
        if access.registration == "closed":
            raise HTTPException(403, "Registration is closed: ask who runs this server.")
        access.sign_ups.count(access.address(request.scope))
    account = await access.in_password_thread(
        lambda: access.manager.register(body.user_id, body.password, actor=caller.actor)
    )
    return AccountAnswer(user_id=account.user_id)


@router.put("/users/{user}/password", **(takes(PasswordBody) | NO_CONTENT))
async def change_password(
    request: Request,
    user: User,
    caller: SignedIn,
    body: Annotated[PasswordBody, Depends(PasswordBody.read)],
    access: InjectedAccess,
) -> None:
    """Change the password; every other session of the user ends, tokens stay."""
    change = access.manager.change_password
    await _with_password(request, access, user, change, caller, user, body.old, body.new)


@router.post("/password-resets", **takes(ResetBody))
async def use_reset(
    body: Annotated[ResetBody, Depends(ResetBody.read)], access: InjectedAccess
) -> AccountAnswer:
    """Set a password by a link that an admin made: once, within a day; every session ends."""
    if access.household is not None:
        raise HTTPException(409, "At home nobody has a password.")
    user_id = await access.in_password_thread(access.resets.use, body.secret, body.password)
    return AccountAnswer(user_id=user_id)


@router.delete("/users/{user}", **takes(ErasureBody), response_model_exclude_unset=True)
async def erase_user(
    request: Request,
    user: UserInPerson,
    caller: SignedIn,
    body: Annotated[ErasureBody, Depends(ErasureBody.read)],
    response: Response,
    services: Injected,
    access: InjectedAccess,
) -> ErasureAnswer:
    """Erase the user for good: diary, figures, account, sessions, tokens and webhooks."""
    if body.confirm != user:
        raise InvalidInput("confirm", "must be the id of the user who is erased")
    account = await run_in_threadpool(access.accounts.get, user)
    if account is not None and account.password_hash is not None:
        if body.password is None:
            raise InvalidInput("password", "is missing")
        confirm = access.manager.confirm_password
        await _with_password(request, access, user, confirm, user, body.password)
    answer = await run_in_threadpool(erase_for_good, user, caller, services, access)
    if caller.user_id == user:  # at home the cookie is the household's, with other diaries
        access.forget_cookie(response)
    return answer


def erase_for_good(
    user: str, caller: Principal, services: Services, access: Access
) -> ErasureAnswer:
    """Erase a user and note it.

    Raises StoreBusy when what is deleted is not counted out yet: then ask again.
    """
    try:
        erased = access.eraser.erase(user, caller.actor)
    finally:
        services.background.wake()
    folder = services.container.settings().backup_dir
    if folder is None:
        return ErasureAnswer(erased_events=erased)
    try:
        backups = begun_by(folder, services.clock())
    except StoreUnavailable as error:  # the erasure is done all the same
        _logger.warning("After an erasure: %s", error)
        backups = None
    return ErasureAnswer(erased_events=erased, backups=backups)


async def _with_password(
    request: Request, access: Access, user: str, work: Callable[..., None], *arguments: object
) -> None:
    """Do ``work``, which checks the user's password; a few wrong ones have to wait.

    A wrong password is not a missing credential: 403, and not 401 as at signing in.
    """
    try:
        with access.throttle.attempt(user, access.address(request.scope)):
            await access.in_password_thread(work, *arguments)
    except SignInRefused as error:
        raise HTTPException(403, str(error)) from error
