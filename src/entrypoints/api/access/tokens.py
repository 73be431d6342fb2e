"""The API tokens that users make for their programs."""

from typing import Annotated, ClassVar

from fastapi import APIRouter, Depends
from pydantic import BeforeValidator, Field
from starlette.exceptions import HTTPException

from cinestats.adapters.documents.fields import Answer, Id, Moment
from cinestats.application.access.principal import Scope
from cinestats.application.access.tokens import MAX_DAYS, MAX_NAME_LENGTH
from cinestats.entrypoints.api.http.answers import NO_CONTENT
from cinestats.entrypoints.api.http.bodies import Body, takes
from cinestats.entrypoints.api.http.callers import OwnUser, PathId, SignedIn, User, UserInPerson
from cinestats.entrypoints.api.http.services import Injected

from .access import InjectedAccess

router = APIRouter(prefix="/users/{user}/tokens", tags=["Access"])


class TokenBody(Body):
    """What the token is for and may do; without ``expires_in_days`` it holds until revoked."""

    example: ClassVar = {"name": "backup", "scopes": ["read"], "expires_in_days": 365}

    name: str = Field(min_length=1, max_length=MAX_NAME_LENGTH)
    scopes: list[Scope] = Field(min_length=1, max_length=3)
    expires_in_days: int | None = Field(default=None, ge=1, le=MAX_DAYS)


class TokenAnswer(Answer):
    """A token, without its secret. ``last_used_at`` is right to the hour."""

    token_id: Id = Field(validation_alias="credential_id")
    name: str = Field(examples=["backup"])
    scopes: Annotated[list[Scope], BeforeValidator(sorted)] = Field(examples=[["read"]])
    created_at: Moment
    expires_at: Moment | None = Field(examples=["2026-01-21T00:45:00+01:00"])
    last_used_at: Moment | None = Field(examples=[None])


class NewTokenAnswer(TokenAnswer):
    """A new token with its secret, which is not shown again."""

    token: str = Field(examples=["cst_…"])


class TokensAnswer(Answer):
    """The tokens of a user, the oldest first."""

    items: list[TokenAnswer]


@router.get("")
def list_tokens(user: OwnUser, services: Injected, access: InjectedAccess) -> TokensAnswer:
    """The user's tokens."""
    return TokensAnswer.of(items=access.tokens.of_user(user), zone=services.zone)


@router.post("", status_code=201, **takes(TokenBody))
def make_token(
    user: UserInPerson,
    caller: SignedIn,
    body: Annotated[TokenBody, Depends(TokenBody.read)],
    services: Injected,
    access: InjectedAccess,
) -> NewTokenAnswer:
    """Make a token that may do no more than its maker. It is shown this once."""
    if access.household is not None:
        access.manager.of_household(user)
    token, secret = access.tokens.make(
        caller, user, body.name, body.scopes, body.expires_in_days
    )
    return NewTokenAnswer.of(token, zone=services.zone, token=secret)


@router.delete("/{token_id}", **NO_CONTENT)
def revoke_token(
    user: User, token_id: PathId, caller: SignedIn, access: InjectedAccess
) -> None:
    """End a token at once."""
    if not access.tokens.revoke(caller, user, token_id):
        raise HTTPException(404)
