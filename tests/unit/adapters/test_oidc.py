"""Bearer tokens of an issuer on loopback, with real keys, and every way to forge them."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from cinestats.adapters.oidc import Algorithm, OidcVerifier
from cinestats.application.access.ports import IdTokenRefused
from cinestats.application.ports import StoreUnavailable

ISSUER, AUDIENCE = "https://issuer.example", "cinestats"
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC = ec.generate_private_key(ec.SECP256R1())
ED = ed25519.Ed25519PrivateKey.generate()
PUBLIC_PEM = RSA.public_key().public_bytes(
    serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
)


def jwk(algorithm: str, key: Any, kid: str) -> dict[str, Any]:
    public = jwt.get_algorithm_by_name(algorithm).to_jwk(key.public_key(), as_dict=True)  # type: ignore[call-overload]
    return {**public, "kid": kid, "use": "sig", "alg": algorithm}


KEYS = [jwk("RS256", RSA, "rsa"), jwk("ES256", EC, "ec"), jwk("EdDSA", ED, "ed")]


class Issuer:
    """A server of keys; ``body`` is what it answers, ``asked`` how often it was asked."""

    def __init__(self) -> None:
        self.body = json.dumps({"keys": KEYS}).encode()
        self.asked = 0
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                issuer.asked += 1
                self.send_response(200)
                self.end_headers()
                self.wfile.write(issuer.body)

            def log_message(self, format: str, *args: Any) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/keys"


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    running = Issuer()
    thread = threading.Thread(target=running.server.serve_forever, args=(0.01,))
    thread.start()
    yield running
    running.server.shutdown()
    thread.join()
    running.server.server_close()


def verifier(issuer: Issuer, algorithm: Algorithm = "RS256") -> OidcVerifier:
    return OidcVerifier(ISSUER, AUDIENCE, issuer.url, algorithm)


def claims(**changed: Any) -> dict[str, Any]:
    now = datetime.now(UTC)
    good = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "sub-1",
        "iat": now,
        "nbf": now,
        "exp": now + timedelta(minutes=5),
    }
    return {name: value for name, value in {**good, **changed}.items() if value is not None}


def signed(
    key: Any = RSA, algorithm: str = "RS256", kid: str | None = "rsa", **changed: Any
) -> str:
    headers = {} if kid is None else {"kid": kid}
    return jwt.encode(claims(**changed), key, algorithm, headers)


def by_hand(header: dict[str, Any], secret: bytes | None) -> str:
    """A token as PyJWT would refuse to make it: unsigned, or with HMAC of any secret."""

    def part(data: bytes) -> bytes:
        return base64.urlsafe_b64encode(data).rstrip(b"=")

    body = {
        name: value.timestamp() if isinstance(value, datetime) else value
        for name, value in claims().items()
    }
    text = part(json.dumps(header).encode()) + b"." + part(json.dumps(body).encode())
    tag = b"" if secret is None else hmac.digest(secret, text, hashlib.sha256)
    return (text + b"." + part(tag)).decode()


@pytest.mark.parametrize(
    ("key", "algorithm", "kid"),
    [(RSA, "RS256", "rsa"), (EC, "ES256", "ec"), (ED, "EdDSA", "ed")],
)
def test_a_good_token_names_its_subject(
    issuer: Issuer, key: Any, algorithm: Algorithm, kid: str
) -> None:
    """With each algorithm that can be set."""
    assert verifier(issuer, algorithm).subject(signed(key, algorithm, kid)) == "sub-1"


def test_keys_are_fetched_once(issuer: Issuer) -> None:
    """Not for every token, nor for every unknown key that somebody makes up."""
    known = verifier(issuer)
    for _ in range(3):
        known.subject(signed())
        with pytest.raises(IdTokenRefused):
            known.subject(signed(kid="made up"))
    assert issuer.asked == 1


NESTED = base64.urlsafe_b64encode(b"[" * 30_000).decode()
LONG = timedelta(hours=1)  # however slow the machine is


@pytest.mark.parametrize(
    "token",
    [
        pytest.param(lambda: signed(exp=datetime.now(UTC) - LONG), id="expired"),
        pytest.param(lambda: signed(nbf=datetime.now(UTC) + LONG), id="not valid yet"),
        pytest.param(lambda: signed(exp=None), id="never expires"),
        pytest.param(lambda: signed(aud="another"), id="wrong audience"),
        pytest.param(lambda: signed(aud=None), id="no audience"),
        pytest.param(lambda: signed(iss="https://other.example"), id="wrong issuer"),
        pytest.param(lambda: signed(iss=None), id="no issuer"),
        pytest.param(lambda: signed(sub=None), id="no subject"),
        pytest.param(lambda: signed(kid="unknown"), id="unknown kid"),
        pytest.param(lambda: signed(kid=None), id="no kid"),
        pytest.param(lambda: signed(OTHER_RSA), id="another key"),
        pytest.param(lambda: signed(EC, "ES256", "ec"), id="another algorithm"),
        pytest.param(lambda: signed(EC, "ES256"), id="another algorithm and its kid"),
        pytest.param(lambda: by_hand({"alg": "none", "kid": "rsa"}, None), id="alg none"),
        pytest.param(lambda: by_hand({"alg": "None", "kid": "rsa"}, None), id="alg None"),
        pytest.param(
            lambda: by_hand({"alg": "HS256", "kid": "rsa"}, PUBLIC_PEM),
            id="HS256 with the public key",
        ),
        pytest.param(lambda: by_hand({"alg": "RS256", "kid": "rsa"}, None), id="unsigned"),
        pytest.param(lambda: signed()[:-4], id="cut"),
        pytest.param(lambda: "", id="empty"),
        pytest.param(lambda: f"{NESTED}.{NESTED}.e30", id="nested"),
        pytest.param(lambda: "a.b.c", id="no token"),
        pytest.param(lambda: "\ud800.\ud800.\ud800", id="surrogates"),
    ],
)
def test_a_token_that_does_not_hold_is_refused(issuer: Issuer, token: Any) -> None:
    """Each for its own reason, in one sentence."""
    with pytest.raises(IdTokenRefused, match=r"^The bearer token does not hold"):
        verifier(issuer).subject(token())


def test_clocks_may_differ_a_little(issuer: Issuer) -> None:
    """By half a minute at most."""
    now = datetime.now(UTC)
    known = verifier(issuer)
    assert known.subject(signed(exp=now - timedelta(seconds=10))) == "sub-1"
    assert known.subject(signed(nbf=now + timedelta(seconds=10))) == "sub-1"


@pytest.mark.parametrize("body", [b"<html>", b""])
def test_an_issuer_that_answers_nonsense_is_no_fault_of_the_caller(
    issuer: Issuer, body: bytes
) -> None:
    """The keys are missing for now, so trying again may help."""
    issuer.body = body
    with pytest.raises(StoreUnavailable, match="keys"):
        verifier(issuer).subject(signed())


def test_an_issuer_that_fails_is_not_asked_again_at_once(issuer: Issuer) -> None:
    """Whatever tokens somebody makes up meanwhile."""
    known = verifier(issuer)
    issuer.body = b"<html>"
    for kid in ("one", "two", "three"):
        with pytest.raises(StoreUnavailable, match="keys"):
            known.subject(signed(kid=kid))
    assert issuer.asked == 1


def test_an_issuer_that_is_down_is_no_fault_of_the_caller() -> None:
    """Nobody listens on port 9."""
    nobody = OidcVerifier(ISSUER, AUDIENCE, "http://127.0.0.1:9/keys", "RS256")
    with pytest.raises(StoreUnavailable, match="keys"):
        nobody.subject(signed())
