"""Names of new accounts and diaries: none looks like another; old ones stay (bad input 30)."""

from dataclasses import replace

import pytest

from cinestats.application.access.ports import Account, AccountExists
from cinestats.application.diary import keep
from cinestats.domain.errors import InvalidInput
from cinestats.domain.movie import Movie
from tests.unit.application.access_application import PASSWORD, AccessApplication

LOOKALIKES = ["Anna", "ANNA", "ａｎｎａ", "аnna", "an\u200bna", "an\u00adna", "\u202eanna"]


@pytest.fixture
def app() -> AccessApplication:
    return AccessApplication()


def add_account(app: AccessApplication, user_id: str) -> None:
    """An account of before the rule."""
    hashed = app.hasher.hash(PASSWORD)
    app.accounts.add(Account(user_id, hashed, False, "private", None, None, app.now))


@pytest.mark.parametrize("name", LOOKALIKES)
def test_a_lookalike_gets_no_account(app: AccessApplication, name: str) -> None:
    """Whether it is refused as a name or as taken, it does not tell whose it looks like."""
    app.register("anna")
    with pytest.raises((AccountExists, InvalidInput)) as refusal:
        app.register(name)
    assert "anna" not in str(refusal.value).replace("name anna is taken", "")
    assert [account.user_id for account in app.accounts.all()] == ["anna"]


@pytest.mark.parametrize("old", ["Anna", "ａｎｎａ", "аnna", "an\u200bna", "\u202eanna"])
def test_nobody_becomes_the_lookalike_of_an_old_name(app: AccessApplication, old: str) -> None:
    """Be it that of an account, or of a diary that came from a topic or a log."""
    app.recorder.record(app.add(user_id=old))
    with pytest.raises(AccountExists, match=r"^The name anna is taken\.$"):
        app.register("anna")
    app.log.erase(old, 1)
    add_account(app, old)
    with pytest.raises(AccountExists, match=r"^The name anna is taken\.$"):
        app.register("anna")
    app.accounts.remove(old)
    assert app.register("anna").user_id == "anna"


def test_two_lookalikes_at_one_moment_are_not_both_let_in(app: AccessApplication) -> None:
    """Who comes second finds the first, even if neither was there when they looked."""
    hash_password = app.hasher.hash

    def meanwhile(password: str) -> str:
        app.hasher.hash = hash_password  # type: ignore[method-assign]
        app.register("bern")
        return hash_password(password)

    app.hasher.hash = meanwhile  # type: ignore[method-assign]
    with pytest.raises(AccountExists, match="taken"):
        app.register("bem")
    assert [account.user_id for account in app.accounts.all()] == ["bern"]


@pytest.mark.parametrize("old", ["Anna", "victim/../x", "..", "an\u200bna", "😀", "x" * 200])
def test_an_old_account_goes_on_as_it_is(app: AccessApplication, old: str) -> None:
    """It signs in under its name, and no other name means it."""
    add_account(app, old)
    assert app.sessions.sign_in(old, PASSWORD).credential.user_id == old


def test_an_operator_gives_away_a_diary_whatever_its_name(app: AccessApplication) -> None:
    """The name is there already: it came from a topic or a log."""
    app.recorder.record(app.add(user_id="a/b"))
    account = app.manager.register("a/b", PASSWORD, actor="test", claims_diary=True)
    assert account.user_id == "a/b"
    with pytest.raises(InvalidInput, match="user"):
        app.manager.register("c/d", PASSWORD, actor="test", claims_diary=True)


def test_a_household_makes_no_account_of_an_odd_name(app: AccessApplication) -> None:
    """A diary of such a name that is there gets one."""
    with pytest.raises(InvalidInput, match="user"):
        app.manager.of_household("a/b")
    app.recorder.record(app.add(user_id="a/b"))
    assert app.manager.of_household("a/b").user_id == "a/b"


def test_a_new_diary_has_a_name_by_the_rule(app: AccessApplication) -> None:
    """The first film of a user is refused, and any later one is taken."""
    keeper = replace(app.keeper, check_name=app.manager.names.check_diary)
    film = Movie.create("Heat")
    keep.add(keeper, user="Anna", film=film)
    for odd in ("a/b", "anna", "аnna", "an\u200bna", "a\u2028b"):
        with pytest.raises(InvalidInput, match=r"^user: "):
            keep.add(keeper, user=odd, film=film)
    app.recorder.record(app.add(user_id="a/b"))
    assert keep.add(keeper, user="a/b", film=film).event is not None
    assert set(app.log.users()) == {"Anna", "a/b"}


def test_an_import_makes_no_diary_of_an_odd_name(app: AccessApplication) -> None:
    """Nor does the dry run say that it would."""
    keeper = replace(app.keeper, check_name=app.manager.names.check_diary)
    importer = type(app.importer)(keeper)
    for dry_run in (True, False):
        with pytest.raises(InvalidInput, match=r"^user: "):
            importer.run("a/b", [], dry_run=dry_run)
