"""How to reach Kafka, from the environment."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, SecretStr

from cinestats.adapters.environment import EnvironmentSettings, said, zone_name


class KafkaSettings(EnvironmentSettings):
    """How to reach it; ``sasl_*`` and ``ssl_*`` pass through to the client."""

    kafka_bootstrap_servers: Annotated[str, AfterValidator(said)] = "127.0.0.1:9092"
    """The brokers, with commas between them."""
    kafka_topic: Annotated[str, AfterValidator(said)] = "user-movie-events"
    """The topic of events."""
    timezone: Annotated[str, AfterValidator(zone_name)] = "Europe/Rome"
    """The zone that says which day a moment belongs to."""
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] | None = None
    """How to connect. Unless it is set, anything of SASL or SSL encrypts the connection, so
    that no password travels in the clear by oversight."""
    sasl_mechanism: str | None = None
    """How to sign in, such as `SCRAM-SHA-512`."""
    sasl_plain_username: str | None = None
    """The user."""
    sasl_plain_password: SecretStr | None = None
    """The password."""
    sasl_kerberos_service_name: str | None = None
    """The brokers' service name in Kerberos."""
    sasl_kerberos_domain_name: str | None = None
    """Their domain in Kerberos."""
    ssl_check_hostname: bool | None = None
    """Whether the certificate must name the host."""
    ssl_cafile: str | None = None
    """The file of the authorities that are trusted."""
    ssl_certfile: str | None = None
    """Our certificate's file."""
    ssl_keyfile: str | None = None
    """Our key's file."""
    ssl_password: SecretStr | None = None
    """That key's password."""
    ssl_crlfile: str | None = None
    """The file of certificates that were revoked."""
    ssl_ciphers: str | None = None
    """The ciphers that may be used, in OpenSSL's form."""


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
