"""Accounts and the home link on the command line."""

import json
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from cinestats.application.access.passwords import SignInRefused
from cinestats.entrypoints.cli.app import app
from cinestats.entrypoints.container import make_container
from cinestats.entrypoints.settings import Settings

pytestmark = pytest.mark.slow

Run = Callable[..., Result]
PASSWORD = "correct horse"
TYPED = f"{PASSWORD}\n{PASSWORD}\n"


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs the program; asserts the exit code, 0 unless another is given."""

    def run(*arguments: str, code: int = 0, input: str | None = None, **env: str) -> Result:
        runner = CliRunner(env={"CINESTATS_DATA_DIR": str(tmp_path / "data"), **env})
        result = runner.invoke(app, arguments, input=input, catch_exceptions=False)
        assert result.exit_code == code, result.output
        return result

    return run


def sign_in(folder: Path, user: str, password: str) -> None:
    with closing(make_container(Settings(data_dir=folder / "data"))) as container:
        container.sessions().sign_in(user, password)


def accounts(run: Run) -> Any:
    return json.loads(run("user", "list", "--json").stdout)


def test_a_user_is_added_with_a_password_typed_twice(run: Run, tmp_path: Path) -> None:
    """It is not shown, and it opens the account."""
    result = run("user", "add", "anna", input=TYPED)
    assert PASSWORD not in result.output
    assert "anna has an account now." in result.stdout
    sign_in(tmp_path, "anna", PASSWORD)


def test_passwords_that_differ_are_asked_again(run: Run, tmp_path: Path) -> None:
    """Until they are the same; then that one holds."""
    run("user", "add", "anna", input=f"{PASSWORD}\nsomething else\n{TYPED}")
    sign_in(tmp_path, "anna", PASSWORD)


def test_a_link_sets_a_password_once(run: Run, tmp_path: Path) -> None:
    """It leads to where users reach the server; nobody gets one for an account that is not."""
    run("user", "add", "anna", input=TYPED)
    made = run("user", "reset", "anna", CINESTATS_PUBLIC_URL="https://films.example.org")
    page, _, secret = made.stdout.strip().partition("#")
    assert page == "https://films.example.org/reset"
    with closing(make_container(Settings(data_dir=tmp_path / "data"))) as container:
        assert container.password_resets().use(secret, "another password") == "anna"
    sign_in(tmp_path, "anna", "another password")
    assert "no account" in run("user", "reset", "olga", code=1).stderr


def test_a_new_name_follows_the_rule(run: Run) -> None:
    """An account is in small letters, and a first film makes no diary of an odd name."""
    assert "anna has an account now." in run("user", "add", "Anna", input=TYPED).stdout
    refusal = run("user", "add", "victim/../x", input=TYPED, code=2)
    assert refusal.stderr.startswith("user: may have letters")
    assert run("add", "an\u200bna", "Heat", code=2).stderr.startswith("user: may have letters")
    run("add", "Bert", "Heat")
    assert run("add", "bert", "Heat", code=2).stderr.startswith("user: looks like")


def test_doctor_tells_the_age_of_the_table_of_addresses(run: Run) -> None:
    """Beside the stores."""
    checks = json.loads(run("doctor", "--json").stdout)["checks"]
    assert (
        "special addresses as of"
        in next(c for c in checks if c["name"] == "addresses")["detail"]
    )


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\nmore\n"])
def test_a_password_can_come_by_stdin(run: Run, tmp_path: Path, end: str) -> None:
    """Its first line, with the spaces that it may have."""
    run("user", "add", "anna", "--password-stdin", input=f" {PASSWORD} {end}")
    sign_in(tmp_path, "anna", f" {PASSWORD} ")


def test_a_bad_password_is_refused_in_one_sentence(run: Run) -> None:
    """The sentence does not repeat it."""
    result = run("user", "add", "anna", "--password-stdin", input="tooshort", code=2)
    assert result.stderr == "password: must have 10 to 200 characters\n"
    assert accounts(run) == []


def test_a_password_is_never_an_argument(run: Run) -> None:
    """Arguments are seen by everybody on the machine."""
    assert "No such option" in run("user", "add", "anna", "--password", PASSWORD, code=2).stderr


def test_accounts_are_listed_without_secrets(run: Run) -> None:
    """As a table and as JSON; neither hash nor link is shown."""
    run("user", "add", "bruno", "--password-stdin", input=PASSWORD)
    run("user", "add", "anna", "--admin", "--oidc-subject", "sub-1")
    anna, bruno = accounts(run)
    assert anna.pop("created_at") > bruno["created_at"]
    assert anna == {
        "user_id": "anna",
        "is_admin": True,
        "privacy": "private",
        "has_password": False,
        "oidc_issuer": None,
        "oidc_subject": "sub-1",
    }
    assert bruno["has_password"]
    table = run("user", "list", COLUMNS="100").stdout
    assert "OIDC" in table
    assert "$argon2" not in table + json.dumps(bruno)


def test_a_name_and_a_subject_are_given_once(run: Run) -> None:
    """Each with a sentence of its own."""
    run("user", "add", "anna", "--oidc-subject", "sub-1")
    again = run("user", "add", "anna", "--oidc-subject", "sub-2", code=2)
    assert again.stderr == "The name anna is taken.\n"
    other = run("user", "add", "bruno", "--oidc-subject", "sub-1", code=2)
    assert other.stderr == "The subject sub-1 has an account.\n"


def test_a_subject_is_of_the_issuer_of_the_settings(run: Run) -> None:
    """So it lets nobody in who has the same one at the provider that comes after it."""
    issuer = "https://issuer.example"
    run("user", "add", "anna", "--oidc-subject", "sub-1", CINESTATS_OIDC_ISSUER=issuer)
    (anna,) = accounts(run)
    assert (anna["oidc_issuer"], anna["oidc_subject"]) == (issuer, "sub-1")


def test_an_operator_gives_a_diary_to_its_user(run: Run) -> None:
    """A diary that was kept at home becomes an account's."""
    run("add", "anna", "Gladiator")
    run("user", "add", "anna", "--password-stdin", input=PASSWORD)
    assert len(json.loads(run("diary", "anna", "--json").stdout)) == 1


