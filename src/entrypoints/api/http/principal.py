"""Who makes a request: told once, in front of every route, from what the request shows."""

import hashlib
import hmac

from fastapi.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from cinestats.application.access.authenticate import Authenticator
from cinestats.application.access.credentials import same_secret
from cinestats.application.access.ports import IdTokenRefused, IdTokenVerifier
from cinestats.application.access.principal import ANONYMOUS, OWNER, Principal
from cinestats.domain.errors import CinestatsError

from .peer import is_program_of_same_user, welcome
from .problems import problem_of

SESSION_COOKIE = "cinestats_session"
_TOKEN_PREFIX, _SESSION_PREFIX = "cst_", "css_"
OPEN_PATHS = ("/static/", "/health/")  # no data in them, and asked for often
_PRINCIPAL = "cinestats.principal"


def principal_of(scope: Scope) -> Principal:
    """Whoever makes the request of this scope, once ``Identify`` has seen it."""
    principal: Principal = scope[_PRINCIPAL]
    return principal


class Household:
    """At home whoever has the token is the owner, and so is a program of the same OS user.

    ``token`` is a secret that the pages know only by its cookie.
    """

    def __init__(self, token: str, authenticator: Authenticator) -> None:
        self._token = token
        self._authenticator = authenticator
        digest = hmac.digest(token.encode(), b"cinestats session", hashlib.sha256)
        self.cookie = digest.hex()

    def opens(self, token: str) -> bool:
        """Whether it is the token."""
        return same_secret(token, self._token)

    def remembers(self, cookie: str | None) -> bool:
        """Whether it is the cookie of a browser that was opened with the token."""
        return cookie is not None and same_secret(cookie, self.cookie)

    async def identify(self, connection: HTTPConnection) -> Principal:
        """Whoever it is. A credential that does not hold is as good as none."""
        bearer = bearer_of(connection)
        if bearer is not None:
            if self.opens(bearer):
                return OWNER
            return await run_in_threadpool(
                _by_secret, bearer, _TOKEN_PREFIX, self._authenticator
            )
        if self.remembers(connection.cookies.get(SESSION_COOKIE)):
            return OWNER
        # A cookie of another server on this machine must not lock its owner out, and no
        # program has to have one.
        ours = await run_in_threadpool(is_program_of_same_user, connection.scope)
        return OWNER if ours else ANONYMOUS


class Users:
    """On a server each user has an account, and shows a session, API token or ID token."""

    def __init__(
        self, authenticator: Authenticator, id_tokens: IdTokenVerifier | None = None
    ) -> None:
        self._authenticator = authenticator
        self._id_tokens = id_tokens

    async def identify(self, connection: HTTPConnection) -> Principal:
        """Whoever it is; looked up in a thread, because that asks a store or the issuer."""
        return await run_in_threadpool(self._identify, connection)

    def _identify(self, connection: HTTPConnection) -> Principal:
        bearer = bearer_of(connection)
        if bearer is None:
            cookie = connection.cookies.get(SESSION_COOKIE, "")
            return _by_secret(cookie, _SESSION_PREFIX, self._authenticator)
        if self._id_tokens is None or bearer.startswith(_TOKEN_PREFIX):
            return _by_secret(bearer, _TOKEN_PREFIX, self._authenticator)
        try:
            return self._authenticator.by_id_token(bearer, self._id_tokens) or ANONYMOUS
        except IdTokenRefused:
            return ANONYMOUS  # the answer is 401 wherever a credential is needed


class Identify:
    """Notes in the scope of each request to ``app`` who makes it."""

    def __init__(self, app: ASGIApp, callers: Household | Users) -> None:
        self._app = app
        self._callers = callers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope[_PRINCIPAL] = ANONYMOUS
            if not scope["path"].startswith(OPEN_PATHS):
                try:
                    caller = await self._callers.identify(HTTPConnection(scope))
                    scope[_PRINCIPAL] = caller
                    if caller.kind != "anonymous":
                        welcome(scope)
                except CinestatsError as error:
                    await problem_of(error)(scope, receive, send)
                    return
        await self._app(scope, receive, send)


def bearer_of(connection: HTTPConnection) -> str | None:
    """The bearer token that the request shows; then its cookie is not looked at."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def _by_secret(secret: str, prefix: str, authenticator: Authenticator) -> Principal:
    found = authenticator.by_secret(secret) if secret.startswith(prefix) else None
    return found or ANONYMOUS
