"""A broker that asks for accounts: TLS by an authority of its own, SCRAM, and ACLs."""

import datetime
import ipaddress
import uuid
from collections.abc import Generator, Iterable, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from cinestats.adapters.kafka.client import load
from cinestats.adapters.kafka.settings import KafkaSettings
from stack.java_process import free_port
from stack.kafka import start_kafka

PASSWORD = "a-password"


class SecuredKafka:
    """The broker: ``plain`` is a listener where everybody may do all, for the tests alone."""

    def __init__(self, plain: str, secured: str, authority: Path) -> None:
        self.plain = plain
        self.secured = secured
        self.authority = authority

    def environment(self, account: str, password: str = PASSWORD) -> Mapping[str, str]:
        """How an account reaches it, as docs/distributed.md says."""
        return {
            "CINESTATS_KAFKA_BOOTSTRAP_SERVERS": self.secured,
            "CINESTATS_SECURITY_PROTOCOL": "SASL_SSL",
            "CINESTATS_SASL_MECHANISM": "SCRAM-SHA-512",
            "CINESTATS_SASL_PLAIN_USERNAME": account,
            "CINESTATS_SASL_PLAIN_PASSWORD": password,
            "CINESTATS_SSL_CAFILE": str(self.authority),
        }

    def settings(self, account: str, topic: str, **changes: str) -> KafkaSettings:
        """The same as settings of the topic."""
        environment = {**self.environment(account), **changes}
        given = {name.removeprefix("CINESTATS_").lower(): v for name, v in environment.items()}
        return KafkaSettings.model_validate({"kafka_topic": topic, **given})

    def new_topic(self, partitions: int | None = None) -> str:
        """A name that nobody has used; with a number of partitions the topic is made."""
        topic = f"films-{uuid.uuid4().hex[:8]}"
        if partitions is not None:
            with self._administration() as admin:
                admin.create_topics(
                    {topic: {"num_partitions": partitions}}, wait_for_metadata=True
                )
        return topic

    def allow(self, account: str, kind: str, name: str, *operations: str) -> None:
        """Give an account rights on a TOPIC, GROUP or CLUSTER; a name may end with ``*``."""
        a = load("kafka.admin")
        form = "PREFIXED" if name.endswith("*") else "LITERAL"
        pattern = a.ResourcePattern(
            a.ResourceType[kind], name.rstrip("*"), a.ACLResourcePatternType[form]
        )
        rights = [
            a.ACL(
                f"User:{account}", "*", a.ACLOperation[each], a.ACLPermissionType.ALLOW, pattern
            )
            for each in operations
        ]
        with self._administration() as admin:
            assert not admin.create_acls(rights)["failed"]

    @contextmanager
    def _administration(self) -> Generator[Any]:
        # By hand: the environment may hold the settings of an account by now.
        client = load("kafka").KafkaAdminClient(bootstrap_servers=self.plain)
        with closing(client) as admin:
            yield admin


@contextmanager
def secured_kafka(folder: Path, accounts: Iterable[str]) -> Generator[SecuredKafka]:
    """Start it with accounts that have no rights yet; it is ended in the end."""
    authority, key_and_certificate = _certificates(folder)
    port = free_port()
    listener = "listener.name.secured"
    address = f",SECURED://127.0.0.1:{port}"
    broker = start_kafka(
        folder / "kafka",
        properties={
            "listeners": address,
            "advertised.listeners": address,
            "listener.security.protocol.map": ",SECURED:SASL_SSL",
            f"{listener}.sasl.enabled.mechanisms": "SCRAM-SHA-512",
            f"{listener}.scram-sha-512.sasl.jaas.config": (
                "org.apache.kafka.common.security.scram.ScramLoginModule required;"
            ),
            f"{listener}.ssl.keystore.type": "PEM",
            f"{listener}.ssl.keystore.location": str(key_and_certificate),
            "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "super.users": "User:ANONYMOUS",
        },
        accounts=dict.fromkeys(accounts, PASSWORD),
    )
    try:
        yield SecuredKafka(broker.bootstrap, f"127.0.0.1:{port}", authority)
    finally:
        broker.stop()


def _certificates(folder: Path) -> tuple[Path, Path]:
    """An authority's certificate; and a key with a certificate for loopback that it signed."""
    now = datetime.datetime.now(datetime.UTC)
    authority_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    issuer, subject = (
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        for name in ("authority", "kafka")
    )

    def certified(
        name: x509.Name, of: ec.EllipticCurvePrivateKey, extension: x509.ExtensionType
    ) -> bytes:
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(issuer)
            .public_key(of.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=1))
            .add_extension(extension, critical=True)
            .sign(authority_key, hashes.SHA256())
        )
        return certificate.public_bytes(serialization.Encoding.PEM)

    loopback = x509.SubjectAlternativeName(
        [x509.IPAddress(ipaddress.ip_address("127.0.0.1")), x509.DNSName("localhost")]
    )
    authority, server = folder / "authority.pem", folder / "server.pem"
    authority.write_bytes(
        certified(issuer, authority_key, x509.BasicConstraints(ca=True, path_length=None))
    )
    server.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certified(subject, key, loopback)
    )
    return authority, server
