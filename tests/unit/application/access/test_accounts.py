"""Accounts: who gets one, who reads a diary, what ends with it."""

from dataclasses import replace
from functools import partial

import pytest

from cinestats.application.access.accounts import AccountNotFound, change_account, is_open
from cinestats.application.access.passwords import SignInRefused
from cinestats.application.access.ports import AccountExists
from cinestats.application.ports import StoreBusy
from cinestats.application.upkeep.forget import Eraser
from cinestats.application.webhooks.subscriptions import Progress, Webhook
from cinestats.domain.errors import InvalidInput
from cinestats.domain.lists import Listing, watchlist_of
from tests.unit.application.access_application import PASSWORD, AccessApplication


@pytest.fixture
def app() -> AccessApplication:
    return AccessApplication()


def test_a_new_account_is_private_and_no_admin(app: AccessApplication) -> None:
    """Its password is kept as a hash alone."""
    account = app.register()
    assert app.accounts.get("anna") == account
    assert (account.privacy, account.link, account.is_admin) == ("private", None, False)
    assert account.password_hash == f"v1:{PASSWORD}"
    assert account.created_at == app.now
    app.register("olga", is_admin=True)
    told = [(r.actor, r.action, r.subject, r.detail) for r in app.trail.latest(2)]
    assert told == [
        ("test", "account-added", "olga", "admin"),
        ("test", "account-added", "anna", ""),
    ]


def test_no_secret_is_shown_with_an_account(app: AccessApplication) -> None:
    """An account in a message or a log tells neither hash nor link."""
    app.register()
    account = app.manager.set_privacy("anna", "link", "anna")
    assert account.link
    assert account.link not in repr(account)
    assert PASSWORD not in repr(account)


@pytest.mark.parametrize(
    ("user_id", "password", "field"),
    [
        ("", PASSWORD, "user"),
        ("a\x00b", PASSWORD, "user"),
        ("..", PASSWORD, "user"),
        ("u" * 201, PASSWORD, "user"),
        ("anna", "9 letters", "password"),
        ("anna", "x" * 201, "password"),
        ("anna", "e\u0301" * 9, "password"),
        ("anna", "\ud800 is no character", "password"),
        ("anna", "no character is \udfff", "password"),
    ],
)
def test_names_and_passwords_have_bounds(
    app: AccessApplication, user_id: str, password: str, field: str
) -> None:
    """Nothing is stored of what is refused (bad inputs 8, 9, 12)."""
    with pytest.raises(InvalidInput) as refusal:
        app.manager.register(user_id, password, actor="test")
    assert refusal.value.field == field
    assert list(app.accounts.all()) == []


def test_a_password_has_ten_to_two_hundred_characters(app: AccessApplication) -> None:
    """Both bounds are allowed; the letters next to the surrogates are letters."""
    for name, password in (("a", "x" * 10), ("b", "x" * 200), ("c", "\ud7ff" * 9 + "\ue000")):
        app.manager.register(name, password, actor="test")
        app.sessions.sign_in(name, password)


def test_the_subject_of_an_issuer_is_bounded_by_name(app: AccessApplication) -> None:
    """By OpenID Connect's own bound."""
    register = partial(app.manager.register, password=None, actor="test")
    assert register("anna", oidc_subject="s" * 255).oidc_subject == "s" * 255
    with pytest.raises(InvalidInput, match=r"^oidc_subject: is 256 characters long"):
        register("olga", oidc_subject="s" * 256)


def test_a_password_is_confirmed_before_a_grave_step(app: AccessApplication) -> None:
    """A wrong one is refused and noted."""
    app.register()
    app.manager.confirm_password("anna", PASSWORD)
    with pytest.raises(SignInRefused, match=r"^The password is wrong\.$"):
        app.manager.confirm_password("anna", "another one")
    assert app.actions()[1:] == [("anna", "password-refused", "anna")]


def test_a_name_is_given_once(app: AccessApplication) -> None:
    """Also when it is composed otherwise (bad input 13)."""
    app.register("ren\u00e9e")
    with pytest.raises(AccountExists, match="taken"):
        app.register("rene\u0301e")


def test_nobody_registers_under_the_name_of_a_diary(app: AccessApplication) -> None:
    """Else a stranger would own the diary; an operator may give it away."""
    app.recorder.record(app.add(user_id="anna"))
    with pytest.raises(AccountExists, match="taken"):
        app.register("anna")
    app.manager.register("anna", PASSWORD, actor="command line", claims_diary=True)
    assert app.accounts.get("anna") is not None


def test_a_household_needs_no_passwords(app: AccessApplication) -> None:
    """The account of a diary is made when it is first needed, and nobody signs in to it."""
    app.recorder.record(app.add(user_id="anna"))
    account = app.manager.of_household("anna")
    assert account.password_hash is None
    assert app.manager.of_household("anna") == account


def test_a_private_diary_is_open_to_nobody(app: AccessApplication) -> None:
    """Whatever link they bring; nor is one without an account."""
    account = app.register()
    assert not is_open(account, None)
    assert not is_open(account, "")
    assert not is_open(None, None)


def test_a_public_diary_is_open_to_all(app: AccessApplication) -> None:
    """They need no link."""
    app.register()
    assert is_open(app.manager.set_privacy("anna", "public", "anna"), None)


