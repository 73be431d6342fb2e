"""Accounts, credentials and the audit trail in three collections."""

from functools import cache, partial

from pymongo import IndexModel

from cinestats.adapters.access import StoredAccess
from cinestats.application.access.audit import AuditRecord
from cinestats.application.access.ports import Account, Credential

from .database import MongoDatabase
from .records import MongoRecords
from .secret import secret_of

_ACCOUNTS, _CREDENTIALS = "accounts", "credentials"


class MongoAccess(StoredAccess):
    """The three stores of a database."""

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database
        accounts = MongoRecords(database, _ACCOUNTS, Account, "user_id")
        credentials = MongoRecords(database, _CREDENTIALS, Credential, "credential_id")
        audit = MongoRecords(database, "audit", AuditRecord, "record_id")
        super().__init__(accounts, credentials, audit, cache(partial(secret_of, database)))
        self._records = accounts, credentials, audit

    def read_all(self) -> None:
        """Read every record; raises StoreUnavailable where one cannot be read."""
        for records in self._records:
            records.find()

    def create_indexes(self) -> None:
        """Make the indexes that look-ups and unique values need; once, at set-up."""
        identity = IndexModel(
            ["oidc_subject", "oidc_issuer"], name="oidc_identity", unique=True, sparse=True
        )
        self._database.create_indexes(_ACCOUNTS, identity)
        self._database.create_indexes(
            _CREDENTIALS,
            IndexModel("secret_hash", unique=True),
            IndexModel(["user_id", "_id"]),
        )


def upgrade(database: MongoDatabase) -> None:
    """In form 1 a subject had one account, whoever the issuer was."""
    accounts = database.collection(_ACCOUNTS)
    if "oidc_subject_1" in database.write(accounts.index_information):
        database.write(accounts.drop_index, "oidc_subject_1")
