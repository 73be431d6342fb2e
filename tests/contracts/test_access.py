"""The stores of accounts, credentials and audit records keep their ports' contracts."""

import stat
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cinestats.adapters.memory.access import MemoryAccess
from cinestats.adapters.sqlite.access import SqliteAccess
from cinestats.application.access.audit import AuditTrail
from cinestats.application.ports import StoreUnavailable
from cinestats.application.stores import AccountStore, CredentialStore

from .access import ANNA, ISSUER, AccountsContract, AuditTrailContract, CredentialsContract

if TYPE_CHECKING:
    from cinestats.adapters.mongo.access import MongoAccess
    from stack.mongo import Mongo


class TestMemoryAccounts(AccountsContract):
    def make(self) -> AccountStore:
        return MemoryAccess().accounts


class TestMemoryCredentials(CredentialsContract):
    def make(self) -> CredentialStore:
        return MemoryAccess().credentials


class TestMemoryAuditTrail(AuditTrailContract):
    def make(self) -> AuditTrail:
        return MemoryAccess().audit_trail


class _File:
    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path: Path) -> Iterator[None]:
        self.path = tmp_path / "access.db"
        self.opened = ExitStack()
        with self.opened:
            yield

    def access(self) -> SqliteAccess:
        access = SqliteAccess(self.path)
        self.opened.callback(access.close)
        return access


class TestSqliteAccounts(_File, AccountsContract):
    def make(self) -> AccountStore:
        return self.access().accounts

    def test_accounts_outlive_the_process(self) -> None:
        """The file holds them."""
        self.make().add(ANNA)
        assert self.make().get("anna") == ANNA

    def test_the_file_is_for_one_user_of_the_system(self) -> None:
        """It holds hashes and links, which other people of the machine must not read."""
        self.make().add(ANNA)
        assert stat.S_IMODE(self.path.stat().st_mode) == 0o600

    def test_a_removed_account_is_not_in_the_file(self) -> None:
        """Not even its raw bytes hold the user's name."""
        accounts = self.make()
        accounts.add(ANNA)
        assert b"sub-1" in self.path.read_bytes()
        accounts.remove("anna")
        assert b"sub-1" not in self.path.read_bytes()
        assert ISSUER.encode() not in self.path.read_bytes()

    def test_a_folder_that_cannot_be_used_is_named(self) -> None:
        """The error is one for users, with the path."""
        self.path.mkdir()
        with pytest.raises(StoreUnavailable, match=r"access\.db"):
            self.make()


class TestSqliteCredentials(_File, CredentialsContract):
    def make(self) -> CredentialStore:
        return self.access().credentials


class TestSqliteAuditTrail(_File, AuditTrailContract):
    def make(self) -> AuditTrail:
        return self.access().audit_trail


class _Server:
    @pytest.fixture(autouse=True)
    def _database(self, mongo: "Mongo") -> Iterator[None]:
        from cinestats.adapters.mongo.database import MongoDatabase

        self.database = MongoDatabase(mongo.uri, "test_access")
        yield
        self.database.drop()

    def access(self) -> "MongoAccess":
        from cinestats.adapters.mongo.access import MongoAccess

        access = MongoAccess(self.database)
        access.create_indexes()
        return access


class TestMongoAccounts(_Server, AccountsContract):
    def make(self) -> AccountStore:
        return self.access().accounts

    def test_a_removed_account_is_in_no_document(self) -> None:
        """Its identity goes with it."""
        accounts = self.make()
        accounts.add(ANNA)
        accounts.remove("anna")
        assert list(self.database.collection("accounts").find()) == []


class TestMongoCredentials(_Server, CredentialsContract):
    def make(self) -> CredentialStore:
        return self.access().credentials


class TestMongoAuditTrail(_Server, AuditTrailContract):
    def make(self) -> AuditTrail:
        return self.access().audit_trail
