"""Accounts, credentials and the audit trail in three collections."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from pymongo import ASCENDING, IndexModel
from pymongo.errors import DuplicateKeyError

from cinestats.application.access.ports import Account, AccountExists, AuditRecord, Credential

from .database import Document, MongoDatabase

_ACCOUNTS = "accounts"
_CREDENTIALS = "credentials"
_AUDIT = "audit"


class MongoAccounts:
    """Implements Accounts and AccountList. A field that is None is left out."""

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database

    def create_indexes(self) -> None:
        """Make the index that keeps subjects apart; once, when a database is set up."""
        subject = [("oidc_subject", ASCENDING)]
        self._database.create_indexes(_ACCOUNTS, IndexModel(subject, unique=True, sparse=True))

    def get(self, user_id: str) -> Account | None:
        return self._one({"_id": user_id})

    def add(self, account: Account) -> None:
        document = _account_document(account)
        with _unique(account):
            try:
                self._database.write(self._database.collection(_ACCOUNTS).insert_one, document)
            except DuplicateKeyError:
                # Perhaps ours, whose answer was lost: hash and time tell it from another.
                if self.get(account.user_id) != account:
                    raise

    def replace(self, old: Account, new: Account) -> bool:
        absent = dict.fromkeys(("password_hash", "link", "oidc_subject"))
        with _unique(new):
            replaced = self._database.write(
                self._database.collection(_ACCOUNTS).replace_one,
                {**absent, **_account_document(old)},
                _account_document(new),
            )
        return replaced.matched_count == 1 or self.get(new.user_id) == new

    def remove(self, user_id: str) -> bool:
        removed = self._database.write(
            self._database.collection(_ACCOUNTS).delete_one, {"_id": user_id}
        )
        return removed.deleted_count == 1

    def all(self) -> Sequence[Account]:
        found = self._database.find(_ACCOUNTS, {}, sort=[("_id", ASCENDING)])
        return [_account(document) for document in found]

    def of_subject(self, oidc_subject: str) -> Account | None:
        return self._one({"oidc_subject": oidc_subject})

    def _one(self, condition: Document) -> Account | None:
        found = self._database.find(_ACCOUNTS, condition)
        return _account(found[0]) if found else None


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
        document = _credential_document(credential)
        self._database.write(
            self._database.collection(_CREDENTIALS).replace_one,
            {"_id": credential.credential_id},
            document,
            upsert=True,
        )

    def find(self, secret_hash: str) -> Credential | None:
        found = self._database.find(_CREDENTIALS, {"secret_hash": secret_hash})
        return _credential(found[0]) if found else None

    def of_user(self, user_id: str) -> Sequence[Credential]:
        found = self._database.find(
            _CREDENTIALS, {"user_id": user_id}, sort=[("_id", ASCENDING)]
        )
        return [_credential(document) for document in found]

    def revoke(self, user_id: str, credential_id: str) -> bool:
        revoked = self._database.write(
            self._database.collection(_CREDENTIALS).delete_one,
            {"_id": credential_id, "user_id": user_id},
        )
        return revoked.deleted_count == 1

    def note_use(self, credential_id: str, at: datetime, expires_at: datetime | None) -> None:
        self._database.write(
            self._database.collection(_CREDENTIALS).update_one,
            {"_id": credential_id},
            {"$set": {"last_used_at": _text(at), "expires_at": _text(expires_at)}},
        )


class MongoAuditTrail:
    """Implements AuditTrail."""

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database

    def append(self, record: AuditRecord) -> None:
        self._database.write(
            self._database.collection(_AUDIT).replace_one,
            {"_id": record.record_id},
            {
                "_id": record.record_id,
                "at": _text(record.at),
                "actor": record.actor,
                "action": record.action,
                "subject": record.subject,
                "detail": record.detail,
            },
            upsert=True,
        )

    def latest(self, limit: int, before: str | None = None) -> Sequence[AuditRecord]:
        condition = {} if before is None else {"_id": {"$lt": before}}
        found = self._database.find(_AUDIT, condition, sort=[("_id", -1)], limit=limit)
        return [
            AuditRecord(
                document["_id"],
                datetime.fromisoformat(document["at"]),
                document["actor"],
                document["action"],
                document["subject"],
                document["detail"],
            )
            for document in found
        ]


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


def _account_document(account: Account) -> Document:
    document: Document = {
        "_id": account.user_id,
        "password_hash": account.password_hash,
        "is_admin": account.is_admin,
        "privacy": account.privacy,
        "link": account.link,
        "oidc_subject": account.oidc_subject,
        "created_at": _text(account.created_at),
    }
    return {name: value for name, value in document.items() if value is not None}


def _account(document: Document) -> Account:
    return Account(
        document["_id"],
        document.get("password_hash"),
        document["is_admin"],
        document["privacy"],
        document.get("link"),
        document.get("oidc_subject"),
        datetime.fromisoformat(document["created_at"]),
    )


def _credential_document(credential: Credential) -> Document:
    return {
        "_id": credential.credential_id,
        "secret_hash": credential.secret_hash,
        "kind": credential.kind,
        "user_id": credential.user_id,
        "name": credential.name,
        "scopes": sorted(credential.scopes),
        "created_at": _text(credential.created_at),
        "expires_at": _text(credential.expires_at),
        "last_used_at": _text(credential.last_used_at),
    }


def _credential(document: Document) -> Credential:
    return Credential(
        document["_id"],
        document["secret_hash"],
        document["kind"],
        document["user_id"],
        document["name"],
        frozenset(document["scopes"]),
        datetime.fromisoformat(document["created_at"]),
        _moment(document["expires_at"]),
        _moment(document["last_used_at"]),
    )


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat()


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
