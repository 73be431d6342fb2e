"""Who is asked for: who calls, and whose diary it is that they may read or write."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import Depends, Path, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.security import APIKeyCookie, HTTPBearer
from starlette.exceptions import HTTPException

from cinestats.adapters.event_json import MAX_ID_LENGTH
from cinestats.application.access.accounts import MAX_USER_LENGTH
from cinestats.application.access.principal import Principal, Scope
from cinestats.domain.texts import clean_text

from .bodies import LINE_PATTERN
from .principal import SESSION_COOKIE, principal_of
from .services import Injected

_MAX_POSITION = 2**63 - 1

_bearer = HTTPBearer(
    scheme_name="token",
    description="An API token, the home server's token, or a token of the OIDC issuer.",
    auto_error=False,
)
_cookie = APIKeyCookie(
    name=SESSION_COOKIE,
    scheme_name="session",
    description="What signing in sets. Writes with it must come from the pages themselves.",
    auto_error=False,
)


async def _caller(
    request: Request,
    _token: Annotated[object, Depends(_bearer)],  # these two are for the reference only
    _session: Annotated[object, Depends(_cookie)],
) -> Principal:
    return principal_of(request.scope)


Caller = Annotated[Principal, Depends(_caller)]
"""Who calls, be it nobody known."""


async def _signed_in(caller: Caller) -> Principal:
    if caller.kind == "anonymous":
        raise HTTPException(401, "Sign in, or show a token.", {"WWW-Authenticate": "Bearer"})
    return caller


SignedIn = Annotated[Principal, Depends(_signed_in)]
"""Who calls; 401 for nobody known."""


async def _admin(caller: SignedIn) -> Principal:
    if "admin" not in caller.scopes:
        raise HTTPException(404)
    return caller


Admin = Annotated[Principal, Depends(_admin)]
"""Who calls, with the scope admin; for others there is nothing here."""


async def _path_user(
    user: Annotated[
        str,
        Path(
            min_length=1,
            max_length=MAX_USER_LENGTH,
            json_schema_extra={"pattern": LINE_PATTERN},
            description="Whose diary it is.",
            examples=["anna"],
        ),
    ],
) -> str:
    return clean_text(user, "user", MAX_USER_LENGTH)


PathUser = Annotated[str, Depends(_path_user)]
"""The user of the path, whoever asks for it."""


def id_in_path(description: str) -> Any:
    """What the path says of an id, for the reference."""
    example = "019483f0-0000-7000-8000-000000000000"
    return Path(max_length=MAX_ID_LENGTH, description=description, examples=[example])


PathId = Annotated[str, id_in_path("Which one; the list of them says it.")]
"""The id of something that a user has."""


def _own(user: str, caller: Principal, scope: Scope) -> str:
    """The user; raises 404 for somebody else, just as for an address that is none."""
    if not caller.owns(user):
        raise HTTPException(404)
    if scope not in caller.scopes:
        raise HTTPException(403, f"This needs the scope {scope}, which the token has not.")
    return user


async def _writing_user(user: PathUser, caller: SignedIn) -> str:
    return _own(user, caller, "write")


User = Annotated[str, Depends(_writing_user)]
"""The user of the path, who must be the caller, with the scope write."""


async def _user_in_person(user: User, caller: SignedIn) -> str:
    if caller.kind == "token":
        raise HTTPException(403, "An API token may not do this: sign in.")
    return user


UserInPerson = Annotated[str, Depends(_user_in_person)]
"""As User, but no API token: what it opens would stay open when it expires or is revoked."""


async def _reading_user(user: PathUser, caller: SignedIn) -> str:
    return _own(user, caller, "read")


async def _readable_user(
    user: PathUser,
    caller: Caller,
    services: Injected,
    link: Annotated[
        str | None,
        Query(max_length=200, description="The secret of a diary that is open by link."),
    ] = None,
) -> str:
    if caller.owns(user) or not await run_in_threadpool(services.may_read, caller, user, link):
        return _own(user, await _signed_in(caller), "read")
    return user


def _seen(allowed: Callable[..., Awaitable[str]]) -> Callable[..., Awaitable[str]]:
    """The user whom ``allowed`` lets through, once what the caller asks for is counted in."""

    async def seen(
        user: Annotated[str, Depends(allowed)],
        services: Injected,
        at_least: Annotated[
            int | None,
            Query(
                ge=0,
                le=_MAX_POSITION,
                description="Wait until the answer counts in this position of the log, up to"
                " 5 s.",
            ),
        ] = None,
    ) -> str:
        if at_least is not None:
            await run_in_threadpool(services.wait_until_seen, user, at_least)
        return user

    return seen


UserToRead = Annotated[str, Depends(_seen(_readable_user))]
"""The user of the path, whose statistics the caller may see: the owner, or who may at all."""

OwnUser = Annotated[str, Depends(_seen(_reading_user))]
"""The user of the path, who must be the caller, with the scope read."""
