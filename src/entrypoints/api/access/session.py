"""Sign in and out, and tell the pages who is signed in."""

from itertools import islice
from typing import Annotated, ClassVar, Literal

from fastapi import APIRouter, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import Field
from starlette.exceptions import HTTPException

from cinestats.adapters.documents.fields import Answer, UserId
from cinestats.application.access.accounts import MAX_USER_LENGTH
from cinestats.application.access.principal import Principal, Scope
from cinestats.entrypoints.api.http.answers import NO_CONTENT
from cinestats.entrypoints.api.http.bodies import Body, takes
from cinestats.entrypoints.api.http.callers import Caller
from cinestats.entrypoints.api.http.services import Injected, Services

from .access import Access, InjectedAccess

_MAX_DIARIES = 100

router = APIRouter(prefix="/session", tags=["Access"])


class SignInBody(Body):
    """The name and the password of an account."""

    example: ClassVar = {"user_id": "anna", "password": "four random words"}

    user_id: str = Field(max_length=MAX_USER_LENGTH)
    password: str = Field(max_length=1000)


class SessionAnswer(Answer):
    """Who is signed in. ``diaries`` are those that are theirs, at home up to 100.

    ``provider`` is what to call the identity provider at which users may sign in, if any.
    ``timezone`` is the zone that days are of, everywhere.
    """

    mode: Literal["home", "server"] = Field(examples=["server"])
    signed_in: bool = Field(examples=[True])
    user_id: UserId | None
    scopes: list[Scope] = Field(examples=[["read", "write"]])
    registration: Literal["open", "closed"] = Field(examples=["closed"])
    provider: str | None = Field(examples=["id.example.org"])
    diaries: list[str] = Field(examples=[["anna"]])
    timezone: str = Field(examples=["Europe/Rome"])


@router.get("")
def get_session(
    request: Request,
    response: Response,
    caller: Caller,
    services: Injected,
    access: InjectedAccess,
) -> SessionAnswer:
    """Who is signed in, be it nobody. A session lasts 30 days from when it was last used."""
    access.renew_cookie(request, response, caller)
    return _answer(caller, services, access)


@router.post("", **takes(SignInBody))
async def sign_in(
    request: Request,
    response: Response,
    body: Annotated[SignInBody, Depends(SignInBody.read)],
    services: Injected,
    access: InjectedAccess,
) -> SessionAnswer:
    """Sign in by password: the answer sets the cookie. Five wrong ones have to wait."""
    if access.household is not None:
        raise HTTPException(
            409, "At home nobody has a password: open the link that cinestats token prints."
        )
    # " Anna" is anna, and no other user of whom five more passwords may be tried.
    user_id = await run_in_threadpool(access.sessions.known_as, body.user_id)
    address = access.address(request.scope)
    with access.throttle.attempt(user_id, address):
        issued = await access.in_password_thread(
            access.sessions.sign_in, user_id, body.password, address
        )
    credential = issued.credential
    access.set_cookie(response, issued.secret)
    caller = Principal("session", credential.user_id, credential.scopes)
    return await run_in_threadpool(_answer, caller, services, access)


@router.delete("", **NO_CONTENT)
def sign_out(response: Response, caller: Caller, access: InjectedAccess) -> None:
    """End the session, and let the browser forget its cookie."""
    access.sessions.sign_out(caller)
    access.forget_cookie(response)


def _answer(caller: Principal, services: Services, access: Access) -> SessionAnswer:
    if caller.kind == "owner":
        diaries = list(islice(services.log.users(), _MAX_DIARIES))
    else:
        diaries = [] if caller.user_id is None else [caller.user_id]
    return SessionAnswer(
        mode="server" if access.household is None else "home",
        signed_in=caller.kind != "anonymous",
        user_id=caller.user_id,
        scopes=sorted(caller.scopes),
        registration=access.registration,
        provider=access.provider,
        diaries=diaries,
        timezone=str(services.zone),
    )
