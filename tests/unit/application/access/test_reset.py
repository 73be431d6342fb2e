"""A new password by a link: once, within a day, and noted."""

from datetime import timedelta

import pytest

from cinestats.application.access.accounts import AccountNotFound
from cinestats.application.access.passwords import SignInRefused
from cinestats.application.access.reset import RESET_LIFETIME, PasswordResets, ResetRefused
from cinestats.domain.errors import InvalidInput
from tests.unit.application.access_application import PASSWORD, AccessApplication

NEW = "another password"


@pytest.fixture
def app() -> AccessApplication:
    app = AccessApplication()
    app.register()
    return app


@pytest.fixture
def resets(app: AccessApplication) -> PasswordResets:
    return PasswordResets(app.manager, app.issuer, app.manager.audit)


def test_a_link_sets_the_password_once(app: AccessApplication, resets: PasswordResets) -> None:
    """Every session ends, and both steps are in the audit trail, without the secret."""
    session = app.sessions.sign_in("anna", PASSWORD)
    made = resets.make("anna", "root")
    assert app.authenticator.by_secret(made.secret) is None
    assert resets.use(made.secret, NEW) == "anna"
    assert app.authenticator.by_secret(session.secret) is None
    app.sessions.sign_in("anna", NEW)
    with pytest.raises(ResetRefused):
        resets.use(made.secret, PASSWORD)
    with pytest.raises(SignInRefused):
        app.sessions.sign_in("anna", PASSWORD)
    assert app.actions()[1:3] == [
        ("root", "password-reset-made", "anna"),
        ("anna", "password-changed", "anna"),
    ]
    assert made.secret not in repr(app.trail.latest(100))


def test_a_link_ends_after_a_day(app: AccessApplication, resets: PasswordResets) -> None:
    """Until then it holds, also when a password was too short."""
    made = resets.make("anna", "root")
    app.now += RESET_LIFETIME - timedelta(seconds=1)
    with pytest.raises(InvalidInput, match="password"):
        resets.use(made.secret, "short")
    app.now += timedelta(seconds=1)
    with pytest.raises(ResetRefused):
        resets.use(made.secret, NEW)


def test_a_link_ends_with_the_next_one(app: AccessApplication, resets: PasswordResets) -> None:
    """And with a changed password, and with the account."""
    first = resets.make("anna", "root")
    second = resets.make("anna", "root")
    with pytest.raises(ResetRefused):
        resets.use(first.secret, NEW)
    app.manager.reset_password("anna", PASSWORD, "root")
    with pytest.raises(ResetRefused):
        resets.use(second.secret, NEW)
    third = resets.make("anna", "root")
    app.manager.remove("anna", "root")
    app.register()
    with pytest.raises(ResetRefused):
        resets.use(third.secret, NEW)


def test_no_other_secret_is_a_link(app: AccessApplication, resets: PasswordResets) -> None:
    """Nor is there one for nobody."""
    session = app.sessions.sign_in("anna", PASSWORD)
    for secret in (session.secret, "csr_", ""):
        with pytest.raises(ResetRefused):
            resets.use(secret, NEW)
    with pytest.raises(AccountNotFound):
        resets.make("olga", "root")
