"""What the routes of access work with: the container's objects, and who may do how much."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Literal, TypeVar

from anyio import CapacityLimiter, to_thread
from fastapi import Depends, Request
from fastapi.responses import Response

from cinestats.application.access.accounts import AccountManager
from cinestats.application.access.audit import Audit
from cinestats.application.access.change_password import PasswordChanger
from cinestats.application.access.ports import Accounts
from cinestats.application.access.principal import Principal
from cinestats.application.access.sessions import SESSION_LIFETIME, Sessions
from cinestats.application.access.tokens import Tokens
from cinestats.application.upkeep.forget import Forgetter
from cinestats.entrypoints.api.http.peer import ClientAddress
from cinestats.entrypoints.api.http.principal import SESSION_COOKIE, Household, Users
from cinestats.entrypoints.api.http.throttle import Throttle
from cinestats.entrypoints.container import Container

_PASSWORDS_AT_ONCE = 2  # each hash takes tens of megabytes
_ResultT = TypeVar("_ResultT")


@dataclass(frozen=True, slots=True)
class Access:
    """One of each, for the life of the app. ``household`` is None on a server."""

    household: Household | None
    callers: Household | Users
    registration: Literal["closed", "open"]
    accounts: Accounts
    manager: AccountManager
    sessions: Sessions
    tokens: Tokens
    passwords: PasswordChanger
    audit: Audit
    forgetter: Forgetter
    address: ClientAddress
    throttle: Throttle
    password_threads: CapacityLimiter
    secure_cookie: bool

    async def in_password_thread(
        self, work: Callable[..., _ResultT], *arguments: object
    ) -> _ResultT:
        """Hash passwords beside the other requests, and few at once: that takes memory."""
        return await to_thread.run_sync(work, *arguments, limiter=self.password_threads)

    def set_cookie(self, response: Response, value: str) -> None:
        """Let the browser show ``value``, for as long as a session lasts without use."""
        response.set_cookie(
            SESSION_COOKIE,
            value,
            max_age=int(SESSION_LIFETIME.total_seconds()),
            httponly=True,
            samesite="strict",
            secure=self.secure_cookie,
        )

    def forget_cookie(self, response: Response) -> None:
        """Let the browser show nothing any more."""
        response.delete_cookie(
            SESSION_COOKIE, httponly=True, samesite="strict", secure=self.secure_cookie
        )

    def renew_cookie(self, request: Request, response: Response, caller: Principal) -> None:
        """Let the browser keep its cookie for longer, if that is how the caller is known."""
        shown = request.cookies.get(SESSION_COOKIE)
        by_cookie = (
            caller.kind == "session"
            if self.household is None
            else self.household.remembers(shown)
        )
        if shown is not None and by_cookie:
            self.set_cookie(response, shown)


def make_access(container: Container) -> Access:
    """Take what the routes of access need out of the container."""
    settings, authenticator = container.settings(), container.authenticator()
    household = None
    if settings.access == "home":
        household = Household(container.home_token(), authenticator)
    return Access(
        household=household,
        callers=household or Users(authenticator, container.id_tokens()),
        registration=settings.registration,
        accounts=container.accounts(),
        manager=container.account_manager(),
        sessions=container.sessions(),
        tokens=container.tokens(),
        passwords=container.passwords(),
        audit=container.audit(),
        forgetter=container.forgetter(),
        address=ClientAddress(settings.trusted_proxies),
        throttle=Throttle(),
        password_threads=CapacityLimiter(_PASSWORDS_AT_ONCE),
        secure_cookie=(settings.public_url or "").startswith("https:"),
    )


async def _access(request: Request) -> Access:
    access: Access = request.app.state.access
    return access


InjectedAccess = Annotated[Access, Depends(_access)]
