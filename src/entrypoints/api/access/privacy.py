"""Who may read a diary besides its owner: nobody, who has a link, everybody."""

from typing import Annotated, ClassVar
from urllib.parse import quote

from fastapi import APIRouter, Depends
from pydantic import Field

from cinestats.adapters.documents.fields import Answer, UserId
from cinestats.application.access.ports import Account, Privacy
from cinestats.entrypoints.api.http.bodies import Body, takes
from cinestats.entrypoints.api.http.callers import OwnUser, SignedIn, UserInPerson

from .access import InjectedAccess

router = APIRouter(prefix="/users/{user}/settings", tags=["Access"])


class SettingsBody(Body):
    """Who may read the diary and its statistics."""

    example: ClassVar = {"privacy": "link"}

    privacy: Privacy


class SettingsAnswer(Answer):
    """Who may read the diary; ``link`` is the path of its page for those who may by a link."""

    user_id: UserId
    privacy: Privacy = Field(examples=["link"])
    link: str | None = Field(examples=["/u/anna?link=Xb2…"])


@router.get("")
def get_settings(user: OwnUser, access: InjectedAccess) -> SettingsAnswer:
    """The settings of a diary; private unless its owner chose otherwise."""
    return _answer(user, access.accounts.get(user))


@router.patch("", **takes(SettingsBody))
def change_settings(
    user: UserInPerson,
    caller: SignedIn,
    body: Annotated[SettingsBody, Depends(SettingsBody.read)],
    access: InjectedAccess,
) -> SettingsAnswer:
    """Decide who may read. Each time ``link`` is chosen the link is a new one."""
    if access.household is not None:
        access.manager.of_household(user)
    return _answer(user, access.manager.set_privacy(user, body.privacy, caller.actor))


def _answer(user: str, account: Account | None) -> SettingsAnswer:
    if account is None:
        return SettingsAnswer(user_id=user, privacy="private", link=None)
    link = None if account.link is None else f"/u/{quote(user, safe='')}?link={account.link}"
    return SettingsAnswer(user_id=user, privacy=account.privacy, link=link)
