"""How to reach Kafka."""

import pytest

from cinestats.adapters.kafka.settings import KafkaSettings, client_config


def test_the_environment_says_where_kafka_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """Servers and topic come from the variables of the fixed names."""
    monkeypatch.setenv("CINESTATS_KAFKA_BOOTSTRAP_SERVERS", "one:1,two:2")
    monkeypatch.setenv("CINESTATS_KAFKA_TOPIC", "films")
    settings = KafkaSettings()
    assert client_config(settings)["bootstrap_servers"] == ["one:1", "two:2"]
    assert settings.kafka_topic == "films"


def test_security_passes_through(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is set of SASL and SSL reaches the client under the client's own name."""
    monkeypatch.setenv("CINESTATS_KAFKA_BOOTSTRAP_SERVERS", "one:1")
    monkeypatch.setenv("CINESTATS_SASL_MECHANISM", "SCRAM-SHA-512")
    monkeypatch.setenv("CINESTATS_SASL_PLAIN_USERNAME", "relay")
    monkeypatch.setenv("CINESTATS_SASL_PLAIN_PASSWORD", "secret")
    monkeypatch.setenv("CINESTATS_SSL_CAFILE", "/ca.pem")
    monkeypatch.setenv("CINESTATS_SSL_CHECK_HOSTNAME", "false")
    assert client_config(KafkaSettings()) == {
        "bootstrap_servers": ["one:1"],
        "security_protocol": "SASL_SSL",
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": "relay",
        "sasl_plain_password": "secret",
        "ssl_cafile": "/ca.pem",
        "ssl_check_hostname": False,
    }


@pytest.mark.parametrize(
    ("given", "protocol"),
    [
        ({}, "PLAINTEXT"),
        ({"ssl_cafile": "/ca.pem"}, "SSL"),
        ({"sasl_mechanism": "PLAIN"}, "SASL_SSL"),
        ({"sasl_mechanism": "PLAIN", "security_protocol": "SASL_PLAINTEXT"}, "SASL_PLAINTEXT"),
    ],
)
def test_a_password_is_encrypted_unless_one_says_otherwise(
    given: dict[str, str], protocol: str
) -> None:
    """Without a protocol, any setting of SASL or SSL turns encryption on."""
    settings = KafkaSettings.model_validate(given)
    assert client_config(settings)["security_protocol"] == protocol


def test_a_password_is_not_shown() -> None:
    """Settings that end up in a log do not give the password away."""
    settings = KafkaSettings.model_validate({"sasl_plain_password": "secret"})
    assert "secret" not in repr(settings)
