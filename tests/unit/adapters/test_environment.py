from pathlib import Path

import pytest

from cinestats.adapters.environment import EnvironmentSettings
from cinestats.domain.errors import InvalidInput
from cinestats.entrypoints.settings import Settings

URI = "mongodb://anna:secret@db.example"


class Some(EnvironmentSettings):
    word: str = "default"


def test_a_secret_is_read_from_its_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As containers mount them; the environment goes before."""
    (tmp_path / "cinestats_word").write_text("from the file\n")
    assert Some().word == "default"
    monkeypatch.setenv("CINESTATS_SECRETS_DIR", str(tmp_path))
    assert Some().word == "from the file"
    monkeypatch.setenv("CINESTATS_WORD", "from the environment")
    assert Some().word == "from the environment"


def test_every_secret_of_the_settings_may_be_a_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Of Kafka, MongoDB, the home and the identity provider's client; none is shown."""
    for name, secret in (
        ("cinestats_mongo_uri", URI),
        ("cinestats_sasl_plain_password", "the-kafka-password"),
        ("cinestats_token", "the-token-of-the-house"),
        ("cinestats_oidc_client_secret", "the-secret-of-the-client"),
    ):
        (tmp_path / name).write_text(secret)
    monkeypatch.setenv("CINESTATS_SECRETS_DIR", str(tmp_path))
    settings = Settings()
    assert settings.mongo_uri == URI
    assert settings.sasl_plain_password is not None
    assert settings.sasl_plain_password.get_secret_value() == "the-kafka-password"
    assert settings.oidc_client_secret is not None
    assert settings.oidc_client_secret.get_secret_value() == "the-secret-of-the-client"
    assert settings.token is not None
    assert settings.token.get_secret_value() == "the-token-of-the-house"
    shown = f"{settings!r} {settings}"
    assert "secret@" not in shown
    assert "the-" not in shown


def test_a_folder_that_is_missing_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Going on without the secrets would be worse."""
    monkeypatch.setenv("CINESTATS_SECRETS_DIR", str(tmp_path / "nowhere"))
    with pytest.raises(InvalidInput, match="CINESTATS_SECRETS_DIR: is no folder"):
        Some()
