"""Kafka's security settings reach Spark's source."""

from pathlib import Path

from pydantic import SecretStr

from cinestats.adapters.kafka.java_options import java_options
from cinestats.adapters.kafka.settings import KafkaSettings


def test_a_password_is_handed_over_quoted() -> None:
    """Quotes and backslashes in it end no string; the connection is encrypted by default."""
    options = java_options(
        KafkaSettings(
            sasl_mechanism="SCRAM-SHA-512",
            sasl_plain_username="stats",
            sasl_plain_password=SecretStr('a"b\\c'),
        )
    )
    assert options["kafka.security.protocol"] == "SASL_SSL"
    assert options["kafka.sasl.mechanism"] == "SCRAM-SHA-512"
    assert options["kafka.sasl.jaas.config"] == (
        "org.apache.kafka.common.security.scram.ScramLoginModule required"
        ' username="stats" password="a\\"b\\\\c";'
    )


def test_certificates_are_read_from_their_files(tmp_path: Path) -> None:
    """As PEM, which the Java client takes as text."""
    files = {name: tmp_path / f"{name}.pem" for name in ("ca", "cert", "key")}
    for name, file in files.items():
        file.write_text(f"the {name}")
    options = java_options(
        KafkaSettings(
            ssl_cafile=str(files["ca"]),
            ssl_certfile=str(files["cert"]),
            ssl_keyfile=str(files["key"]),
            ssl_check_hostname=False,
        )
    )
    assert options["kafka.security.protocol"] == "SSL"
    assert options["kafka.ssl.truststore.certificates"] == "the ca"
    assert options["kafka.ssl.keystore.certificate.chain"] == "the cert"
    assert options["kafka.ssl.keystore.key"] == "the key"
    assert options["kafka.ssl.endpoint.identification.algorithm"] == ""
