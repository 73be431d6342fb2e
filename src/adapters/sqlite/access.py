"""Accounts, credentials and the audit trail in one SQLite file, which nothing can rebuild."""

import sqlite3
from pathlib import Path
from secrets import token_bytes

from cinestats.adapters.access import StoredAccess
from cinestats.application.access.audit import AuditRecord
from cinestats.application.access.ports import Account, Credential

from .database import Database
from .records import SqliteRecords

FORM = 3
_SCHEMA = """
CREATE TABLE IF NOT EXISTS accounts (
    user_id TEXT PRIMARY KEY, password_hash TEXT, is_admin INTEGER NOT NULL,
    privacy TEXT NOT NULL, link TEXT, oidc_subject TEXT, created_at TEXT NOT NULL,
    oidc_issuer TEXT, max_entries INTEGER, max_storage_bytes INTEGER, max_tokens INTEGER,
    max_webhooks INTEGER
) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS accounts_by_oidc_identity
    ON accounts (oidc_subject, COALESCE(oidc_issuer, ''));
CREATE TABLE IF NOT EXISTS credentials (
    credential_id TEXT PRIMARY KEY, secret_hash TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
    user_id TEXT NOT NULL, name TEXT NOT NULL, scopes TEXT NOT NULL,
    created_at TEXT NOT NULL, expires_at TEXT, last_used_at TEXT
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS credentials_by_user ON credentials (user_id, credential_id);
CREATE TABLE IF NOT EXISTS audit (
    record_id TEXT PRIMARY KEY, at TEXT NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL,
    subject TEXT NOT NULL, detail TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS secrets (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID
"""


class SqliteAccess(StoredAccess):
    """The three stores of a file."""

    def __init__(self, path: Path) -> None:
        database = Database(
            path, _SCHEMA, form=FORM, durable=True, upgrade=_upgrade, overwrite=True
        )
        accounts = SqliteRecords(database, "accounts", Account, "user_id")
        credentials = SqliteRecords(database, "credentials", Credential, "credential_id")
        audit = SqliteRecords(database, "audit", AuditRecord, "record_id")
        super().__init__(accounts, credentials, audit, self._secret)
        self._database = database
        self._records = accounts, credentials, audit

    def read_all(self) -> None:
        """Read every record; raises StoreUnavailable where one cannot be read."""
        for records in self._records:
            records.find()

    def _secret(self) -> bytes:
        """What hides names in the audit trail; made when it is first needed."""
        new = "INSERT INTO secrets VALUES ('audit', :value) ON CONFLICT DO NOTHING"
        self._database.execute(new, value=token_bytes(32))
        ((value,),) = self._database.query("SELECT value FROM secrets WHERE name = 'audit'")
        return bytes(value)

    def close(self) -> None:
        self._database.close()


def _upgrade(connection: sqlite3.Connection) -> None:
    """Form 1 had no issuer, and one account for a subject whoever the issuer was; forms 1
    and 2 had no quotas."""
    tables = "SELECT name FROM sqlite_master WHERE name = 'accounts'"
    if connection.execute(tables).fetchone() is None:
        return
    columns = connection.execute("SELECT name FROM pragma_table_info('accounts')")
    names = ", ".join(name for (name,) in columns.fetchall())
    connection.execute("ALTER TABLE accounts RENAME TO earlier_accounts")
    connection.execute(_SCHEMA.partition(";")[0])
    connection.execute(f"INSERT INTO accounts ({names}) SELECT {names} FROM earlier_accounts")
    connection.execute("DROP TABLE earlier_accounts")
