"""Who comes from an identity provider, and how an account is linked to it."""

from dataclasses import replace

import pytest

from cinestats.application.access.accounts import AccountNotFound
from cinestats.application.access.attempt import Attempt
from cinestats.application.access.audit import Audit
from cinestats.application.access.ports import Identity, IdTokenRefused, ProviderAnswer
from cinestats.application.access.principal import Principal
from cinestats.application.access.provider import ProviderRefused, ProviderSignIn
from cinestats.domain.errors import InvalidInput
from tests.unit.application.access_application import PASSWORD, AccessApplication

ISSUER = "https://issuer.example"
READ_WRITE = frozenset({"read", "write"})
IN, LINK = Attempt("a secret", "sign-in"), Attempt("a secret", "link")


class Provider:
    """Says who ``identity`` is, to whoever brings the code ``good``."""

    def __init__(self) -> None:
        self.identity_there = Identity(ISSUER, "sub-1", "anna")

    def address(self, attempt: Attempt) -> str:
        return f"{ISSUER}/authorize?state={attempt.state}"

    def identity(self, answer: ProviderAnswer, attempt: Attempt) -> Identity:
        if answer.code != "good":
            raise IdTokenRefused("No.")
        return self.identity_there


@pytest.fixture
def app() -> AccessApplication:
    return AccessApplication()


@pytest.fixture
def provider() -> Provider:
    return Provider()


@pytest.fixture
def door(app: AccessApplication, provider: Provider) -> ProviderSignIn:
    audit = Audit(app.trail, app.clock, app.new_id)
    return ProviderSignIn(provider, app.accounts, app.manager, app.sessions, audit, True)


def answer(attempt: Attempt = IN, code: str = "good") -> ProviderAnswer:
    return ProviderAnswer(attempt.state, code, ISSUER)


def test_a_newcomer_gets_an_account(app: AccessApplication, door: ProviderSignIn) -> None:
    """And the same one the next time; sessions are like any other."""
    first, second = (door.sign_in(answer(), IN) for _ in range(2))
    assert first.secret != second.secret
    session = second.credential
    assert app.authenticator.by_secret(second.secret) == Principal(
        "session", "anna", READ_WRITE, session.credential_id
    )
    (account,) = app.accounts.all()
    assert account.oidc_identity == (ISSUER, "sub-1")
    assert app.actions() == [("identity provider", "account-added", "anna")]


@pytest.mark.parametrize(
    ("brought", "attempt", "reason"),
    [
        (answer(), None, "expired"),
        (answer(), Attempt("another secret", "sign-in"), "expired"),
        (answer(LINK), IN, "expired"),
        (answer(LINK), LINK, "expired"),
        (replace(answer(), state=""), IN, "expired"),
        (replace(answer(), error="access_denied"), IN, "denied"),
        (answer(code="bad"), IN, "invalid"),
    ],
    ids=str,
)
def test_what_does_not_hold_signs_nobody_in(
    app: AccessApplication,
    door: ProviderSignIn,
    brought: ProviderAnswer,
    attempt: Attempt | None,
    reason: str,
) -> None:
    """The trail says from where, and why."""
    with pytest.raises(ProviderRefused) as refused:
        door.sign_in(brought, attempt, "192.0.2.1")
    assert refused.value.reason == reason
    assert list(app.accounts.all()) == []
    (record,) = app.trail.latest(5)
    assert (record.actor, record.action, record.subject, record.detail) == (
        "anonymous",
        "sign-in-failed",
        "",
        f"192.0.2.1 {reason}",
    )


@pytest.mark.parametrize(
    ("name", "opened", "reason"),
    [
        ("anna", True, "taken"),
        (None, True, "nameless"),
        ("..", True, "nameless"),
        ("olga", False, "unknown"),
    ],
)
def test_not_every_stranger_gets_an_account(
    app: AccessApplication,
    door: ProviderSignIn,
    provider: Provider,
    name: str | None,
    opened: bool,
    reason: str,
) -> None:
    """The name must be free and told, and newcomers wanted."""
    app.register("anna")
    provider.identity_there = Identity(ISSUER, "sub-1", name)
    with pytest.raises(ProviderRefused) as refused:
        replace(door, makes_accounts=opened).sign_in(answer(), IN)
    assert refused.value.reason == reason
    assert [each.oidc_identity for each in app.accounts.all()] == [None]


def test_two_tabs_of_a_newcomer_make_one_account(
    app: AccessApplication, door: ProviderSignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The slower one finds what the faster one has made."""
    faster = door.sign_in(answer(), IN)
    known, asked = app.accounts.of_identity, iter((None, None))
    monkeypatch.setattr(app.accounts, "of_identity", lambda *who: next(asked, known(*who)))
    assert door.sign_in(answer(), IN).credential.user_id == faster.credential.user_id
    assert len(list(app.accounts.all())) == 1


def test_an_account_is_linked_once(app: AccessApplication, door: ProviderSignIn) -> None:
    """To who its user is there; another account cannot have that too."""
    for user in ("anna", "bruno"):
        app.register(user)
    door.link("anna", answer(LINK), LINK, "anna")
    door.link("anna", answer(LINK), LINK, "anna")  # no harm
    assert door.sign_in(answer(), IN).credential.user_id == "anna"
    with pytest.raises(ProviderRefused, match="Another account"):
        door.link("bruno", answer(LINK), LINK, "bruno")
    with pytest.raises(ProviderRefused, match="not begun in this browser"):
        door.link("bruno", answer(IN), IN, "bruno")
    assert app.actions()[2:] == [("anna", "identity-linked", "anna")] * 2


def test_an_unlinked_account_is_entered_by_password_alone(
    app: AccessApplication, door: ProviderSignIn
) -> None:
    """The caller's session stays, the others end; whoever comes from there is a stranger."""
    app.register("anna")
    door.link("anna", answer(LINK), LINK, "anna")
    other, own = door.sign_in(answer(), IN), app.sessions.sign_in("anna", PASSWORD)
    caller = app.authenticator.by_secret(own.secret)
    assert caller is not None
    door.unlink(caller, "anna")
    assert app.authenticator.by_secret(other.secret) is None
    assert app.authenticator.by_secret(own.secret) == caller
    with pytest.raises(ProviderRefused):
        replace(door, makes_accounts=False).sign_in(answer(), IN)
    assert ("anna", "identity-unlinked", "anna") in app.actions()


def test_the_only_way_in_stays(app: AccessApplication, door: ProviderSignIn) -> None:
    """An account without a password keeps its identity; one that is not there has none."""
    caller = app.authenticator.by_secret(door.sign_in(answer(), IN).secret)
    assert caller is not None
    with pytest.raises(InvalidInput, match="only way to sign in"):
        door.unlink(caller, "anna")
    with pytest.raises(AccountNotFound):
        door.unlink(caller, "nobody")
    assert app.accounts.of_identity(ISSUER, "sub-1") is not None


def test_an_account_that_ends_takes_its_identity_along(
    app: AccessApplication, door: ProviderSignIn
) -> None:
    """A new account of the same name is nobody's at the provider."""
    door.sign_in(answer(), IN)
    app.manager.remove("anna", "test")
    assert app.accounts.of_identity(ISSUER, "sub-1") is None
    app.register("anna")
    with pytest.raises(ProviderRefused) as refused:
        door.sign_in(answer(), IN)
    assert refused.value.reason == "taken"
