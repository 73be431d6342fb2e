"""Accounts, credentials and the audit trail in three collections."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from datetime import datetime

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.errors import DuplicateKeyError

from cinestats.adapters.records import names_of, text_of
from cinestats.application.access.audit import AuditRecord
from cinestats.application.access.ports import (
    Account,
    AccountExists,
    Credential,
)

from .database import Document, MongoDatabase
from .records import document_of, record_from

_ACCOUNTS = "accounts"
_CREDENTIALS = "credentials"
_AUDIT = "audit"


class MongoAccounts:
    """Implements Accounts and AccountList."""

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database

    def create_indexes(self) -> None:
        """Make the index that keeps subjects apart; once, when a database is set up."""
        subject = [("oidc_subject", ASCENDING)]
        self._database.create_indexes(_ACCOUNTS, IndexModel(subject, unique=True, sparse=True))

    def get(self, user_id: str) -> Account | None:
        found = self._find({"_id": user_id})
        return found[0] if found else None

    def add(self, account: Account) -> None:
        document = document_of(account, "user_id")
        with _unique(account):
            try:
                self._database.write(self._database.collection(_ACCOUNTS).insert_one, document)
            except DuplicateKeyError:
                # Perhaps ours, whose answer was lost: hash and time tell it from another.
                if self.get(account.user_id) != account:
                    raise

    def replace(self, old: Account, new: Account) -> bool:
        absent = dict.fromkeys(names_of(Account))  # None matches a field that was left out
        with _unique(new):
            replaced = self._database.write(
                self._database.collection(_ACCOUNTS).replace_one,
                {**absent, **document_of(old, "user_id")},
                document_of(new, "user_id"),
            )
        return replaced.matched_count == 1 or self.get(new.user_id) == new

    def remove(self, user_id: str) -> bool:
        removed = self._database.write(
            self._database.collection(_ACCOUNTS).delete_one, {"_id": user_id}
        )
        return removed.deleted_count == 1

    def all(self) -> Sequence[Account]:
        return self._find({})

    def of_subject(self, oidc_subject: str) -> Account | None:
        found = self._find({"oidc_subject": oidc_subject})
        return found[0] if found else None

    def _find(self, condition: Document) -> list[Account]:
        found = self._database.find(_ACCOUNTS, condition, sort=[("_id", ASCENDING)])
        return [record_from(Account, document, "user_id") for document in found]


class MongoCredentials:
    """Implements Credentials and CredentialUse."""

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database

    def create_indexes(self) -> None:
        """Make the indexes that look-ups need; once, when a database is set up."""
        self._database.create_indexes(
            _CREDENTIALS,
            IndexModel([("secret_hash", ASCENDING)], unique=True),
            IndexModel([("user_id", ASCENDING), ("_id", ASCENDING)]),
        )

    def add(self, credential: Credential) -> None:
        self._database.write(
            self._database.collection(_CREDENTIALS).replace_one,
            {"_id": credential.credential_id},
            document_of(credential, "credential_id"),
            upsert=True,
        )

    def find(self, secret_hash: str) -> Credential | None:
        found = self._find({"secret_hash": secret_hash})
        return found[0] if found else None

    def of_user(self, user_id: str) -> Sequence[Credential]:
        return self._find({"user_id": user_id})

    def revoke(self, user_id: str, credential_id: str) -> bool:
        revoked = self._database.write(
            self._database.collection(_CREDENTIALS).delete_one,
            {"_id": credential_id, "user_id": user_id},
        )
        return revoked.deleted_count == 1

    def note_use(self, credential_id: str, at: datetime, expires_at: datetime | None) -> None:
        end = expires_at and text_of(expires_at)
        self._database.write(
            self._database.collection(_CREDENTIALS).update_one,
            {"_id": credential_id},
            {"$set": {"last_used_at": text_of(at), "expires_at": end}},
        )

    def _find(self, condition: Document) -> list[Credential]:
        found = self._database.find(_CREDENTIALS, condition, sort=[("_id", ASCENDING)])
        return [record_from(Credential, document, "credential_id") for document in found]


class MongoAuditTrail:
    """Implements AuditTrail."""

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database

    def append(self, record: AuditRecord) -> None:
        self._database.write(
            self._database.collection(_AUDIT).replace_one,
            {"_id": record.record_id},
            document_of(record, "record_id"),
            upsert=True,
        )

    def latest(self, limit: int, before: str | None = None) -> Sequence[AuditRecord]:
        condition = {} if before is None else {"_id": {"$lt": before}}
        found = self._database.find(_AUDIT, condition, sort=[("_id", DESCENDING)], limit=limit)
        return [record_from(AuditRecord, document, "record_id") for document in found]


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
