"""The cookie that binds the way to the identity provider and back to one browser."""

from urllib.parse import quote, unquote

from fastapi import Request
from fastapi.responses import Response

from cinestats.application.access.attempt import Attempt, Purpose

from .access import Access

_NAME = "cinestats_provider"
_SECONDS = 600
_PURPOSES: tuple[Purpose, ...] = ("sign-in", "link")
MAX_PATH_LENGTH = 2000


def keep_attempt(response: Response, access: Access, attempt: Attempt, back: str) -> None:
    """Let the browser keep an attempt for ten minutes, and where to go on afterwards.

    SameSite is Lax: the provider's site sends the browser here, and it has to bring this.
    """
    response.set_cookie(
        _name(access),
        f"{attempt.purpose}.{attempt.secret}.{quote(back, safe='')}",
        max_age=_SECONDS,
        httponly=True,
        samesite="lax",
        secure=access.secure_cookie,
    )


def kept_attempt(request: Request, access: Access) -> tuple[Attempt | None, str]:
    """The browser's attempt, if it has one, and where to go on: a path of a diary, or ""."""
    purpose, _, rest = request.cookies.get(_name(access), "").partition(".")
    secret, _, back = rest.partition(".")
    for known in _PURPOSES:
        if purpose == known and secret:
            return Attempt(secret, known), own_path(unquote(back))
    return None, ""


def forget_attempt(response: Response, access: Access) -> None:
    """Let the browser bring an attempt once."""
    response.delete_cookie(
        _name(access), httponly=True, samesite="lax", secure=access.secure_cookie
    )


def own_path(wished: str) -> str:
    """The address of a page of a diary, or "": nothing leads elsewhere after signing in.

    >>> own_path("/u/anna/diary?year=2024"), own_path("/u/..//evil.example"), own_path("//evil")
    ('/u/anna/diary?year=2024', '', '')
    """
    path = wished.partition("?")[0]
    plain = wished.isascii() and wished.isprintable() and not set(wished) & set(" \\#")
    inside = path.startswith("/u/") and "//" not in path and "/." not in path
    return wished if plain and inside and len(wished) <= MAX_PATH_LENGTH else ""


def _name(access: Access) -> str:
    """With the prefix no other host of the same domain can set it."""
    return f"__Host-{_NAME}" if access.secure_cookie else _NAME
