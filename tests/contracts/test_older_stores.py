"""Stores go on with what an earlier version has written.

The files in ``data`` were made by commit e7d86ae: SQLite's as SQL, MongoDB's as Extended JSON.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cinestats.adapters.sqlite.access import SqliteAccess
from cinestats.adapters.sqlite.database import APPLICATION_ID
from cinestats.adapters.sqlite.lists import SqliteLists
from cinestats.adapters.sqlite.webhooks import SqliteWebhooks
from cinestats.application.access.audit import AuditRecord, AuditTrail
from cinestats.application.access.ports import (
    Account,
    AccountStore,
    Credential,
    CredentialStore,
)
from cinestats.application.ports import StoreUnavailable
from cinestats.application.streaming.dead_letters import DeadLetter
from cinestats.application.webhooks.subscriptions import Progress, Webhook, WebhookStore
from cinestats.domain.lists import FilmListed, Listing, watchlist_of

if TYPE_CHECKING:
    from stack.mongo import Mongo

DATA = Path(__file__).parent / "data"
NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(milliseconds=250)
MINUTE = timedelta(minutes=1)

ANNA = Account("anna", "$argon2id$hash", True, "link", "the link", "sub-1", NOON)
BRUNO = Account("bruno", None, False, "private", None, None, LATER)
SESSION = Credential(
    "c1",
    "aa" * 32,
    "session",
    "anna",
    "",
    frozenset({"read", "write"}),
    NOON,
    NOON + timedelta(days=30),
    None,
)
TOKEN = Credential(
    "c2", "bb" * 32, "token", "anna", "à script", frozenset({"read"}), LATER, None, LATER
)
HOOK = Credential("c3", "cc" * 32, "hook", "anna", "plex Anna B", frozenset(), NOON, None, None)
RECORDS = [
    AuditRecord("r2", LATER, "admin", "rebuilt", "", ""),
    AuditRecord("r1", NOON, "anna", "token-made", "anna", "à script: read"),
]
HELD = Webhook(
    "w1",
    "anna",
    "https://films.example/w1",
    b"\x00\xff" * 16,
    frozenset({"added", "rated"}),
    NOON,
    Progress(3, NOON),
)
GIVEN_UP = Webhook(
    "w2",
    "anna",
    "https://films.example/w2",
    bytes(32),
    frozenset({"added", "deleted", "rated"}),
    LATER,
    Progress(7, LATER, False, 503, "Not now.", 3, NOON),
)
LETTERS = [
    DeadLetter("events", 2, 41, b"u1", b"\xff\x00 not UTF-8", "is not UTF-8", NOON),
    DeadLetter("events", 2, 42, None, None, "is null", LATER),
]


def check_accounts(accounts: AccountStore) -> None:
    assert list(accounts.all()) == [ANNA, BRUNO]
    assert accounts.of_identity(None, "sub-1") == ANNA
    accounts.add(replace(BRUNO, user_id="carla", oidc_issuer="https://x", oidc_subject="sub-1"))
    assert accounts.remove("carla")
    for old in (ANNA, BRUNO):
        new = replace(old, privacy="public", link=None)
        assert accounts.replace(old, new)
        assert accounts.get(old.user_id) == new
    assert accounts.remove("anna")


def check_credentials(credentials: CredentialStore) -> None:
    assert list(credentials.of_user("anna")) == [SESSION, TOKEN, HOOK]
    credentials.note_use("c2", LATER + MINUTE, None)
    assert credentials.find("bb" * 32) == replace(TOKEN, last_used_at=LATER + MINUTE)
    assert credentials.revoke("anna", "c1")


def check_audit_trail(trail: AuditTrail) -> None:
    assert list(trail.latest(5)) == RECORDS
    third = replace(RECORDS[0], record_id="r3")
    trail.append(third)
    assert list(trail.latest(5)) == [third, *RECORDS]


def check_webhooks(webhooks: WebhookStore) -> None:
    """The first one is held by another process until a minute past noon."""
    assert webhooks.of_user("anna") == [HELD, GIVEN_UP]
    assert webhooks.due(LATER) == []
    freed = NOON + MINUTE + timedelta(microseconds=1)
    assert webhooks.claim("w1", "a", freed, freed + MINUTE) == HELD
    progress = Progress(4, freed, last_status=200)
    assert webhooks.save("w1", "a", progress, None)
    assert webhooks.due(freed) == [replace(HELD, progress=progress)]
    assert webhooks.remove_all("anna") == 2


class TestSqlite:
    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path: Path) -> Iterator[None]:
        self.folder = tmp_path
        self.opened = ExitStack()
        with self.opened:
            yield

    def file(self, name: str) -> Path:
        path = self.folder / f"{name}.db"
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript((DATA / f"{name}-e7d86ae.sql").read_text())
        return path

    def test_accounts_without_quotas(self) -> None:
        """A file of form 2 has issuers and no quotas; its accounts get theirs."""
        path = self.folder / "form2.db"
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript(
                "CREATE TABLE accounts (user_id TEXT PRIMARY KEY, password_hash TEXT, is_admin"
                " INTEGER NOT NULL, privacy TEXT NOT NULL, link TEXT, oidc_subject TEXT,"
                " created_at TEXT NOT NULL, oidc_issuer TEXT) WITHOUT ROWID;"
                "INSERT INTO accounts VALUES ('anna', NULL, 0, 'private', NULL, 'sub',"
                " '2025-03-01T12:00:00+00:00', 'https://issuer.example');"
                f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = 2;"
            )
        access = SqliteAccess(path)
        self.opened.callback(access.close)
        anna = access.accounts.of_identity("https://issuer.example", "sub")
        assert anna is not None
        assert anna.max_entries is None
        assert access.accounts.replace(anna, replace(anna, max_entries=3))
        assert access.accounts.get("anna") == replace(anna, max_entries=3)

    def earlier(self, path: Path, script: str) -> None:
        """Make the file one of an earlier form."""
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript(script)

    def test_lists_without_checksums(self) -> None:
        """Events of a file of form 1 get theirs; a letter that changes later is noticed."""
        path = self.folder / "lists.db"
        heat, ali = (
            Listing(watchlist_of("letterboxd"), title, year, listed_on=NOON.date())
            for title, year in (("Heat", 1995), ("Ali", 2001))
        )
        events = [
            FilmListed(f"e{number}", "anna", NOON, each, cause="an import")
            for number, each in enumerate((heat, ali))
        ]
        with closing(SqliteLists(path)) as lists:
            assert lists.append("anna", 0, events)
        self.earlier(
            path,
            "CREATE TABLE earlier (user_id TEXT NOT NULL, number INTEGER NOT NULL, body BLOB"
            " NOT NULL, PRIMARY KEY (user_id, number)) WITHOUT ROWID;"
            "INSERT INTO earlier SELECT user_id, number, body FROM list_events;"
            "DROP TABLE list_events; ALTER TABLE earlier RENAME TO list_events;"
            "PRAGMA user_version = 1",
        )
        for _ in ("the first time", "again"):
            with closing(SqliteLists(path)) as lists:
                assert lists.of_user("anna") == events
                lists.read_all()
        changed = "UPDATE list_events SET body = CAST(replace(body, 'Heat', 'Head') AS BLOB)"
        self.earlier(path, changed)
        with closing(SqliteLists(path)) as lists, pytest.raises(StoreUnavailable):
            lists.read_all()

    def test_accounts_credentials_and_audit_trail(self) -> None:
        """Every record is as it was, and can be changed."""
        access = SqliteAccess(self.file("access"))
        self.opened.callback(access.close)
        check_accounts(access.accounts)
        check_credentials(access.credentials)
        check_audit_trail(access.audit_trail)

    def test_webhooks(self) -> None:
        """Also one that is held, and one that was given up."""
        webhooks = SqliteWebhooks(self.file("webhooks"))
        self.opened.callback(webhooks.close)
        check_webhooks(webhooks)


class TestMongo:
    @pytest.fixture(autouse=True)
    def _database(self, mongo: "Mongo") -> Iterator[None]:
        from bson import json_util

        from cinestats.adapters.mongo.database import MongoDatabase

        self.database = MongoDatabase(mongo.uri, "test_older_stores")
        found = json_util.loads((DATA / "mongo-e7d86ae.json").read_text())
        for collection, documents in found.items():
            self.database.collection(collection).insert_many(documents)
        yield
        self.database.drop()

    def test_accounts_credentials_and_audit_trail(self) -> None:
        """Every document is as it was, and can be changed."""
        from cinestats.adapters.mongo.access import MongoAccess
        from cinestats.adapters.mongo.forms import bring_up

        self.database.collection("accounts").create_index(
            "oidc_subject", unique=True, sparse=True
        )
        bring_up(self.database, ["access"])
        access = MongoAccess(self.database)
        access.create_indexes()
        check_accounts(access.accounts)
        check_credentials(access.credentials)
        check_audit_trail(access.audit_trail)

    def test_webhooks(self) -> None:
        """Also one that is held, and one that was given up."""
        from cinestats.adapters.mongo.webhooks import MongoWebhooks

        webhooks = MongoWebhooks(self.database)
        webhooks.create_indexes()
        check_webhooks(webhooks)

    def test_parked_records_and_the_place_of_a_relay(self) -> None:
        """A record that was settled stays so."""
        from cinestats.adapters.mongo.dead_letters import MongoDeadLetters
        from cinestats.adapters.mongo.relay_positions import MongoRelayPositions

        letters = MongoDeadLetters(self.database)
        assert list(letters.waiting(5)) == LETTERS
        letters.park(LETTERS)
        assert letters.settle(LETTERS[0].id)
        assert list(letters.waiting(5)) == LETTERS[1:]
        assert MongoRelayPositions(self.database, "films").get(1) == 9
