"""Accounts, credentials and the audit trail in one SQLite file, which nothing can rebuild."""

import sqlite3
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from cinestats.adapters.records import record_of, text_of
from cinestats.application.access.audit import AuditRecord
from cinestats.application.access.ports import Account, AccountExists, Credential

from .database import Database
from .rows import assignments, insertion, row_of

FORM = 1
_SCHEMA = """
CREATE TABLE IF NOT EXISTS accounts (
    user_id TEXT PRIMARY KEY, password_hash TEXT, is_admin INTEGER NOT NULL,
    privacy TEXT NOT NULL, link TEXT, oidc_subject TEXT UNIQUE, created_at TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS credentials (
    credential_id TEXT PRIMARY KEY, secret_hash TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
    user_id TEXT NOT NULL, name TEXT NOT NULL, scopes TEXT NOT NULL,
    created_at TEXT NOT NULL, expires_at TEXT, last_used_at TEXT
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS credentials_by_user ON credentials (user_id, credential_id);
CREATE TABLE IF NOT EXISTS audit (
    record_id TEXT PRIMARY KEY, at TEXT NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL,
    subject TEXT NOT NULL, detail TEXT NOT NULL
) WITHOUT ROWID
"""


def access_database(path: Path) -> Database:
    """The file of the three stores."""
    return Database(path, _SCHEMA, form=FORM, durable=True, overwrite=True)


class SqliteAccounts:
    """Implements Accounts and AccountList."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, user_id: str) -> Account | None:
        found = self._find("WHERE user_id = :user_id", user_id=user_id)
        return found[0] if found else None

    def add(self, account: Account) -> None:
        row = row_of(account)
        with _unique(account):
            self._database.execute(insertion("accounts", row), **row)

    def replace(self, old: Account, new: Account) -> bool:
        row = row_of(new)
        with _unique(new), self._database.transaction() as connection:
            if self.get(old.user_id) != old:
                return False
            connection.execute(
                f"UPDATE accounts SET {assignments(row)} WHERE user_id = :user_id", row
            )
            return True

    def remove(self, user_id: str) -> bool:
        sql = "DELETE FROM accounts WHERE user_id = :user_id"
        return self._database.execute(sql, user_id=user_id) == 1

    def all(self) -> Sequence[Account]:
        return self._find("ORDER BY user_id")

    def of_subject(self, oidc_subject: str) -> Account | None:
        found = self._find("WHERE oidc_subject = :subject", subject=oidc_subject)
        return found[0] if found else None

    def _find(self, clause: str, **parameters: str) -> list[Account]:
        rows = self._database.rows(f"SELECT * FROM accounts {clause}", **parameters)
        return [record_of(Account, row) for row in rows]


class SqliteCredentials:
    """Implements Credentials and CredentialUse."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, credential: Credential) -> None:
        row = row_of(credential)
        self._database.execute(insertion("credentials", row), **row)

    def find(self, secret_hash: str) -> Credential | None:
        found = self._find("secret_hash = :secret_hash", secret_hash=secret_hash)
        return found[0] if found else None

    def of_user(self, user_id: str) -> Sequence[Credential]:
        return self._find("user_id = :user_id ORDER BY credential_id", user_id=user_id)

    def revoke(self, user_id: str, credential_id: str) -> bool:
        sql = "DELETE FROM credentials WHERE credential_id = :id AND user_id = :user_id"
        return self._database.execute(sql, id=credential_id, user_id=user_id) == 1

    def note_use(self, credential_id: str, at: datetime, expires_at: datetime | None) -> None:
        self._database.execute(
            "UPDATE credentials SET last_used_at = :at, expires_at = :end"
            " WHERE credential_id = :id",
            id=credential_id,
            at=text_of(at),
            end=expires_at and text_of(expires_at),
        )

    def _find(self, condition: str, **parameters: str) -> list[Credential]:
        rows = self._database.rows(f"SELECT * FROM credentials WHERE {condition}", **parameters)
        return [record_of(Credential, {**row, "scopes": row["scopes"].split()}) for row in rows]


class SqliteAuditTrail:
    """Implements AuditTrail."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def append(self, record: AuditRecord) -> None:
        row = row_of(record)
        self._database.execute(insertion("audit", row), **row)

    def latest(self, limit: int, before: str | None = None) -> Sequence[AuditRecord]:
        rows = self._database.rows(
            "SELECT * FROM audit WHERE :before IS NULL OR record_id < :before"
            " ORDER BY record_id DESC LIMIT :limit",
            before=before,
            limit=limit,
        )
        return [record_of(AuditRecord, row) for row in rows]


@contextmanager
def _unique(account: Account) -> Generator[None]:
    """Say in our words which unique value of the account is taken."""
    try:
        yield
    except sqlite3.IntegrityError as error:
        if "oidc_subject" in str(error):
            raise AccountExists(
                f"The subject {account.oidc_subject} has an account."
            ) from error
        raise AccountExists(f"The name {account.user_id} is taken.") from error