def test_a_password_can_be_set_anew(run: Run, tmp_path: Path) -> None:
    """The old one is wrong then; an unknown user is told before anything is asked."""
    run("user", "add", "anna", input=TYPED)
    run("user", "password", "anna", "--password-stdin", input="another password")
    sign_in(tmp_path, "anna", "another password")
    with pytest.raises(SignInRefused):
        sign_in(tmp_path, "anna", PASSWORD)
    unknown = run("user", "password", "nobody", code=1)
    assert unknown.stderr == "There is no account nobody.\n"


def test_a_removed_account_leaves_the_diary(run: Run) -> None:
    """Only after a yes; who was never there is told."""
    run("add", "anna", "Gladiator")
    run("user", "add", "anna", input=TYPED)
    run("user", "remove", "anna", input="n\n", code=1)
    assert len(accounts(run)) == 1
    result = run("user", "remove", "anna", "--yes")
    assert "cinestats forget" in result.stderr
    assert accounts(run) == []
    assert len(json.loads(run("diary", "anna", "--json").stdout)) == 1
    run("user", "remove", "anna", "--yes", code=1)


def test_a_forgotten_user_has_no_account_any_more(run: Run, tmp_path: Path) -> None:
    """With or without a diary, and with all sessions."""
    run("add", "anna", "Gladiator")
    for name in ("anna", "bruno"):
        run("user", "add", name, input=TYPED)
        sign_in(tmp_path, name, PASSWORD)
        run("forget", name, "--yes")
    assert accounts(run) == []
    with closing(make_container(Settings(data_dir=tmp_path / "data"))) as container:
        assert list(container.credentials().of_user("anna")) == []
        actions = [record.action for record in container.audit_trail().latest(3)]
        assert actions == ["diary-erased", "account-removed", "account-added"]
    run("forget", "bruno", "--yes", code=1)


def test_home_prints_its_link(run: Run, tmp_path: Path) -> None:
    """With the token of the data folder, the same one every time."""
    link = run("token", CINESTATS_PORT="8123").stdout
    token = (tmp_path / "data" / "token").read_text().strip()
    assert link == f"http://127.0.0.1:8123/?token={token}\n"
    assert run("token", CINESTATS_PORT="8123").stdout == link


def test_a_server_has_no_link(run: Run, tmp_path: Path) -> None:
    """It says what there is instead; no token is made."""
    assert "sign in" in run("token", code=1, CINESTATS_ACCESS="server").stderr
    assert not (tmp_path / "data").exists()


def test_the_memory_backend_has_no_link_yet(run: Run) -> None:
    """Unless the settings have a token."""
    assert "memory" in run("token", code=1, CINESTATS_BACKEND="memory").stderr
    own = "a-token-of-my-own"
    shown = run("token", CINESTATS_BACKEND="memory", CINESTATS_TOKEN=own).stdout
    assert shown.endswith(f"?token={own}\n")


def test_help_needs_no_cryptography() -> None:
    """Commands that ask for no password start without it."""
    code = (
        "import sys, cinestats.entrypoints.cli.app, cinestats.entrypoints.container\n"
        "print({'argon2', 'jwt', 'cryptography'} & set(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert run.stdout == b"set()\n"
