"""Which accounts of other services are followed, into whose diary, and when they are asked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from cinestats.application.ports import Clock
from cinestats.domain.errors import CinestatsError, InvalidInput

FollowedService = Literal["letterboxd"]

MAX_FOLLOWED = 5
_NAME = re.compile(r"[a-z0-9_]{1,40}")  # nothing that could be more than a part of a path


class TooManyFollowed(CinestatsError):
    """The user follows as many accounts as a user may follow."""


class NotFollowed(CinestatsError):
    """The user does not follow that account."""


@dataclass(frozen=True, slots=True)
class Asked:
    """When the account is asked again, and what came of the last time.

    ``result`` is a sentence. ``etag`` and ``last_modified`` are those of the answer that was
    taken in last. ``failures`` counts how often in a row nothing was to be had.
    """

    due_at: datetime
    asked_at: datetime | None = None
    result: str | None = None
    failures: int = 0
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class FollowedAccount:
    """The account ``name`` of a service, whose new entries go into a user's diary."""

    user_id: str
    service: FollowedService
    name: str
    since: datetime
    asked: Asked


class FollowedAccounts(Protocol):
    """What every user follows."""

    def add(self, account: FollowedAccount, limit: int) -> bool:
        """Returns False, and adds nothing, when the user has ``limit`` of them, or this one."""
        ...

    def of_user(self, user_id: str) -> Sequence[FollowedAccount]:
        """All of a user's, by service and name."""
        ...

    def remove(self, user_id: str, service: FollowedService, name: str) -> bool:
        """Returns whether the user followed that one."""
        ...

    def remove_all(self, user_id: str) -> int:
        """Returns how many the user followed."""
        ...


class FollowTurns(Protocol):
    """Whose turn it is to be asked, in however many processes."""

    def due(self, now: datetime, limit: int) -> Sequence[FollowedAccount]:
        """At most so many whose time has come, those that wait longest first."""
        ...

    def save(self, account: FollowedAccount, asked: Asked) -> bool:
        """Keep what came of a turn; False where the account has changed, or is gone."""
        ...


class FollowStore(FollowedAccounts, FollowTurns, Protocol):
    """What is followed, for the users and for those who ask."""


def follow(
    accounts: FollowedAccounts, clock: Clock, user_id: str, service: FollowedService, name: str
) -> FollowedAccount:
    """Follow an account from now on; one that is followed already stays as it is.

    ``name`` is the one in the account's address. Raises InvalidInput and TooManyFollowed.
    """
    now, name = clock(), account_name(name)
    account = FollowedAccount(user_id, service, name, now, Asked(now))
    if accounts.add(account, MAX_FOLLOWED):
        return account
    for each in accounts.of_user(user_id):
        if (each.service, each.name) == (service, name):
            return each
    raise TooManyFollowed(
        f"{user_id} follows {MAX_FOLLOWED} accounts already, as many as may be; unfollow one."
    )


def unfollow(
    accounts: FollowedAccounts, user_id: str, service: FollowedService, name: str
) -> None:
    """Follow an account no more; what it brought stays. Raises InvalidInput, NotFollowed."""
    name = account_name(name)
    if not accounts.remove(user_id, service, name):
        raise NotFollowed(f"{user_id} does not follow {name} on {service}.")


def account_name(name: str) -> str:
    """The name as it stands in an address, whose case makes no difference.

    >>> account_name("DMarlin")
    'dmarlin'
    """
    if not (name.isascii() and _NAME.fullmatch(name.lower())):
        raise InvalidInput(
            "name", "must be the one in the account's address: letters, digits and _"
        )
    return name.lower()
