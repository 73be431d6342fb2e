"""Names of new users: one rule for all, and none that looks like the name of somebody else.

A name that is there already stays as it is, whatever it looks like: it may be of before this
rule, or come from a topic or a log.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from cinestats.application.lists.ports import ListLog
from cinestats.application.log.ports import EventHistory
from cinestats.domain.errors import InvalidInput

from .ports import AccountExists, AccountStore, NameRule


@dataclass(frozen=True, slots=True)
class NewNames:
    """Says which names new accounts and new diaries may have."""

    accounts: AccountStore
    history: EventHistory
    lists: ListLog
    rule: NameRule

    def for_account(self, typed: str) -> str:
        """The name of a new account, in small letters.

        Raises InvalidInput, and AccountExists for a name that is taken or looks like one that
        is. Which one it looks like is not told: that is for nobody to find out.
        """
        name = self.rule.account_name(typed)
        if self.is_there(name) or self.has_lookalike(name):
            raise taken(name)
        return name

    def check_diary(self, user_id: str) -> None:
        """Raises InvalidInput unless there is such a user, or a new diary may have the name."""
        if self.is_there(user_id):
            return
        self.rule.check_diary_name(user_id)
        if self.has_lookalike(user_id):
            raise InvalidInput("user", "looks like the name of another diary; take another")

    def is_there(self, user_id: str) -> bool:
        """Whether there is a diary, a list or an account of exactly this name."""
        has_diary = next(iter(self.history.of_user(user_id)), None) is not None
        if has_diary or self.accounts.get(user_id) is not None:
            return True
        return bool(self.lists.of_user(user_id))

    def has_lookalike(self, name: str) -> bool:
        """Whether another user's name looks like it."""
        looks = self.rule.looks(name)
        return any(
            other != name and not looks.isdisjoint(self.rule.looks(other))
            for other in self._all()
        )

    def _all(self) -> Iterator[str]:
        yield from self.history.users()
        yield from self.lists.users()
        yield from (account.user_id for account in self.accounts.all())


def taken(name: str) -> AccountExists:
    """The error for a name that somebody has, or that looks like one."""
    return AccountExists(f"The name {name} is taken.")
