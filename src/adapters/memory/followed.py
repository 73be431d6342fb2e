"""What is followed, held in memory."""

import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from cinestats.application.following.accounts import Asked, FollowedAccount, FollowedService

_Key = tuple[str, str, str]


class MemoryFollowed:
    """Implements FollowedAccounts and FollowTurns."""

    def __init__(self) -> None:
        self._accounts: dict[_Key, FollowedAccount] = {}
        self._lock = threading.Lock()

    def add(self, account: FollowedAccount, limit: int) -> bool:
        with self._lock:
            others = self.of_user(account.user_id)
            if len(others) >= limit or _key(account) in self._accounts:
                return False
            self._accounts[_key(account)] = account
            return True

    def of_user(self, user_id: str) -> Sequence[FollowedAccount]:
        found = [each for each in self._accounts.values() if each.user_id == user_id]
        return sorted(found, key=_key)

    def remove(self, user_id: str, service: FollowedService, name: str) -> bool:
        with self._lock:
            return self._accounts.pop((user_id, service, name), None) is not None

    def remove_all(self, user_id: str) -> int:
        with self._lock:
            found = self.of_user(user_id)
            for each in found:
                del self._accounts[_key(each)]
            return len(found)

    def due(self, now: datetime, limit: int) -> Sequence[FollowedAccount]:
        with self._lock:
            due = [each for each in self._accounts.values() if each.asked.due_at <= now]
        return sorted(due, key=lambda each: each.asked.due_at)[:limit]

    def save(self, account: FollowedAccount, asked: Asked) -> bool:
        with self._lock:
            if self._accounts.get(_key(account)) != account:
                return False
            self._accounts[_key(account)] = replace(account, asked=asked)
            return True


def _key(account: FollowedAccount) -> _Key:
    return account.user_id, account.service, account.name
