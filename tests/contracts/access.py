"""What every store of accounts, credentials and audit records promises."""

import threading
from abc import ABC, abstractmethod
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from cinestats.application.access.audit import AuditRecord, AuditTrail
from cinestats.application.access.ports import (
    Account,
    AccountExists,
    AccountStore,
    Credential,
    CredentialStore,
)

NOW = datetime(2025, 3, 1, 10, tzinfo=UTC)
ISSUER = "https://issuer.example"
ANNA = Account("anna", "$hash", True, "link", "the link", "sub-1", NOW, ISSUER)
BRUNO = Account("bruno", None, False, "private", None, None, NOW)
SESSION = Credential(
    "c1",
    "aa" * 32,
    "session",
    "anna",
    "",
    frozenset({"read", "write"}),
    NOW,
    NOW + timedelta(days=30),
    None,
)
TOKEN = Credential(
    "c2", "bb" * 32, "token", "anna", "à script", frozenset({"read"}), NOW, None, NOW
)


class AccountsContract(ABC):
    @abstractmethod
    def make(self) -> AccountStore: ...

    @pytest.fixture
    def accounts(self) -> AccountStore:
        return self.make()

    def test_an_account_comes_back_as_it_was(self, accounts: AccountStore) -> None:
        """Every field, also those that are None."""
        accounts.add(ANNA)
        accounts.add(BRUNO)
        assert accounts.get("anna") == ANNA
        assert accounts.get("bruno") == BRUNO
        assert accounts.get("carla") is None

    def test_a_name_has_one_account(self, accounts: AccountStore) -> None:
        """Another of the same name is refused, and the first one stays."""
        accounts.add(ANNA)
        with pytest.raises(AccountExists, match="anna"):
            accounts.add(replace(ANNA, password_hash="$other", oidc_subject=None))
        assert accounts.get("anna") == ANNA

    def test_a_name_is_taken_as_it_is(self, accounts: AccountStore) -> None:
        """Neither case nor a query's operators mean anything in it."""
        odd = replace(BRUNO, user_id="$ne")
        accounts.add(odd)
        accounts.add(replace(BRUNO, user_id="Bruno"))
        accounts.add(BRUNO)
        assert accounts.get("$ne") == odd
        assert [each.user_id for each in accounts.all()] == ["$ne", "Bruno", "bruno"]

    def test_an_identity_has_one_account(self, accounts: AccountStore) -> None:
        """It is found by it; no other account can take it, and many have none."""
        accounts.add(ANNA)
        accounts.add(BRUNO)
        accounts.add(replace(BRUNO, user_id="carla"))
        assert accounts.of_identity(ISSUER, "sub-1") == ANNA
        assert accounts.of_identity(ISSUER, "sub-2") is None
        same = replace(BRUNO, oidc_issuer=ISSUER, oidc_subject="sub-1")
        with pytest.raises(AccountExists, match="sub-1"):
            accounts.add(replace(same, user_id="dora"))
        with pytest.raises(AccountExists, match="sub-1"):
            accounts.replace(BRUNO, same)
        assert accounts.get("bruno") == BRUNO

    def test_a_subject_is_somebody_else_at_another_issuer(self, accounts: AccountStore) -> None:
        """Also without an issuer, which no two accounts of a subject can be, either."""
        nobodys = replace(BRUNO, oidc_subject="sub-1")
        elsewhere = replace(nobodys, user_id="carla", oidc_issuer="https://other.example")
        for account in (ANNA, nobodys, elsewhere):
            accounts.add(account)
        assert accounts.of_identity(ISSUER, "sub-1") == ANNA
        assert accounts.of_identity(None, "sub-1") == nobodys
        assert accounts.of_identity("https://other.example", "sub-1") == elsewhere
        with pytest.raises(AccountExists, match="sub-1"):
            accounts.add(replace(nobodys, user_id="dora"))
        with pytest.raises(AccountExists, match="sub-1"):
            accounts.replace(nobodys, replace(nobodys, oidc_issuer=ISSUER))
        assert accounts.replace(nobodys, replace(nobodys, oidc_issuer="https://third.example"))

    @pytest.mark.parametrize("field", ["password_hash", "link", "oidc_subject", "oidc_issuer"])
    def test_an_account_can_be_replaced(self, accounts: AccountStore, field: str) -> None:
        """Values are gained and lost again."""
        accounts.add(BRUNO)
        richer = replace(BRUNO, privacy="public", is_admin=True, **{field: "new"})  # type: ignore[arg-type]
        assert accounts.replace(BRUNO, richer)
        assert accounts.get("bruno") == richer
        assert accounts.replace(richer, BRUNO)
        assert accounts.get("bruno") == BRUNO

    @pytest.mark.parametrize(
        "field", ["max_entries", "max_storage_bytes", "max_tokens", "max_webhooks"]
    )
    def test_a_quota_is_kept(self, accounts: AccountStore, field: str) -> None:
        """Also one of 0, which is not none; a change of a stale account is refused."""
        accounts.add(BRUNO)
        last = BRUNO
        for number in (0, 10**15, None):
            changed = replace(last, **{field: number})  # type: ignore[arg-type]
            assert accounts.replace(last, changed)
            assert accounts.get("bruno") == changed
            assert not accounts.replace(last, replace(last, privacy="public"))
            last = changed

    @pytest.mark.parametrize("field", ["password_hash", "link", "oidc_subject", "oidc_issuer"])
    def test_a_change_of_a_stale_account_is_refused(
        self, accounts: AccountStore, field: str
    ) -> None:
        """Two who change an account at once do not undo each other's change."""
        accounts.add(BRUNO)
        changed = replace(BRUNO, **{field: "new"})  # type: ignore[arg-type]
        assert accounts.replace(BRUNO, changed)
        assert not accounts.replace(BRUNO, replace(BRUNO, privacy="public"))
        assert accounts.get("bruno") == changed
        assert not accounts.replace(ANNA, ANNA)
        assert accounts.get("anna") is None

    def test_a_removed_account_is_gone(self, accounts: AccountStore) -> None:
        """Also by its subject; the name can be used again."""
        accounts.add(ANNA)
        assert accounts.remove("anna")
        assert not accounts.remove("anna")
        assert accounts.get("anna") is accounts.of_identity(ISSUER, "sub-1") is None
        assert list(accounts.all()) == []
        accounts.add(ANNA)

    def test_one_of_many_gets_a_name(self, accounts: AccountStore) -> None:
        """Accounts that are made at the same time do not overwrite each other."""
        made: list[str] = []

        def make(n: int) -> None:
            try:
                accounts.add(replace(BRUNO, password_hash=f"$hash{n}"))
            except AccountExists:
                return
            made.append(f"$hash{n}")

        threads = [threading.Thread(target=make, args=(n,)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        present = accounts.get("bruno")
        assert present is not None
        assert made == [present.password_hash]


class CredentialsContract(ABC):
    @abstractmethod
    def make(self) -> CredentialStore: ...

    @pytest.fixture
    def credentials(self) -> CredentialStore:
        return self.make()

    def test_a_credential_is_found_by_the_hash_of_its_secret(
        self, credentials: CredentialStore
    ) -> None:
        """As it was stored, with every field."""
        credentials.add(SESSION)
        credentials.add(TOKEN)
        assert credentials.find(SESSION.secret_hash) == SESSION
        assert credentials.find(TOKEN.secret_hash) == TOKEN
        assert credentials.find("cc" * 32) is None
        assert credentials.find(SESSION.credential_id) is None

    def test_a_user_has_their_own(self, credentials: CredentialStore) -> None:
        """In the order of their ids, and nobody else's."""
        hook = replace(TOKEN, credential_id="c3", secret_hash="cc" * 32, kind="hook")
        other = replace(TOKEN, credential_id="c4", secret_hash="dd" * 32, user_id="bruno")
        for credential in (hook, SESSION, other, TOKEN):
            credentials.add(credential)
        assert list(credentials.of_user("anna")) == [SESSION, TOKEN, hook]
        assert list(credentials.of_user("carla")) == []

    def test_a_revoked_credential_is_gone(self, credentials: CredentialStore) -> None:
        """At once, and once; nobody revokes another user's."""
        credentials.add(SESSION)
        credentials.add(TOKEN)
        assert not credentials.revoke("bruno", "c1")
        assert credentials.revoke("anna", "c1")
        assert not credentials.revoke("anna", "c1")
        assert credentials.find(SESSION.secret_hash) is None
        assert list(credentials.of_user("anna")) == [TOKEN]

    def test_its_use_is_noted(self, credentials: CredentialStore) -> None:
        """With a new end; the other fields stay."""
        credentials.add(SESSION)
        credentials.add(TOKEN)
        later = NOW + timedelta(hours=2, microseconds=1)
        credentials.note_use("c1", later, later + timedelta(days=30))
        credentials.note_use("c2", later, None)
        assert credentials.find(SESSION.secret_hash) == replace(
            SESSION, last_used_at=later, expires_at=later + timedelta(days=30)
        )
        assert credentials.find(TOKEN.secret_hash) == replace(TOKEN, last_used_at=later)

    def test_use_does_not_bring_a_revoked_credential_back(
        self, credentials: CredentialStore
    ) -> None:
        """So it is when it is revoked while a request is on its way."""
        credentials.add(SESSION)
        credentials.revoke("anna", "c1")
        credentials.note_use("c1", NOW, NOW + timedelta(days=30))
        assert credentials.find(SESSION.secret_hash) is None
        assert list(credentials.of_user("anna")) == []


class AuditTrailContract(ABC):
    @abstractmethod
    def make(self) -> AuditTrail: ...

    @pytest.fixture
    def trail(self) -> AuditTrail:
        return self.make()

    def test_the_newest_records_come_first(self, trail: AuditTrail) -> None:
        """A limit cuts behind them, and the next page begins in front of the last."""
        records = [
            AuditRecord(f"r{n}", NOW + timedelta(minutes=n), "anna", "did", "it", f"no. {n}")
            for n in range(5)
        ]
        for record in records:
            trail.append(record)
        newest = records[::-1]
        assert list(trail.latest(2)) == newest[:2]
        assert list(trail.latest(2, before="r3")) == newest[2:4]
        assert list(trail.latest(10, before="r1")) == newest[4:]
        assert list(trail.latest(10, before="r0")) == []
