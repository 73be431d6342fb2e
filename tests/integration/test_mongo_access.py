"""Accounts and credentials of the distributed product, in MongoDB."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cinestats.entrypoints.cli.app import app
from cinestats.entrypoints.container import make_container
from cinestats.entrypoints.settings import Settings
from stack.mongo import Mongo

PASSWORD = "correct horse"


def test_an_account_works_on_mongodb(
    mongo: Mongo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is made, signed in to, listed and removed as in the embedded product."""
    monkeypatch.setenv("CINESTATS_BACKEND", "distributed")
    monkeypatch.setenv("CINESTATS_MONGO_URI", mongo.uri)
    monkeypatch.setenv("CINESTATS_MONGO_DATABASE", "test_mongo_access")
    monkeypatch.setenv("CINESTATS_DATA_DIR", str(tmp_path))

    def run(*arguments: str) -> str:
        result = CliRunner().invoke(app, arguments, input=PASSWORD, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.stdout

    run("user", "add", "anna", "--password-stdin")
    container = make_container(Settings())
    session = container.sessions().sign_in("anna", PASSWORD)
    principal = container.authenticator().by_secret(session.secret)
    assert principal is not None
    assert principal.user_id == "anna"
    assert [each["user_id"] for each in json.loads(run("user", "list", "--json"))] == ["anna"]
    run("user", "remove", "anna", "--yes")
    assert container.authenticator().by_secret(session.secret) is None
    actions = [record.action for record in container.audit_trail().latest(10)]
    assert actions == ["account-removed", "account-added"]
    container.close()
