"""How much of the server an account may have, and how much it has."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

from cinestats.application.diary.ports import DiarySize
from cinestats.application.diary.room import Bound, Room
from cinestats.application.log.ports import LogSize
from cinestats.application.webhooks.subscriptions import MAX_WEBHOOKS, Webhooks
from cinestats.domain.errors import InvalidInput
from cinestats.domain.events import Event

from .accounts import change_account
from .audit import Audit
from .ports import Account, Accounts, Credentials
from .tokens import MAX_TOKENS

MAX_QUOTA = 10**15


@dataclass(frozen=True, slots=True)
class Quota:
    """At most so many entries, bytes of the log, tokens and webhooks; None is no bound of its
    own: of an account the server's holds then.
    """

    entries: int | None = None
    storage_bytes: int | None = None
    tokens: int | None = None
    webhooks: int | None = None

    def or_else(self, default: "Quota") -> "Quota":
        """This one, with the default's numbers where it has none."""
        return Quota(
            _first(self.entries, default.entries),
            _first(self.storage_bytes, default.storage_bytes),
            _first(self.tokens, default.tokens),
            _first(self.webhooks, default.webhooks),
        )


class Used(NamedTuple):
    """How much there is of something, and how much there may be; None is without a bound."""

    used: int
    limit: int | None


class Usage(NamedTuple):
    """What an account has of each, and may have."""

    entries: Used
    storage_bytes: Used
    tokens: Used
    webhooks: Used


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotas:
    """The quotas of accounts; ``default`` is for whom the admin has set none.

    ``size_of`` tells how many bytes an event takes in the log.
    """

    accounts: Accounts
    credentials: Credentials
    webhooks: Webhooks
    log: LogSize
    diaries: DiarySize
    size_of: Callable[[Event], int]
    audit: Audit
    default: Quota

    def of(self, user_id: str) -> Quota:
        """What holds for a user, who need have no account."""
        account = self.accounts.get(user_id)
        return self.default if account is None else quota_of(account).or_else(self.default)

    def room(self, user_id: str) -> Room:
        """What the user's diary may still take in."""
        quota, room = self.of(user_id), Room(size_of=self.size_of)
        if quota.entries is not None:
            room.entries = Bound("entries", quota.entries, self.diaries.count(user_id))
        if quota.storage_bytes is not None:
            used = self.log.size_of(user_id)
            room.storage = Bound("bytes of storage", quota.storage_bytes, used)
        return room

    def check_tokens(self, user_id: str) -> None:
        """Raises QuotaReached unless the user may make another token."""
        limit = self.of(user_id).tokens
        if limit is not None:
            Bound("tokens", limit, self._tokens(user_id)).take(1)

    def webhook_limit(self, user_id: str) -> int | None:
        """How many webhooks the user may have; None is without a bound."""
        return self.of(user_id).webhooks

    def usage(self, user_id: str) -> Usage:
        """What the user has and may have."""
        quota = self.of(user_id)
        return Usage(
            Used(self.diaries.count(user_id), quota.entries),
            Used(self.log.size_of(user_id), quota.storage_bytes),
            Used(self._tokens(user_id), _least(quota.tokens, MAX_TOKENS)),
            Used(len(self.webhooks.of_user(user_id)), _least(quota.webhooks, MAX_WEBHOOKS)),
        )

    def set(self, user_id: str, quota: Quota, actor: str) -> Quota:
        """Give an account its own numbers; returns what holds then.

        What it has beyond them stays. Raises AccountNotFound and InvalidInput.
        """
        fields = {
            "entries": quota.entries,
            "storage_bytes": quota.storage_bytes,
            "tokens": quota.tokens,
            "webhooks": quota.webhooks,
        }
        for name, number in fields.items():
            if number is not None and not 0 <= number <= MAX_QUOTA:
                raise InvalidInput(name, f"must be from 0 to {MAX_QUOTA:,}")
        account = change_account(self.accounts, user_id, lambda old: _with(old, quota))
        said = (f"{name}: {_shown(number)}" for name, number in fields.items())
        self.audit.note(actor, "quota-set", user_id, ", ".join(said))
        return quota_of(account).or_else(self.default)

    def _tokens(self, user_id: str) -> int:
        return sum(each.kind == "token" for each in self.credentials.of_user(user_id))


def quota_of(account: Account) -> Quota:
    """The account's own numbers."""
    return Quota(
        account.max_entries,
        account.max_storage_bytes,
        account.max_tokens,
        account.max_webhooks,
    )


def _with(account: Account, quota: Quota) -> Account:
    return replace(
        account,
        max_entries=quota.entries,
        max_storage_bytes=quota.storage_bytes,
        max_tokens=quota.tokens,
        max_webhooks=quota.webhooks,
    )


def _first(number: int | None, other: int | None) -> int | None:
    return other if number is None else number


def _least(number: int | None, other: int) -> int:
    return other if number is None else min(number, other)


def _shown(number: int | None) -> str:
    return "default" if number is None else f"{number:,}"
