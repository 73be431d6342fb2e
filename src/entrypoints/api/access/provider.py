"""Sign in at the identity provider, and link the own account to it."""

import logging
from typing import Annotated, Any, ClassVar
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import Field
from starlette.exceptions import HTTPException

from cinestats.adapters.documents.fields import Answer, UserId
from cinestats.application.access.attempt import Attempt
from cinestats.application.access.credentials import Issued
from cinestats.application.access.ports import ProviderAnswer
from cinestats.application.access.provider import ProviderRefused, ProviderSignIn
from cinestats.domain.errors import CinestatsError
from cinestats.entrypoints.api.http.answers import NO_CONTENT, WRITE_PROBLEMS, header
from cinestats.entrypoints.api.http.bodies import Body, takes
from cinestats.entrypoints.api.http.callers import OwnUser, SignedIn, UserInPerson

from .access import Access, InjectedAccess
from .provider_cookie import forget_attempt, keep_attempt, kept_attempt, own_path

_log = logging.getLogger(__name__)
_MAX_VALUE_LENGTH = 4096

router = APIRouter(tags=["Access"])

_REDIRECT: dict[str, Any] = {
    "status_code": 303,
    "response_class": Response,
    "responses": {
        303: {
            "description": "Go there; to the start with ``refused`` when it did not go well.",
            "headers": {"Location": header("Where to go on.")},
        }
    },
}


class IdentityAnswer(Answer):
    """How a user signs in: by ``password``, and at ``provider`` when ``linked``."""

    user_id: UserId
    provider: str | None = Field(examples=["id.example.org"])
    linked: bool = Field(examples=[True])
    password: bool = Field(examples=[True])


class WayAnswer(Answer):
    """Where the browser has to go to show who its user is."""

    url: str = Field(examples=["https://id.example.org/authorize?state=…"])


class LinkBody(Body):
    """What the provider gave the browser to bring back, as it stood in the address."""

    example: ClassVar = {"state": "af0ifjsldkj", "code": "SplxlOBeZQQYbYS6WxSbIA"}

    state: str = Field(max_length=_MAX_VALUE_LENGTH)
    code: str | None = Field(default=None, max_length=_MAX_VALUE_LENGTH)
    iss: str | None = Field(default=None, max_length=_MAX_VALUE_LENGTH)
    error: str | None = Field(default=None, max_length=_MAX_VALUE_LENGTH)


def _provider(access: InjectedAccess) -> ProviderSignIn:
    if access.provider_sign_in is None:
        raise HTTPException(404)
    return access.provider_sign_in


Provider = Annotated[ProviderSignIn, Depends(_provider)]
"""The use cases of the identity provider; without one there is nothing at this address."""


@router.get("/session/oidc", **_REDIRECT)
async def begin_at_provider(
    access: InjectedAccess,
    provider: Provider,
    back: Annotated[str, Query(description="The page to go on with afterwards.")] = "",
) -> Response:
    """Go to the identity provider to sign in. A browser comes back within ten minutes."""
    attempt = Attempt(access.new_secret(), "sign-in")
    try:
        url = await access.in_provider_thread(provider.provider.address, attempt)
    except CinestatsError as error:
        return _refused("unavailable", own_path(back), error)
    response = RedirectResponse(url, 303)
    keep_attempt(response, access, attempt, own_path(back))
    return response


@router.get("/session/oidc/callback", **_REDIRECT)
async def end_at_provider(
    request: Request,
    access: InjectedAccess,
    provider: Provider,
    state: Annotated[str, Query(description="As it was sent.")] = "",
    code: Annotated[str | None, Query(description="What is exchanged for a token.")] = None,
    iss: Annotated[str | None, Query(description="Whose answer it is (RFC 9207).")] = None,
    error: Annotated[str | None, Query(description="Why there is no code.")] = None,
) -> Response:
    """Come back from the identity provider. The cookie is that of any session."""
    attempt, back = kept_attempt(request, access)
    answer = ProviderAnswer(state, code, iss, error)
    if attempt is not None and attempt.purpose == "link" and back:
        # Another site sent the browser here, so it has not shown its session. The page does.
        brought = {"state": state, "code": code, "iss": iss, "error": error}
        query = urlencode({k: v for k, v in brought.items() if v is not None})
        return RedirectResponse(f"{back}?{query}", 303)
    response = await _signed_in(access, provider, answer, attempt, back, request)
    forget_attempt(response, access)
    return response


async def _signed_in(
    access: Access,
    provider: ProviderSignIn,
    answer: ProviderAnswer,
    attempt: Attempt | None,
    back: str,
    request: Request,
) -> Response:
    """Where the browser goes on, with its session; or to the start, with the reason."""
    address = access.address(request.scope)
    try:
        with access.throttle.attempt_from(address):
            issued: Issued = await access.in_provider_thread(
                provider.sign_in, answer, attempt, address
            )
    except ProviderRefused as refused:
        return _refused(refused.reason, back, refused.__cause__)
    except HTTPException as error:
        return _refused("throttled", back, error)
    except CinestatsError as error:
        return _refused("unavailable", back, error)
    page = f"/u/{quote(issued.credential.user_id, safe='')}"
    response = RedirectResponse(back or page, 303)
    access.set_cookie(response, issued.secret)
    return response


def _refused(reason: str, back: str, why: BaseException | None) -> Response:
    """The start says the reason; the log says more, to who runs the server."""
    _log.warning("A sign-in at the identity provider failed (%s): %s", reason, why or "-")
    query = {"refused": reason, **({"back": back} if back else {})}
    return RedirectResponse(f"/?{urlencode(query)}", 303)


@router.get("/users/{user}/identity")
def get_identity(user: OwnUser, access: InjectedAccess) -> IdentityAnswer:
    """How the user signs in."""
    account = access.accounts.get(user)
    return IdentityAnswer(
        user_id=user,
        provider=access.provider,
        linked=account is not None and account.oidc_subject is not None,
        password=account is not None and account.password_hash is not None,
    )


@router.post("/users/{user}/identity", responses=WRITE_PROBLEMS)
async def begin_to_link(
    user: UserInPerson, access: InjectedAccess, provider: Provider, response: Response
) -> WayAnswer:
    """Begin to link the account with who its user is at the identity provider."""
    attempt = Attempt(access.new_secret(), "link")
    url = await access.in_provider_thread(provider.provider.address, attempt)
    keep_attempt(response, access, attempt, f"/u/{quote(user, safe='')}/settings")
    return WayAnswer(url=url)


@router.put("/users/{user}/identity", **(takes(LinkBody) | NO_CONTENT))
async def link_identity(
    request: Request,
    response: Response,
    user: UserInPerson,
    caller: SignedIn,
    body: Annotated[LinkBody, Depends(LinkBody.read)],
    access: InjectedAccess,
    provider: Provider,
) -> None:
    """Link the account: from now on its user may also sign in at the identity provider."""
    attempt, _ = kept_attempt(request, access)
    answer = ProviderAnswer(body.state, body.code, body.iss, body.error)
    forget_attempt(response, access)
    try:
        with access.throttle.attempt_from(access.address(request.scope)):
            await access.in_provider_thread(provider.link, user, answer, attempt, caller.actor)
    except ProviderRefused as refused:
        raise HTTPException(403, str(refused)) from refused


@router.delete("/users/{user}/identity", **NO_CONTENT)
def unlink_identity(user: UserInPerson, caller: SignedIn, provider: Provider) -> None:
    """Let the user sign in by password alone; every other session of the user ends."""
    provider.unlink(caller, user)
