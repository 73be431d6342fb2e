"""What the routes of access work with: the container's objects, and who may do how much."""

from collections.abc import Callable
from typing import Annotated, Literal, TypeVar

from anyio import CapacityLimiter, to_thread
from fastapi import Depends, Request
from fastapi.responses import Response

from cinestats.application.access.principal import Principal
from cinestats.application.access.sessions import SESSION_LIFETIME
from cinestats.entrypoints.api.http.peer import ClientAddress
from cinestats.entrypoints.api.http.principal import SESSION_COOKIE, Household, Users
from cinestats.entrypoints.api.http.throttle import Throttle
from cinestats.entrypoints.container import Container
from cinestats.entrypoints.identity_provider import provider_label

_PASSWORDS_AT_ONCE = 2  # each hash takes tens of megabytes
_PROVIDER_CALLS_AT_ONCE = 4  # a slow provider must not take the threads of other requests
_ResultT = TypeVar("_ResultT")


class Access:
    """One of each, for the life of the app. ``household`` is None on a server."""

    def __init__(self, container: Container) -> None:
        settings, authenticator = container.settings(), container.authenticator()
        self.household = (
            Household(container.home_token(), authenticator)
            if settings.access == "home"
            else None
        )
        self.callers = self.household or Users(authenticator, container.id_tokens())
        self.registration: Literal["closed", "open"] = settings.registration
        self.accounts = container.accounts()
        self.manager = container.account_manager()
        self.sessions = container.sessions()
        self.provider_sign_in = container.provider_sign_in()
        self.provider = provider_label(settings) if self.provider_sign_in else None
        self.new_secret = container.new_secret()
        self.resets = container.password_resets()
        self.tokens = container.tokens()
        self.quotas = container.quotas()
        self.audit = container.audit()
        self.eraser = container.eraser()
        self.address = ClientAddress(settings.trusted_proxies)
        self.throttle = Throttle()
        self.sign_ups = (
            Throttle()
        )  # apart: who signs up shall not lock others of that address out
        self._password_threads = CapacityLimiter(_PASSWORDS_AT_ONCE)
        self._provider_threads = CapacityLimiter(_PROVIDER_CALLS_AT_ONCE)
        self.secure_cookie = (settings.public_url or "").startswith("https:")

    async def in_password_thread(
        self, work: Callable[..., _ResultT], *arguments: object
    ) -> _ResultT:
        """Hash passwords beside the other requests, and few at once: that takes memory."""
        return await to_thread.run_sync(work, *arguments, limiter=self._password_threads)

    async def in_provider_thread(
        self, work: Callable[..., _ResultT], *arguments: object
    ) -> _ResultT:
        """Ask the identity provider beside the other requests."""
        return await to_thread.run_sync(work, *arguments, limiter=self._provider_threads)

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
        if shown is None:
            return
        if self.household.remembers(shown) if self.household else caller.kind == "session":
            self.set_cookie(response, shown)


async def _access(request: Request) -> Access:
    access: Access = request.app.state.access
    return access


InjectedAccess = Annotated[Access, Depends(_access)]
