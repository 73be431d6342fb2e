"""Incoming hooks: who gets one, and whose plays it takes."""

import pytest

from cinestats.application.access.accounts import AccountNotFound
from cinestats.application.access.audit import Audit
from cinestats.application.access.credentials import hash_secret
from cinestats.application.media_servers.hooks import MAX_HOOKS, Hooks, TooManyHooks
from cinestats.domain.errors import InvalidInput
from tests.unit.application.access_application import AccessApplication


@pytest.fixture
def app() -> AccessApplication:
    return AccessApplication()


def hooks_of(app: AccessApplication, *, at_home: bool = False) -> Hooks:
    household = app.manager if at_home else None
    audit = Audit(app.trail, app.clock, app.new_id)
    return Hooks(household, app.issuer, audit)


def test_a_hook_is_found_by_its_secret_alone(app: AccessApplication) -> None:
    """Only the hash is kept; neither the hash nor another secret opens anything."""
    app.register()
    hooks = hooks_of(app)
    made = hooks.make("anna", "plex", "Anna B")
    assert hooks.find(made.secret) == made.hook
    assert (made.hook.service, made.hook.user_name) == ("plex", "Anna B")
    assert made.secret.startswith("csh_")
    assert made.hook.credential.secret_hash == hash_secret(made.secret)
    assert hooks.find(hash_secret(made.secret)) is None
    assert hooks.find("") is None


def test_a_hook_may_do_nothing_else(app: AccessApplication) -> None:
    """It has no scope, and signs nobody in."""
    app.register()
    made = hooks_of(app).make("anna", "emby")
    assert made.hook.credential.scopes == frozenset()
    assert app.authenticator.by_secret(made.secret) is None


def test_on_a_server_only_accounts_have_hooks(app: AccessApplication) -> None:
    """At home the account of a diary is made when it is needed."""
    with pytest.raises(AccountNotFound):
        hooks_of(app).make("anna", "plex")
    hooks_of(app, at_home=True).make("anna", "plex")
    assert app.accounts.get("anna") is not None


def test_hooks_end_with_the_account(app: AccessApplication) -> None:
    """A forgotten user's media server finds nobody."""
    app.register()
    made = hooks_of(app).make("anna", "plex")
    app.manager.remove("anna", "anna")
    assert hooks_of(app).find(made.secret) is None


def test_a_name_is_one_line_and_ten_hooks_are_enough(app: AccessApplication) -> None:
    """Nothing is stored of what is refused."""
    app.register()
    hooks = hooks_of(app)
    for name in ("", "a\nb", "x" * 101):
        with pytest.raises(InvalidInput, match="user_name"):
            hooks.make("anna", "plex", name)
    assert hooks.of_user("anna") == []
    for _ in range(MAX_HOOKS):
        hooks.make("anna", "plex")
    with pytest.raises(TooManyHooks):
        hooks.make("anna", "plex")


def test_a_hook_of_one_user_takes_no_other_ones_plays(app: AccessApplication) -> None:
    """Names are compared without case; a hook without a name takes every play."""
    app.register()
    hooks = hooks_of(app)
    named, open_ = hooks.make("anna", "plex", "Straße").hook, hooks.make("anna", "plex").hook
    assert named.is_for("STRASSE")
    assert not named.is_for("bruno")
    assert not named.is_for(None)
    assert open_.is_for(None)


def test_a_hook_is_ended_by_its_user(app: AccessApplication) -> None:
    """Once, and neither by another user nor as a token that it is not."""
    anna = app.register()
    app.register("bruno")
    token = app.issuer.issue("token", anna, "script", frozenset({"read"}))
    hooks = hooks_of(app)
    made = hooks.make("anna", "plex", "Anna B")
    assert not hooks.revoke("bruno", made.hook.hook_id)
    assert not hooks.revoke("anna", token.credential.credential_id)
    assert hooks.find(made.secret) == made.hook
    assert hooks.revoke("anna", made.hook.hook_id)
    assert not hooks.revoke("anna", made.hook.hook_id)
    assert hooks.find(made.secret) is None
    assert app.credentials.find(token.credential.secret_hash) is not None


@pytest.mark.parametrize(("at_home", "actor"), [(False, "anna"), (True, "owner")])
def test_hooks_are_in_the_audit_trail(
    app: AccessApplication, at_home: bool, actor: str
) -> None:
    """With service and user name; at home it is the owner who makes and ends them."""
    app.register()
    hooks = hooks_of(app, at_home=at_home)
    hooks.revoke("anna", hooks.make("anna", "plex", "Anna B").hook.hook_id)
    told = [(r.actor, r.action, r.subject, r.detail) for r in app.trail.latest(2)]
    assert told == [
        (actor, "hook-revoked", "anna", "plex Anna B"),
        (actor, "hook-made", "anna", "plex Anna B"),
    ]
