"""Who calls, by session, token or bearer token; and tokens themselves."""

from datetime import datetime, timedelta

import pytest

from cinestats.application.access.accounts import AccountNotFound
from cinestats.application.access.credentials import Issued
from cinestats.application.access.ports import IdTokenRefused
from cinestats.application.access.principal import OWNER, Principal
from cinestats.application.ports import StoreFull
from cinestats.domain.errors import InvalidInput
from tests.unit.application.access_application import PASSWORD, AccessApplication

READ_WRITE = frozenset({"read", "write"})
ANNA = Principal("session", "anna", READ_WRITE)  # type: ignore[arg-type]


@pytest.fixture
def app() -> AccessApplication:
    application = AccessApplication()
    application.register("anna")
    return application


def make(app: AccessApplication, days: int | None = None) -> Issued:
    return app.tokens.make(ANNA, "anna", "script", ["read"], days)


def test_a_token_does_what_its_scopes_say(app: AccessApplication) -> None:
    """It is its user's, and no more than that."""
    token = make(app)
    assert token.secret == "cst_secret1"
    assert app.authenticator.by_secret(token.secret) == Principal(
        "token", "anna", frozenset({"read"}), token.credential.credential_id
    )


@pytest.mark.parametrize("secret", ["", "cst_wrong", "\ud800", "id0001"])
def test_an_unknown_secret_is_nobodys(app: AccessApplication, secret: str) -> None:
    """Whatever it is made of; a credential's id or hash is no secret either."""
    token = make(app)
    assert app.authenticator.by_secret(secret) is None
    assert app.authenticator.by_secret(token.credential.secret_hash) is None


def test_the_secret_of_a_hook_opens_nothing(app: AccessApplication) -> None:
    """A media server that leaks it gives away no more than the right to add a film."""
    account = app.accounts.get("anna")
    assert account is not None
    hook = app.issuer.issue("hook", account, "plex", READ_WRITE)  # type: ignore[arg-type]
    assert app.authenticator.by_secret(hook.secret) is None


def test_a_token_ends_on_its_day(app: AccessApplication) -> None:
    """Its use does not prolong it; one without a day lasts."""
    short, endless = make(app, 2), make(app)
    app.now += timedelta(days=1)
    assert app.authenticator.by_secret(short.secret) is not None
    app.now += timedelta(days=1)
    assert app.authenticator.by_secret(short.secret) is None
    app.now += timedelta(days=10_000)
    assert app.authenticator.by_secret(endless.secret) is not None


def test_use_is_noted_once_an_hour(app: AccessApplication) -> None:
    """So that a read seldom writes."""
    token, started = make(app), app.now

    def used(after: timedelta) -> datetime | None:
        app.now = started + after
        app.authenticator.by_secret(token.secret)
        (kept,) = app.tokens.of_user("anna")
        return kept.last_used_at

    assert used(timedelta(0)) == started
    assert used(timedelta(minutes=59)) == started
    assert used(timedelta(minutes=61)) == started + timedelta(minutes=61)


def test_fault_18_callers_are_known_while_the_disk_is_full(app: AccessApplication) -> None:
    """What cannot be noted is noted later; reads go on."""
    token = make(app)

    def full(*_: object) -> None:
        raise StoreFull("There is no room left.")

    app.credentials.note_use = full  # type: ignore[method-assign]
    assert app.authenticator.by_secret(token.secret) is not None


def test_a_demoted_admin_loses_the_scope_at_once(app: AccessApplication) -> None:
    """What a session or token was given is no more than the account has now."""
    app.register("root", is_admin=True)
    session = app.sessions.sign_in("root", PASSWORD)
    account = app.accounts.get("root")
    assert account is not None
    app.manager.remove("root", "test")
    app.register("root")
    app.credentials.add(session.credential)
    principal = app.authenticator.by_secret(session.secret)
    assert principal is not None
    assert principal.scopes == READ_WRITE


@pytest.mark.parametrize("scope", ["admin", "write"])
def test_a_token_may_not_do_more_than_its_maker(app: AccessApplication, scope: str) -> None:
    """Neither than the caller's credential nor than the account."""
    reader = Principal("token", "anna", frozenset({"read"}))
    with pytest.raises(InvalidInput, match="not all yours"):
        app.tokens.make(reader, "anna", "script", ["read", scope])  # type: ignore[list-item]
    with pytest.raises(InvalidInput, match="not all yours"):
        app.tokens.make(OWNER, "anna", "script", ["admin"])


