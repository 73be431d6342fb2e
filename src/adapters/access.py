"""Accounts, credentials and the audit trail, on whatever a backend keeps records in."""

import hmac
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from datetime import datetime

from cinestats.application.access.audit import AuditRecord
from cinestats.application.access.ports import Account, AccountExists, Credential
from cinestats.application.stores import AccessStores

from .records import Records, Taken


class StoredAccounts:
    """Implements Accounts and AccountList; no two records may share an identity."""

    def __init__(self, records: Records[Account]) -> None:
        self._records = records

    def get(self, user_id: str) -> Account | None:
        return next(iter(self._records.find(user_id=user_id)), None)

    def add(self, account: Account) -> None:
        with _unique(account):
            self._records.insert(account)

    def replace(self, old: Account, new: Account) -> bool:
        with _unique(new):
            return self._records.replace(old, new)

    def remove(self, user_id: str) -> bool:
        return self._records.delete(user_id=user_id) == 1

    def all(self) -> Sequence[Account]:
        return self._records.find()

    def of_identity(self, issuer: str | None, subject: str) -> Account | None:
        named = self._records.find(oidc_subject=subject)  # few: one for each issuer
        return next((each for each in named if each.oidc_issuer == issuer), None)


class StoredCredentials:
    """Implements Credentials and CredentialUse."""

    def __init__(self, records: Records[Credential]) -> None:
        self._records = records

    def add(self, credential: Credential) -> None:
        self._records.insert(credential)

    def find(self, secret_hash: str) -> Credential | None:
        return next(iter(self._records.find(secret_hash=secret_hash)), None)

    def of_user(self, user_id: str) -> Sequence[Credential]:
        return self._records.find(user_id=user_id)

    def revoke(self, user_id: str, credential_id: str) -> bool:
        return self._records.delete(credential_id=credential_id, user_id=user_id) == 1

    def note_use(self, credential_id: str, at: datetime, expires_at: datetime | None) -> None:
        used = {"last_used_at": at, "expires_at": expires_at}
        self._records.update({"credential_id": credential_id}, used)


class StoredAuditTrail:
    """Implements AuditTrail; ``secret`` is the key by which names are hidden."""

    def __init__(self, records: Records[AuditRecord], secret: Callable[[], bytes]) -> None:
        self._records = records
        self._secret = secret

    def append(self, record: AuditRecord) -> None:
        self._records.insert(record)

    def latest(self, limit: int, before: str | None = None) -> Sequence[AuditRecord]:
        return self._records.latest(limit, before)

    def erase(self, user_id: str) -> str:
        digest = hmac.new(self._secret(), user_id.encode(), "sha256").hexdigest()
        hidden = f"erased-{digest[:16]}"
        self._records.update({"subject": user_id}, {"subject": hidden, "detail": ""})
        self._records.update({"actor": user_id}, {"actor": hidden})
        return hidden


class StoredAccess(AccessStores):
    """The three, each on its records."""

    def __init__(
        self,
        accounts: Records[Account],
        credentials: Records[Credential],
        audit_trail: Records[AuditRecord],
        secret: Callable[[], bytes],
    ) -> None:
        super().__init__(
            StoredAccounts(accounts),
            StoredCredentials(credentials),
            StoredAuditTrail(audit_trail, secret),
        )


@contextmanager
def _unique(account: Account) -> Generator[None]:
    """Say in our words which unique value of the account is taken."""
    try:
        yield
    except Taken as taken:
        if "oidc_identity" in str(taken):
            raise AccountExists(
                f"The subject {account.oidc_subject} has an account."
            ) from taken
        raise AccountExists(f"The name {account.user_id} is taken.") from taken
