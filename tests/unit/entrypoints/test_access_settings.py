"""The settings of access, and what the container makes of them."""

from pathlib import Path

import pytest

from cinestats.domain.errors import InvalidInput
from cinestats.entrypoints.container import make_container
from cinestats.entrypoints.identity_provider import provider_label
from cinestats.entrypoints.settings import Settings, load_settings

OIDC = {
    "CINESTATS_OIDC_ISSUER": "https://issuer.example",
    "CINESTATS_OIDC_AUDIENCE": "cinestats",
    "CINESTATS_OIDC_JWKS_URL": "https://issuer.example/keys",
}


def test_at_home_unless_it_is_said_otherwise() -> None:
    """Nobody registers, no proxy is believed, no issuer is known."""
    settings = Settings()
    assert (settings.access, settings.registration) == ("home", "closed")
    assert settings.token is settings.public_url is settings.oidc_issuer is None
    assert settings.trusted_proxies == ()
    assert make_container(settings).id_tokens() is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CINESTATS_ACCESS", "everybody"),
        ("CINESTATS_TOKEN", "too-short"),
        ("CINESTATS_TOKEN", "not-too-short but with spaces"),
        ("CINESTATS_PUBLIC_URL", "films.example.org"),
        ("CINESTATS_PUBLIC_URL", "https://"),
        ("CINESTATS_PUBLIC_URL", "https://anna@films.example.org"),
        ("CINESTATS_PUBLIC_URL", "https://films.example.org?"),
        ("CINESTATS_OIDC_JWKS_URL", "http://issuer.example/keys"),
        ("CINESTATS_OIDC_JWKS_URL", "file:///etc/hosts"),
        ("CINESTATS_PUBLIC_URL", "https://films.example.org/films"),
        ("CINESTATS_OIDC_SCOPES", "profile"),
        ("CINESTATS_OIDC_LABEL", ""),
        ("CINESTATS_OIDC_ALGORITHM", "none"),
        ("CINESTATS_OIDC_ALGORITHM", "HS256"),
        ("CINESTATS_TRUSTED_PROXIES", "10.0.0.0/8,proxy"),
    ],
)
def test_a_bad_setting_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    """By its variable, without a secret's value."""
    monkeypatch.setenv(name, value)
    with pytest.raises(InvalidInput, match=name) as refusal:
        load_settings()
    assert "too-short" not in str(refusal.value)


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://films.example.org:443/", "https://films.example.org"),
        ("http://films.example.org:80", "http://films.example.org"),
        ("http://films.example.org:8080", "http://films.example.org:8080"),
        ("https://films.example.org:80", "https://films.example.org:80"),
    ],
)
def test_an_address_is_written_as_browsers_write_it(
    monkeypatch: pytest.MonkeyPatch, url: str, origin: str
) -> None:
    """They leave out the port that the scheme has anyway."""
    monkeypatch.setenv("CINESTATS_PUBLIC_URL", url)
    assert load_settings().public_url == origin


def test_good_settings_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists are separated by commas; an address ends without a slash."""
    monkeypatch.setenv("CINESTATS_PUBLIC_URL", "https://Films.example.org:8443/")
    monkeypatch.setenv("CINESTATS_OIDC_JWKS_URL", "http://localhost:8080/keys")
    monkeypatch.setenv("CINESTATS_TRUSTED_PROXIES", "127.0.0.1, 10.0.0.0/8,fd00::/8")
    settings = load_settings()
    assert settings.public_url == "https://films.example.org:8443"
    assert settings.trusted_proxies == ("127.0.0.1/32", "10.0.0.0/8", "fd00::/8")


@pytest.mark.parametrize("missing", OIDC)
def test_an_issuer_needs_all_its_settings(
    monkeypatch: pytest.MonkeyPatch, missing: str, tmp_path: Path
) -> None:
    """Else tokens for another application would be taken."""
    monkeypatch.setenv("CINESTATS_DATA_DIR", str(tmp_path))
    for name, value in OIDC.items():
        monkeypatch.setenv(name, value)
    assert make_container().id_tokens() is not None
    monkeypatch.delenv(missing)
    with pytest.raises(InvalidInput, match=missing):
        make_container().id_tokens()


SIGN_IN = {
    "CINESTATS_OIDC_ISSUER": "https://issuer.example",
    "CINESTATS_OIDC_CLIENT_ID": "cinestats",
    "CINESTATS_PUBLIC_URL": "https://films.example",
}


@pytest.fixture
def for_pages(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """The settings of a server where users sign in at an identity provider."""
    monkeypatch.setenv("CINESTATS_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("CINESTATS_ACCESS", "server")
    for name, value in SIGN_IN.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_users_sign_in_where_the_settings_say(for_pages: pytest.MonkeyPatch) -> None:
    """Without an audience no program does; and at home nobody."""
    container = make_container()
    assert container.identity_provider() is not None
    assert container.id_tokens() is None
    assert provider_label(container.settings()) == "issuer.example"
    for_pages.setenv("CINESTATS_OIDC_LABEL", "Our House")
    assert provider_label(make_container().settings()) == "Our House"
    for_pages.setenv("CINESTATS_ACCESS", "home")
    assert make_container().identity_provider() is None


@pytest.mark.parametrize("missing", sorted(set(SIGN_IN) - {"CINESTATS_OIDC_CLIENT_ID"}))
def test_signing_in_at_a_provider_needs_all_its_settings(
    for_pages: pytest.MonkeyPatch, missing: str
) -> None:
    """The error names the one that is missing."""
    for_pages.delenv(missing)
    with pytest.raises(InvalidInput, match=missing):
        make_container().identity_provider()


@pytest.mark.parametrize(
    "issuer", ["http://issuer.example", "issuer.example", "file:///etc/hosts", "https://"]
)
def test_the_provider_is_asked_over_https(for_pages: pytest.MonkeyPatch, issuer: str) -> None:
    """Else somebody on the way could say who is who."""
    for_pages.setenv("CINESTATS_OIDC_ISSUER", issuer)
    with pytest.raises(InvalidInput, match="CINESTATS_OIDC_ISSUER"):
        make_container().identity_provider()
