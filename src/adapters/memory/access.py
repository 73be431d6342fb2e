"""Accounts, credentials and the audit trail in dictionaries."""

import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from cinestats.application.access.audit import AuditRecord
from cinestats.application.access.ports import Account, AccountExists, Credential


class MemoryAccounts:
    """Implements Accounts and AccountList."""

    def __init__(self) -> None:
        self._accounts: dict[str, Account] = {}
        self._lock = threading.Lock()

    def get(self, user_id: str) -> Account | None:
        return self._accounts.get(user_id)

    def add(self, account: Account) -> None:
        with self._lock:
            if account.user_id in self._accounts:
                raise AccountExists(f"The name {account.user_id} is taken.")
            self._need_own_subject(account)
            self._accounts[account.user_id] = account

    def replace(self, old: Account, new: Account) -> bool:
        with self._lock:
            if self._accounts.get(old.user_id) != old:
                return False
            self._need_own_subject(new)
            self._accounts[old.user_id] = new
            return True

    def remove(self, user_id: str) -> bool:
        with self._lock:
            return self._accounts.pop(user_id, None) is not None

    def all(self) -> Sequence[Account]:
        with self._lock:
            return sorted(self._accounts.values(), key=lambda account: account.user_id)

    def of_subject(self, oidc_subject: str) -> Account | None:
        return next((each for each in self.all() if each.oidc_subject == oidc_subject), None)

    def _need_own_subject(self, account: Account) -> None:
        if account.oidc_subject is not None and any(
            each.oidc_subject == account.oidc_subject and each.user_id != account.user_id
            for each in self._accounts.values()
        ):
            raise AccountExists(f"The subject {account.oidc_subject} has an account.")


class MemoryCredentials:
    """Implements Credentials and CredentialUse."""

    def __init__(self) -> None:
        self._credentials: dict[str, Credential] = {}  # by id
        self._lock = threading.Lock()

    def add(self, credential: Credential) -> None:
        with self._lock:
            self._credentials[credential.credential_id] = credential

    def find(self, secret_hash: str) -> Credential | None:
        with self._lock:
            found = (c for c in self._credentials.values() if c.secret_hash == secret_hash)
            return next(found, None)

    def of_user(self, user_id: str) -> Sequence[Credential]:
        with self._lock:
            own = [c for c in self._credentials.values() if c.user_id == user_id]
        return sorted(own, key=lambda credential: credential.credential_id)

    def revoke(self, user_id: str, credential_id: str) -> bool:
        with self._lock:
            credential = self._credentials.get(credential_id)
            if credential is None or credential.user_id != user_id:
                return False
            del self._credentials[credential_id]
            return True

    def note_use(self, credential_id: str, at: datetime, expires_at: datetime | None) -> None:
        with self._lock:
            if credential := self._credentials.get(credential_id):
                self._credentials[credential_id] = replace(
                    credential, last_used_at=at, expires_at=expires_at
                )


class MemoryAuditTrail:
    """Implements AuditTrail."""

    def __init__(self) -> None:
        self._records: list[AuditRecord] = []

    def append(self, record: AuditRecord) -> None:
        self._records.append(record)

    def latest(self, limit: int, before: str | None = None) -> Sequence[AuditRecord]:
        newest = sorted(self._records, key=lambda record: record.record_id, reverse=True)
        return [r for r in newest if before is None or r.record_id < before][:limit]
