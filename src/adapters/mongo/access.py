"""Accounts, credentials and the audit trail in three collections."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from datetime import datetime

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.errors import DuplicateKeyError

from cinestats.adapters.records import names_of, text_of
from cinestats.application.access.audit import AuditRecord
from cinestats.application.access.ports import Account, AccountExists, Credential

from .database import MongoDatabase
from .records import Records

_ACCOUNTS, _CREDENTIALS = "accounts", "credentials"


class MongoAccounts:
    """Implements Accounts and AccountList."""

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database
        self._accounts = Records(database, _ACCOUNTS, Account, "user_id")

    def create_indexes(self) -> None:
        """Make the index that keeps subjects apart; once, when a database is set up."""
        subject = [("oidc_subject", ASCENDING)]
        self._database.create_indexes(_ACCOUNTS, IndexModel(subject, unique=True, sparse=True))

    def get(self, user_id: str) -> Account | None:
        return self._accounts.first({"_id": user_id})

    def add(self, account: Account) -> None:
        document = self._accounts.document(account)
        with _unique(account):
            try:
                self._database.write(self._accounts.collection.insert_one, document)
            except DuplicateKeyError:
                # Perhaps ours, whose answer was lost: hash and time tell it from another.
                if self.get(account.user_id) != account:
                    raise

    def replace(self, old: Account, new: Account) -> bool:
        absent = dict.fromkeys(names_of(Account))  # None matches a field that was left out
        with _unique(new):
            replaced = self._database.write(
                self._accounts.collection.replace_one,
                {**absent, **self._accounts.document(old)},
                self._accounts.document(new),
            )
        return replaced.matched_count == 1 or self.get(new.user_id) == new

    def remove(self, user_id: str) -> bool:
        return self._accounts.delete({"_id": user_id})

    def all(self) -> Sequence[Account]:
        return self._accounts.find({})

    def of_subject(self, oidc_subject: str) -> Account | None:
        return self._accounts.first({"oidc_subject": oidc_subject})


class MongoCredentials:
    """Implements Credentials and CredentialUse."""

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database
        self._credentials = Records(database, _CREDENTIALS, Credential, "credential_id")

    def create_indexes(self) -> None:
        """Make the indexes that look-ups need; once, when a database is set up."""
        self._database.create_indexes(
            _CREDENTIALS,
            IndexModel([("secret_hash", ASCENDING)], unique=True),
            IndexModel([("user_id", ASCENDING), ("_id", ASCENDING)]),
        )

    def add(self, credential: Credential) -> None:
        self._credentials.put(credential)

    def find(self, secret_hash: str) -> Credential | None:
        return self._credentials.first({"secret_hash": secret_hash})

    def of_user(self, user_id: str) -> Sequence[Credential]:
        return self._credentials.find({"user_id": user_id})

    def revoke(self, user_id: str, credential_id: str) -> bool:
        return self._credentials.delete({"_id": credential_id, "user_id": user_id})

    def note_use(self, credential_id: str, at: datetime, expires_at: datetime | None) -> None:
        end = expires_at and text_of(expires_at)
        changes = {"last_used_at": text_of(at), "expires_at": end}
        self._credentials.update({"_id": credential_id}, changes)


class MongoAuditTrail:
    """Implements AuditTrail."""

    def __init__(self, database: MongoDatabase) -> None:
        self._records = Records(database, "audit", AuditRecord, "record_id")

    def append(self, record: AuditRecord) -> None:
        self._records.put(record)

    def latest(self, limit: int, before: str | None = None) -> Sequence[AuditRecord]:
        condition = {} if before is None else {"_id": {"$lt": before}}
        return self._records.find(condition, sort=[("_id", DESCENDING)], limit=limit)


@contextmanager
def _unique(account: Account) -> Generator[None]:
    """Say in our words which unique value of the account is taken."""
    try:
        yield
    except DuplicateKeyError as error:
        if "oidc_subject" in str(error):
            raise AccountExists(
                f"The subject {account.oidc_subject} has an account."
            ) from error
        raise AccountExists(f"The name {account.user_id} is taken.") from error
