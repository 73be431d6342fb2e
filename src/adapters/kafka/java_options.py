"""How to reach Kafka, in the words of Spark's Java client."""

from pathlib import Path

from .settings import KafkaSettings, client_config

_LOGIN_MODULES = {
    "PLAIN": "org.apache.kafka.common.security.plain.PlainLoginModule",
    "SCRAM-SHA-256": "org.apache.kafka.common.security.scram.ScramLoginModule",
    "SCRAM-SHA-512": "org.apache.kafka.common.security.scram.ScramLoginModule",
}


def java_options(settings: KafkaSettings) -> dict[str, str]:
    """The settings as options of Spark's Kafka source; certificates are read from PEM files.

    >>> java_options(KafkaSettings(kafka_bootstrap_servers="a:9092"))
    {'kafka.bootstrap.servers': 'a:9092', 'kafka.security.protocol': 'PLAINTEXT'}
    """
    options = {
        "bootstrap.servers": settings.kafka_bootstrap_servers,
        "security.protocol": str(client_config(settings)["security_protocol"]),
    }
    mechanism, password = settings.sasl_mechanism, settings.sasl_plain_password
    if mechanism is not None:
        options["sasl.mechanism"] = mechanism
        if mechanism in _LOGIN_MODULES and password is not None:
            options["sasl.jaas.config"] = (
                f"{_LOGIN_MODULES[mechanism]} required"
                f" username={_quoted(settings.sasl_plain_username or '')}"
                f" password={_quoted(password.get_secret_value())};"
            )
    if settings.ssl_cafile is not None:
        options["ssl.truststore.type"] = "PEM"
        options["ssl.truststore.certificates"] = Path(settings.ssl_cafile).read_text("utf-8")
    if settings.ssl_certfile is not None and settings.ssl_keyfile is not None:
        options["ssl.keystore.type"] = "PEM"
        options["ssl.keystore.certificate.chain"] = Path(settings.ssl_certfile).read_text(
            "utf-8"
        )
        options["ssl.keystore.key"] = Path(settings.ssl_keyfile).read_text("utf-8")
        if settings.ssl_password is not None:
            options["ssl.key.password"] = settings.ssl_password.get_secret_value()
    if settings.ssl_check_hostname is False:
        options["ssl.endpoint.identification.algorithm"] = ""
    return {f"kafka.{name}": value for name, value in options.items()}


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
