"""How to reach Kafka, from the environment."""

from typing import Any, Literal

from pydantic import SecretStr

from cinestats.adapters.environment import EnvironmentSettings


class KafkaSettings(EnvironmentSettings):
    """How to reach it; ``sasl_*`` and ``ssl_*`` pass through to the client.

    Without a ``security_protocol`` the connection is encrypted as soon as anything of SASL
    or SSL is set, so that a password never travels in the clear by oversight.
    """

    kafka_bootstrap_servers: str = "127.0.0.1:9092"
    kafka_topic: str = "user-movie-events"
    timezone: str = "Europe/Rome"
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] | None = None
    sasl_mechanism: str | None = None
    sasl_plain_username: str | None = None
    sasl_plain_password: SecretStr | None = None
    sasl_kerberos_service_name: str | None = None
    sasl_kerberos_domain_name: str | None = None
    ssl_check_hostname: bool | None = None
    ssl_cafile: str | None = None
    ssl_certfile: str | None = None
    ssl_keyfile: str | None = None
    ssl_password: SecretStr | None = None
    ssl_crlfile: str | None = None
    ssl_ciphers: str | None = None


def client_config(settings: KafkaSettings) -> dict[str, Any]:
    """The settings as arguments for any client of kafka-python.

    >>> client_config(KafkaSettings(kafka_bootstrap_servers="a:9092, b:9092"))
    {'bootstrap_servers': ['a:9092', 'b:9092'], 'security_protocol': 'PLAINTEXT'}
    """
    security = {
        name: value.get_secret_value() if isinstance(value, SecretStr) else value
        for name, value in settings
        if name.startswith(("sasl_", "ssl_")) and value is not None
    }
    protocol = settings.security_protocol
    if protocol is None:
        protocol = "PLAINTEXT" if not security else "SSL"
        if settings.sasl_mechanism is not None:
            protocol = "SASL_SSL"
    servers = [each.strip() for each in settings.kafka_bootstrap_servers.split(",")]
    return {"bootstrap_servers": servers, "security_protocol": protocol, **security}
