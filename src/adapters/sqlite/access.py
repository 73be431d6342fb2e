"""Accounts, credentials and the audit trail in one SQLite file, which nothing can rebuild."""

import sqlite3
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from cinestats.application.access.ports import (
    Account,
    AccountExists,
    AuditRecord,
    Credential,
    CredentialKind,
    Privacy,
)
from cinestats.application.access.principal import Scope

from .database import Database

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
_OVERWRITE = "PRAGMA secure_delete = ON"  # what is removed shall not be found in the file


def access_database(path: Path) -> Database:
    """The file of the three stores."""
    return Database(path, _SCHEMA, form=FORM, durable=True)


class SqliteAccounts:
    """Implements Accounts and AccountList."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, user_id: str) -> Account | None:
        return self._one("user_id = ?", user_id)

    def add(self, account: Account) -> None:
        with _unique(account), self._database.transaction() as connection:
            connection.execute(
                "INSERT INTO accounts VALUES (?, ?, ?, ?, ?, ?, ?)", _account_row(account)
            )

    def replace(self, old: Account, new: Account) -> bool:
        with _unique(new), self._database.transaction() as connection:
            replaced = connection.execute(
                "UPDATE accounts SET (user_id, password_hash, is_admin, privacy, link,"
                " oidc_subject, created_at) = (?, ?, ?, ?, ?, ?, ?) WHERE user_id = ?"
                " AND password_hash IS ? AND is_admin = ? AND privacy = ? AND link IS ?"
                " AND oidc_subject IS ? AND created_at = ?",
                (*_account_row(new), *_account_row(old)),
            )
            return replaced.rowcount == 1

    def remove(self, user_id: str) -> bool:
        with self._database.transaction() as connection:
            connection.execute(_OVERWRITE)
            removed = connection.execute("DELETE FROM accounts WHERE user_id = ?", (user_id,))
            return removed.rowcount == 1

    def all(self) -> Sequence[Account]:
        rows = self._database.query("SELECT * FROM accounts ORDER BY user_id")
        return [_account(*row) for row in rows]

    def of_subject(self, oidc_subject: str) -> Account | None:
        return self._one("oidc_subject = ?", oidc_subject)

    def _one(self, condition: str, value: str) -> Account | None:
        rows = self._database.query(f"SELECT * FROM accounts WHERE {condition}", (value,))
        return _account(*rows[0]) if rows else None


class SqliteCredentials:
    """Implements Credentials and CredentialUse."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, credential: Credential) -> None:
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT INTO credentials VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                _credential_row(credential),
            )

    def find(self, secret_hash: str) -> Credential | None:
        rows = self._database.query(
            "SELECT * FROM credentials WHERE secret_hash = ?", (secret_hash,)
        )
        return _credential(*rows[0]) if rows else None

    def of_user(self, user_id: str) -> Sequence[Credential]:
        rows = self._database.query(
            "SELECT * FROM credentials WHERE user_id = ? ORDER BY credential_id", (user_id,)
        )
        return [_credential(*row) for row in rows]

    def revoke(self, user_id: str, credential_id: str) -> bool:
        with self._database.transaction() as connection:
            connection.execute(_OVERWRITE)
            revoked = connection.execute(
                "DELETE FROM credentials WHERE credential_id = ? AND user_id = ?",
                (credential_id, user_id),
            )
            return revoked.rowcount == 1

    def note_use(self, credential_id: str, at: datetime, expires_at: datetime | None) -> None:
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE credentials SET last_used_at = ?, expires_at = ?"
                " WHERE credential_id = ?",
                (_text(at), _text_or_none(expires_at), credential_id),
            )


class SqliteAuditTrail:
    """Implements AuditTrail."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def append(self, record: AuditRecord) -> None:
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?)",
                (
                    record.record_id,
                    _text(record.at),
                    record.actor,
                    record.action,
                    record.subject,
                    record.detail,
                ),
            )

    def latest(self, limit: int, before: str | None = None) -> Sequence[AuditRecord]:
        rows = self._database.query(
            "SELECT * FROM audit WHERE ?1 IS NULL OR record_id < ?1"
            " ORDER BY record_id DESC LIMIT ?2",
            (before, limit),
        )
        return [
            AuditRecord(record_id, datetime.fromisoformat(at), *rest)
            for record_id, at, *rest in rows
        ]


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


def _account_row(account: Account) -> tuple[Any, ...]:
    return (
        account.user_id,
        account.password_hash,
        account.is_admin,
        account.privacy,
        account.link,
        account.oidc_subject,
        _text(account.created_at),
    )


def _account(
    user_id: str,
    password_hash: str | None,
    is_admin: int,
    privacy: Privacy,
    link: str | None,
    oidc_subject: str | None,
    created_at: str,
) -> Account:
    return Account(
        user_id,
        password_hash,
        bool(is_admin),
        privacy,
        link,
        oidc_subject,
        datetime.fromisoformat(created_at),
    )


def _credential_row(credential: Credential) -> tuple[Any, ...]:
    return (
        credential.credential_id,
        credential.secret_hash,
        credential.kind,
        credential.user_id,
        credential.name,
        " ".join(sorted(credential.scopes)),
        _text(credential.created_at),
        _text_or_none(credential.expires_at),
        _text_or_none(credential.last_used_at),
    )


def _credential(
    credential_id: str,
    secret_hash: str,
    kind: CredentialKind,
    user_id: str,
    name: str,
    scopes: str,
    created_at: str,
    expires_at: str | None,
    last_used_at: str | None,
) -> Credential:
    return Credential(
        credential_id,
        secret_hash,
        kind,
        user_id,
        name,
        frozenset(cast("list[Scope]", scopes.split())),
        datetime.fromisoformat(created_at),
        _moment_or_none(expires_at),
        _moment_or_none(last_used_at),
    )


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def _text_or_none(moment: datetime | None) -> str | None:
    return None if moment is None else _text(moment)


def _moment_or_none(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