def test_a_link_opens_a_diary_until_it_is_changed(app: AccessApplication) -> None:
    """Choosing it again makes another, and leaving it ends it."""
    app.register()
    first = app.manager.set_privacy("anna", "link", "anna")
    assert is_open(first, first.link)
    assert not is_open(first, None)
    assert not is_open(first, "another")
    second = app.manager.set_privacy("anna", "link", "anna")
    assert not is_open(second, first.link)
    private = app.manager.set_privacy("anna", "private", "anna")
    assert private.link is None
    assert not is_open(private, second.link)
    assert not is_open(replace(first, link=None), None)
    assert app.actions()[1:] == [("anna", "privacy-changed", "anna")] * 3


def test_privacy_needs_an_account(app: AccessApplication) -> None:
    """The error names the user."""
    with pytest.raises(AccountNotFound, match="anna"):
        app.manager.set_privacy("anna", "public", "anna")


def test_two_changes_at_once_both_hold(app: AccessApplication) -> None:
    """The later one starts over from what the earlier one left."""
    app.register()
    interrupted = False

    def make_admin(account):  # type: ignore[no-untyped-def]
        nonlocal interrupted
        if not interrupted:
            interrupted = True
            app.manager.set_privacy("anna", "public", "anna")
        return replace(account, is_admin=True)

    account = change_account(app.accounts, "anna", make_admin)
    assert (account.is_admin, account.privacy) == (True, "public")
    assert app.accounts.get("anna") == account


def test_everything_ends_with_the_account(app: AccessApplication) -> None:
    """Sessions, tokens, hooks and webhooks, at once; other users keep theirs."""
    anna, bruno = app.register("anna"), app.register("bruno")
    session = app.sessions.sign_in("anna", PASSWORD)
    hook = app.issuer.issue("hook", anna, "plex", frozenset({"write"}))
    kept = app.issuer.issue("token", bruno, "script", frozenset({"read"}))
    for user_id in ("anna", "bruno"):
        webhook = Webhook(
            f"told of {user_id}",
            user_id,
            "https://receiver.example",
            b"key",
            frozenset({"added"}),
            app.now,
            Progress(0, app.now),
        )
        app.webhooks.add(webhook, 1)
    assert app.manager.remove("anna", "admin")
    assert not app.manager.remove("anna", "admin")
    assert app.authenticator.by_secret(session.secret) is None
    assert app.credentials.find(hook.credential.secret_hash) is None
    assert list(app.webhooks.of_user("anna")) == []
    assert app.authenticator.by_secret(kept.secret) is not None
    assert len(app.webhooks.of_user("bruno")) == 1
    assert app.actions()[-1] == ("admin", "account-removed", "anna")


def test_nobody_registers_under_the_name_of_lists(app: AccessApplication) -> None:
    """They are somebody's, as a diary is."""
    listing = Listing(watchlist_of("letterboxd"), "Heat", 1995)
    app.keeper.lists.take_in("anna", [listing], (), "import 1")
    with pytest.raises(AccountExists):
        app.register()
    app.manager.register("anna", None, actor="operator", claims_diary=True)


def test_an_erased_user_leaves_neither_diary_nor_account(app: AccessApplication) -> None:
    """Not even what was written between the two; the name is free again."""
    app.register()
    app.recorder.record(app.add(user_id="anna"))
    forget, late = app.forgetter.forget, [app.add("Late", user_id="anna")]

    class Forgetter:
        def forget(self, user_id: str) -> int:
            erased = forget(user_id)
            if late:
                app.recorder.record(late.pop())
            return erased

    swept: list[str] = []
    eraser = Eraser(Forgetter(), app.manager, app.manager.audit, swept.append)  # type: ignore[arg-type]
    assert eraser.erase("anna", "admin") == 4
    assert swept == ["anna"]
    actor, action, hidden = app.actions()[-1]
    assert (actor, action) == ("admin", "diary-erased")
    assert app.actions()[-2] == ("admin", "account-removed", hidden)
    assert hidden.startswith("erased-")
    assert list(app.log.of_user("anna")) == []
    assert app.accounts.get("anna") is None
    app.register("anna")


def test_an_erasure_that_has_to_wait_for_its_second_look_is_noted_and_swept(
    app: AccessApplication,
) -> None:
    """The account is gone by then, so nobody else would come back to it."""
    app.register()
    app.recorder.record(app.add(user_id="anna"))
    forget = [app.forgetter.forget]

    class Forgetter:
        def forget(self, user_id: str) -> int:
            if not forget:
                raise StoreBusy("Records are being taken in.")
            return forget.pop()(user_id)

    swept: list[str] = []
    eraser = Eraser(Forgetter(), app.manager, app.manager.audit, swept.append)  # type: ignore[arg-type]
    with pytest.raises(StoreBusy):
        eraser.erase("anna", "admin")
    assert swept == ["anna"]
    assert [action for _, action, _ in app.actions()[-2:]] == [
        "account-removed",
        "diary-erased",
    ]


def test_what_an_account_left_behind_is_ended_and_told() -> None:
    """A removal that was cut short can be asked for again, until there is nothing left."""
    app = AccessApplication()
    for user_id in ("a", "b"):
        account = app.register(user_id)
        for _ in range(2):
            app.issuer.issue("token", account, "script", frozenset({"read"}))
        app.accounts.remove(user_id)
    app.webhooks.add(
        Webhook(
            "w",
            "c",
            "https://r.example",
            b"k",
            frozenset({"added"}),
            app.now,
            Progress(0, app.now),
        ),
        1,
    )
    assert [app.manager.remove(user, "admin") for user in "abc"] == [True] * 3
    assert [app.manager.remove(user, "admin") for user in "abc"] == [False] * 3
    assert [a for a in app.actions() if a[1] == "account-removed"] == [
        ("admin", "account-removed", user) for user in "abc"
    ]
