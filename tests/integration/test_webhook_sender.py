"""What is sent to a real receiver, and what becomes of its bad manners."""

import base64
import hashlib
import hmac
import json
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from cinestats.adapters import guarded_http
from cinestats.adapters.webhook_sender import HttpWebhookSender, secret_text, signed_headers
from cinestats.application.log.ports import Recorded
from cinestats.application.webhooks.subscriptions import Answer, Progress, Webhook
from tests.contracts.builders import NOON, added

from .webhook_receiver import Behaviour, Receiver, answer, hang, status, trickle

KEY = bytes(range(32))
EVENT = Recorded(0, 7, added(1))


def webhook(url: str) -> Webhook:
    return Webhook("w1", "u1", url, KEY, frozenset({"added"}), NOON, Progress(0, NOON))


def send(url: str, *, private: bool = True, seconds: float = 5) -> Answer:
    return HttpWebhookSender(private, seconds)(webhook(url), EVENT, NOON)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


def test_an_event_is_posted_as_the_topic_has_it(receiver: Receiver) -> None:
    """The body is the event's JSON with its position; the path keeps its query."""
    assert send(receiver.url) == Answer(204)
    (message,) = receiver.wait_for(1)
    assert message.line == "POST /told?x=1 HTTP/1.1"
    document = json.loads(message.body)
    assert (document["event_type"], document["position"]) == ("ADD", 7)
    assert document["event_id"] == message.headers["webhook-id"] == "add-u1-1"
    assert message.headers["content-type"] == "application/json"
    assert message.headers["host"] == f"127.0.0.1:{receiver.port}"


def test_a_receiver_can_verify_the_signature(receiver: Receiver) -> None:
    """As Standard Webhooks says: base64 of the HMAC of id, time and body, parted by dots."""
    send(receiver.url)
    (message,) = receiver.wait_for(1)
    key = base64.b64decode(secret_text(KEY).removeprefix("whsec_"))
    sent_at = message.headers["webhook-timestamp"]
    content = f"{message.headers['webhook-id']}.{sent_at}.".encode() + message.body
    expected = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    assert message.headers["webhook-signature"] == f"v1,{expected}"
    assert int(sent_at) == int(NOON.timestamp())


def test_the_signature_is_that_of_the_standards_own_example() -> None:
    """The example that libraries for receivers are tested with."""
    headers = signed_headers(
        base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        datetime.fromtimestamp(1614265330, UTC),
        b'{"test": 2432232314}',
    )
    signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert headers["webhook-signature"] == signature


def test_an_id_from_elsewhere_cannot_break_the_headers(receiver: Receiver) -> None:
    """Whatever an imported event calls itself stays one header line."""
    strange = replace(added(1), event_id="é\r\nX-Evil: 1 ✓")
    sender = HttpWebhookSender(True)
    assert sender(webhook(receiver.url), Recorded(0, 1, strange), NOON) == Answer(204)
    (message,) = receiver.wait_for(1)
    assert message.headers["webhook-id"] == "%C3%A9%0D%0AX-Evil:%201%20%E2%9C%93"
    assert "x-evil" not in message.headers


@pytest.mark.parametrize("number", [200, 204, 301, 307, 400, 410, 500])
def test_the_status_is_told_and_a_redirect_is_not_followed(
    receiver: Receiver, number: int
) -> None:
    """One connection, whatever the answer."""
    receiver.behaviours = [status(number, f"Location: {receiver.url}")]
    assert send(receiver.url) == Answer(number)
    time.sleep(0.05)
    assert receiver.connections == 1


@pytest.mark.parametrize("behaviour", [hang, trickle], ids=["says nothing", "a byte at a time"])
def test_a_receiver_has_a_bounded_time_for_everything(
    receiver: Receiver, behaviour: Behaviour
) -> None:
    """A byte ever so often does not hold the sender's thread."""
    receiver.behaviours = [behaviour]
    began = time.monotonic()
    assert send(receiver.url, seconds=0.4) == Answer(None, "There was no answer within 0.4 s.")
    assert time.monotonic() - began < 5


def test_a_large_answer_is_not_read() -> None:
    """A status is all that is wanted; the rest is cut off."""
    sent = 0

    def flood(connection: socket.socket) -> None:
        nonlocal sent
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
        while True:
            sent += connection.send(b"x" * 65536)

    with Receiver(flood) as receiver:
        assert send(receiver.url) == Answer(200)
        time.sleep(0.1)
    assert sent < 20_000_000  # what the sockets' buffers hold


@pytest.mark.parametrize(
    "behaviour",
    [
        answer(b""),
        answer(b"SSH-2.0-OpenSSH_9.6\r\n"),
        answer(b"HTTP/1.1 abc\r\n\r\n"),
        answer(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000),
        answer(b"HTTP/1.1 200 OK\r\n" + b"X: x\r\n" * 1000),
        answer(b"\x00" * 1000),
    ],
)
def test_garbage_is_a_failure_whose_words_are_not_repeated(
    receiver: Receiver, behaviour: Behaviour
) -> None:
    """The user may not be meant to see what answers there."""
    receiver.behaviours = [behaviour]
    status, error = send(receiver.url)
    assert status is None
    assert error is not None
    assert error.startswith("The receiver could not be reached: ")
    assert "SSH" not in error


def test_nobody_there_is_a_failure() -> None:
    """A closed port and a name that leads nowhere are told, not raised."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port = listener.getsockname()[1]
    refused = Answer(None, "The receiver could not be reached: ConnectionRefusedError.")
    assert send(f"http://127.0.0.1:{port}/") == refused
    assert send("http://films.invalid/").status is None
    assert send(f"http://{'x' * 100}.example/").status is None


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "0x7f.1"])
def test_a_private_address_gets_no_connection(receiver: Receiver, host: str) -> None:
    """However it is written, and whatever name leads there."""
    url = f"http://{host}:{receiver.port}/"
    assert send(url, private=False) == Answer(None, "The address is not public.")
    time.sleep(0.05)
    assert receiver.connections == 0


def test_the_other_end_is_judged_before_a_byte_is_sent(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Should a connection end elsewhere than it was meant to, nothing is said there."""
    verdicts = iter([True, False])
    monkeypatch.setattr(guarded_http, "is_public", lambda _: next(verdicts))
    assert send(receiver.url, private=False) == Answer(None, "The address is not public.")
    time.sleep(0.05)
    assert (receiver.connections, receiver.received) == (1, 0)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A self-signed certificate of 127.0.0.1 with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "receiver")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "certificate.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


def test_https_needs_a_certificate_that_is_trusted(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An unknown certificate gets nothing; a trusted one gets the event."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    with Receiver(tls=tls) as receiver:
        error = "The receiver could not be reached: SSLCertVerificationError."
        assert send(receiver.url) == Answer(None, error)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert send(receiver.url) == Answer(204)
        (message,) = receiver.wait_for(1)
        assert message.headers["webhook-id"] == "add-u1-1"
        receiver.behaviours = [hang]
        late = Answer(None, "There was no answer within 0.4 s.")
        assert send(receiver.url, seconds=0.4) == late


def test_a_tls_handshake_has_a_bounded_time() -> None:
    """A server that accepts and then says nothing does not hold the thread."""
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        url = f"https://127.0.0.1:{silent.getsockname()[1]}/"
        assert send(url, seconds=0.4) == Answer(None, "There was no answer within 0.4 s.")
