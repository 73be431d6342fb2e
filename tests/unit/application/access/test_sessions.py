"""Signing in and out, and changing the password."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cinestats.application.access.accounts import AccountNotFound
from cinestats.application.access.credentials import Issued
from cinestats.application.access.passwords import SignInRefused
from cinestats.application.access.principal import Principal
from cinestats.application.ports import StoreBusy
from cinestats.domain.errors import InvalidInput
from tests.unit.application.access_application import PASSWORD, AccessApplication

NEW = "another password"


@pytest.fixture
def app() -> AccessApplication:
    application = AccessApplication()
    application.register("anna")
    return application


def caller(app: AccessApplication, session: Issued) -> Principal | None:
    return app.authenticator.by_secret(session.secret)


def test_a_session_is_its_users(app: AccessApplication) -> None:
    """It may read and write, and is kept by its hash alone."""
    session = app.sessions.sign_in("anna", PASSWORD)
    assert session.secret.startswith("css_")
    assert session.credential.secret_hash not in (session.secret, repr(session.credential))
    assert caller(app, session) == Principal(
        "session", "anna", frozenset({"read", "write"}), session.credential.credential_id
    )


@pytest.mark.parametrize("typed", ["Anna", " ANNA ", "ａｎｎａ"])
def test_another_way_to_write_a_name_is_the_same_user(
    app: AccessApplication, typed: str
) -> None:
    """Names are in small letters; an account of before that goes by its own."""
    assert app.sessions.sign_in(typed, PASSWORD).credential.user_id == "anna"
    old = replace(app.accounts.all()[0], user_id=typed.strip())
    app.accounts.add(old)
    assert app.sessions.sign_in(typed, PASSWORD).credential.user_id == typed.strip()


def test_an_admins_session_has_the_scope(app: AccessApplication) -> None:
    """As long as the account has it."""
    app.register("root", is_admin=True)
    session = app.sessions.sign_in("root", PASSWORD)
    assert session.credential.scopes == {"read", "write", "admin"}


@pytest.mark.parametrize(
    ("user_id", "password"),
    [
        ("anna", "wrong password"),
        ("anna", ""),
        ("anna", "\ud800" * 20),
        ("nobody", PASSWORD),
    ],
)
def test_a_failed_sign_in_does_not_say_what_was_wrong(
    app: AccessApplication, user_id: str, password: str
) -> None:
    """One sentence for all; the attempt is in the audit trail, the password is not."""
    with pytest.raises(SignInRefused, match=r"^The name or the password is wrong\.$"):
        app.sessions.sign_in(user_id, password)
    assert app.actions()[-1] == ("anonymous", "sign-in-failed", user_id)
    assert app.trail.latest(1)[0].detail == ""
    assert list(app.credentials.of_user(user_id)) == []


@pytest.mark.parametrize("user_id", ["", "\ud800", "a\x00", "u" * 1_000_000])
def test_what_is_no_name_is_refused_alike(app: AccessApplication, user_id: str) -> None:
    """It reaches neither the store nor the audit trail."""
    with pytest.raises(SignInRefused, match=r"^The name or the password is wrong\.$"):
        app.sessions.sign_in(user_id, PASSWORD)
    assert len(app.actions()) == 1


def test_an_unknown_user_costs_a_hash_as_well(app: AccessApplication) -> None:
    """The time of the answer does not tell whether there is an account."""
    with pytest.raises(SignInRefused):
        app.sessions.sign_in("nobody", PASSWORD)
    assert app.hasher.verified == [(None, PASSWORD)]


def test_an_account_without_a_password_cannot_be_entered(app: AccessApplication) -> None:
    """Its user signs in at the OIDC issuer."""
    app.manager.register("olga", None, actor="test", oidc_subject="sub-1")
    with pytest.raises(SignInRefused):
        app.sessions.sign_in("olga", PASSWORD)


def test_names_and_passwords_are_the_same_in_nfc_and_in_nfd(app: AccessApplication) -> None:
    """However the keyboard composes their letters (bad input 13)."""
    app.manager.register("ren\u00e9", "caf\u00e9 au lait", actor="test")
    app.sessions.sign_in(" rene\u0301 ", "cafe\u0301 au lait")


def test_an_outdated_hash_is_renewed(app: AccessApplication) -> None:
    """At the next sign-in, when the password is known; a current one stays."""
    app.hasher.version = 2
    session = app.sessions.sign_in("anna", PASSWORD)
    account = app.accounts.get("anna")
    assert account is not None
    assert account.password_hash == f"v2:{PASSWORD}"
    app.hasher.hash = lambda password: "v2:another"  # type: ignore[method-assign]
    app.sessions.sign_in("anna", PASSWORD)
    assert app.accounts.get("anna") == account
    assert caller(app, session) is not None


def test_a_session_ends_when_it_is_signed_out(app: AccessApplication) -> None:
    """It alone; a token does not end so."""
    first, second = (app.sessions.sign_in("anna", PASSWORD) for _ in range(2))
    shown = caller(app, first)
    assert shown is not None
    app.sessions.sign_out(shown)
    assert caller(app, first) is None
    assert caller(app, second) is not None
    token = app.tokens.make(shown, "anna", "script", ["read"])
    bearer = caller(app, token)
    assert bearer is not None
    app.sessions.sign_out(bearer)
    assert caller(app, token) is not None


def test_a_session_lives_while_it_is_used(app: AccessApplication) -> None:
    """It ends 30 days after the last use."""
    session = app.sessions.sign_in("anna", PASSWORD)
    for _ in range(3):
        app.now += timedelta(days=29)
        assert caller(app, session) is not None
    app.now += timedelta(days=30)
    assert caller(app, session) is None


def test_old_sessions_make_room(app: AccessApplication) -> None:
    """The expired are cleared away, and of too many the oldest; tokens are left alone."""
    first = app.sessions.sign_in("anna", PASSWORD)
    shown = caller(app, first)
    assert shown is not None
    app.tokens.make(shown, "anna", "script", ["read"])
    app.now += timedelta(days=31)
    second = app.sessions.sign_in("anna", PASSWORD)
    assert len(app.credentials.of_user("anna")) == 2
    for _ in range(60):
        newest = app.sessions.sign_in("anna", PASSWORD)
    assert len(app.credentials.of_user("anna")) == 51
    assert caller(app, second) is None
    assert caller(app, newest) is not None


def test_nobody_enters_an_account_that_is_removed_meanwhile(app: AccessApplication) -> None:
    """A sign-in that began before leaves no session to the next one of the name."""
    verify = app.hasher.verify

    def slow(password_hash: str | None, password: str) -> bool:
        app.manager.remove("anna", "admin")
        app.now += timedelta(seconds=1)
        app.manager.register("anna", NEW, actor="test")
        return verify(password_hash, password)

    app.hasher.verify = slow  # type: ignore[method-assign]
    with pytest.raises(StoreBusy):
        app.sessions.sign_in("anna", PASSWORD)
    assert list(app.credentials.of_user("anna")) == []


def test_a_changed_password_ends_the_other_sessions(app: AccessApplication) -> None:
    """The one that changed it goes on, and so do tokens."""
    mine, other = (app.sessions.sign_in("anna", PASSWORD) for _ in range(2))
    shown = caller(app, mine)
    assert shown is not None
    token = app.tokens.make(shown, "anna", "script", ["read"])
    app.manager.change_password(shown, "anna", PASSWORD, NEW)
    assert caller(app, mine) is not None
    assert caller(app, other) is None
    assert caller(app, token) is not None
    app.sessions.sign_in("anna", NEW)
    with pytest.raises(SignInRefused):
        app.sessions.sign_in("anna", PASSWORD)
    assert ("anna", "password-changed", "anna") in app.actions()


def test_a_password_is_changed_by_who_knows_it(app: AccessApplication) -> None:
    """Neither a wrong old one nor a bad new one changes anything; wrong ones are noted."""
    shown = caller(app, app.sessions.sign_in("anna", PASSWORD))
    assert shown is not None
    with pytest.raises(SignInRefused, match="wrong"):
        app.manager.change_password(shown, "anna", "wrong password", NEW)
    assert app.actions()[-1] == ("anna", "password-refused", "anna")
    with pytest.raises(InvalidInput):
        app.manager.change_password(shown, "anna", PASSWORD, "short")
    app.sessions.sign_in("anna", PASSWORD)


def test_an_operator_sets_a_password(app: AccessApplication) -> None:
    """Every session ends; an unknown user is told."""
    session = app.sessions.sign_in("anna", PASSWORD)
    app.manager.reset_password("anna", NEW, "command line")
    assert caller(app, session) is None
    app.sessions.sign_in("anna", NEW)
    with pytest.raises(AccountNotFound):
        app.manager.reset_password("nobody", NEW, "command line")