@pytest.mark.parametrize(
    ("name", "scopes", "days", "field"),
    [
        (" ", ["read"], None, "name"),
        ("n" * 101, ["read"], None, "name"),
        ("script", [], None, "scopes"),
        ("script", ["everything"], None, "scopes"),
        ("script", ["read"], 0, "expires_in_days"),
        ("script", ["read"], 3651, "expires_in_days"),
    ],
)
def test_bad_tokens_are_refused(
    app: AccessApplication, name: str, scopes: list[str], days: int | None, field: str
) -> None:
    """Nothing is stored."""
    with pytest.raises(InvalidInput) as refusal:
        app.tokens.make(ANNA, "anna", name, scopes, days)  # type: ignore[arg-type]
    assert refusal.value.field == field
    assert list(app.tokens.of_user("anna")) == []


def test_a_user_has_so_many_tokens(app: AccessApplication) -> None:
    """The hundredth is the last; when one is revoked there is room again."""
    tokens = [make(app) for _ in range(100)]
    with pytest.raises(InvalidInput, match="revoke one first"):
        make(app)
    assert app.tokens.revoke(ANNA, "anna", tokens[0].credential.credential_id)
    make(app)


def test_a_token_is_revoked_by_its_user(app: AccessApplication) -> None:
    """At once and once; neither another user's nor a session ends so."""
    app.register("bruno")
    token, session = make(app), app.sessions.sign_in("anna", PASSWORD)
    token_id = token.credential.credential_id
    assert not app.tokens.revoke(ANNA, "bruno", token_id)
    assert not app.tokens.revoke(ANNA, "anna", session.credential.credential_id)
    assert app.authenticator.by_secret(token.secret) is not None
    assert app.tokens.revoke(ANNA, "anna", token_id)
    assert not app.tokens.revoke(ANNA, "anna", token_id)
    assert app.authenticator.by_secret(token.secret) is None


def test_tokens_are_in_the_audit_trail(app: AccessApplication) -> None:
    """With name and scopes; without the secret or its hash."""
    token = make(app)
    app.tokens.revoke(OWNER, "anna", token.credential.credential_id)
    assert app.actions()[1:] == [
        ("anna", "token-made", "anna"),
        ("owner", "token-revoked", "anna"),
    ]
    revoked, made, _ = app.trail.latest(10)
    assert revoked.detail == made.detail == "script: read"
    written = repr([revoked, made])
    assert token.secret not in written
    assert token.credential.secret_hash not in written


def test_a_token_needs_an_account(app: AccessApplication) -> None:
    """The error names the user."""
    with pytest.raises(AccountNotFound, match="nobody"):
        app.tokens.make(OWNER, "nobody", "script", ["read"])


class Issuer:
    """Takes a token for its subject."""

    def __init__(self, issuer: str = "https://issuer.example") -> None:
        self.issuer = issuer

    def subject(self, token: str) -> str:
        if token == "forged":
            raise IdTokenRefused("The bearer token does not hold.")
        return token


def test_a_bearer_token_is_of_the_account_with_its_subject(app: AccessApplication) -> None:
    """Not of the account with that name; a subject without an account is nobody."""
    app.manager.register("olga", None, actor="test", oidc_subject="sub-1")
    authenticate = app.authenticator.by_id_token
    assert authenticate("sub-1", Issuer()) == Principal("oidc", "olga", READ_WRITE)
    assert authenticate("anna", Issuer()) is None
    with pytest.raises(IdTokenRefused):
        authenticate("forged", Issuer())


def test_a_subject_is_somebody_else_at_another_issuer(app: AccessApplication) -> None:
    """Also of an account from before there were issuers, once it was used."""
    authenticate = app.authenticator.by_id_token
    other = Issuer("https://other.example")
    issuer = "https://issuer.example"
    app.manager.register("olga", None, actor="test", oidc_issuer=issuer, oidc_subject="sub-1")
    assert authenticate("sub-1", other) is None
    app.manager.register("petra", None, actor="test", oidc_subject="sub-2")
    for _ in range(2):
        assert authenticate("sub-2", Issuer()) == Principal("oidc", "petra", READ_WRITE)
        assert authenticate("sub-2", other) is None


def test_a_credential_says_since_when_and_until_when_it_holds(app: AccessApplication) -> None:
    """From now on, for its lifetime; the audit trail names its scopes in order."""
    account = app.register("olga")
    issued = app.issuer.issue(
        "token", account, "n", frozenset({"read", "write"}), timedelta(days=2)
    ).credential
    assert (issued.created_at, issued.expires_at) == (app.now, app.now + timedelta(days=2))
    assert (issued.last_used_at, issued.user_id, issued.name) == (None, "olga", "n")
    olga = Principal("session", "olga", frozenset({"read", "write"}))
    app.tokens.make(olga, "olga", "both", ["write", "read"])
    assert app.trail.latest(1)[0].detail == "both: read, write"
