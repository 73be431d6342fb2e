"""An OIDC issuer on loopback: real HTTP and real keys, and it misbehaves on cue."""

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

CLIENT_ID, CLIENT_SECRET = "cinestats", "a secret: with/signs%"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
KEYS: dict[str, Any] = {
    "RS256": KEY,
    "ES256": ec.generate_private_key(ec.SECP256R1()),
    "EdDSA": ed25519.Ed25519PrivateKey.generate(),
}
DIGESTS = {"RS256": hashlib.sha256, "ES256": hashlib.sha256, "EdDSA": hashlib.sha512}
PUBLIC_PEM = KEY.public_key().public_bytes(
    serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
)


@dataclass
class Issuer:
    """What it does. Everything that a test changes makes it misbehave in one way.

    ``user`` is who is signed in there, ``algorithm`` what it signs with. ``claims`` replace
    those of the ID token, and None leaves one out. ``forged`` makes the whole token of its
    claims. ``back`` replaces what the browser brings back, ``described`` what the issuer says
    of itself, and ``token_answer`` is the status and the body that the token endpoint answers,
    after ``token_seconds``. A ``lenient`` one takes a code twice. ``asked`` and ``forms`` are
    what it was asked for.
    """

    url: str = ""
    user: dict[str, Any] = field(default_factory=lambda: {"sub": "sub-1"})
    algorithm: str = "RS256"
    claims: dict[str, Any] = field(default_factory=dict[str, Any])
    forged: Any = None
    back: dict[str, str | None] = field(default_factory=dict[str, str | None])
    described: dict[str, Any] = field(default_factory=dict[str, Any])
    token_answer: tuple[int, bytes] | None = None
    token_seconds: float = 0
    lenient: bool = False
    asked: list[str] = field(default_factory=list[str])
    codes: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    forms: list[dict[str, str]] = field(default_factory=list[dict[str, str]])

    def description(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/jwks",
            "authorization_response_iss_parameter_supported": True,
            **self.described,
        }

    def keys(self) -> dict[str, Any]:
        kind, key = jwt.get_algorithm_by_name(self.algorithm), KEYS[self.algorithm]
        public = kind.to_jwk(key.public_key(), as_dict=True)
        return {"keys": [{**public, "kid": "k1", "use": "sig", "alg": self.algorithm}]}

    def authorize(self, query: dict[str, str]) -> str:
        """Where the browser is sent: back, with a code for who is signed in here."""
        assert query["response_type"] == "code"
        assert query["code_challenge_method"] == "S256"
        assert query["client_id"] == CLIENT_ID
        assert "openid" in query["scope"].split()
        code = secrets.token_urlsafe(16)
        self.codes[code] = query
        brought = {"state": query["state"], "code": code, "iss": self.url, **self.back}
        kept = {name: value for name, value in brought.items() if value is not None}
        return f"{query['redirect_uri']}?{urlencode(kept)}"

    def redeem(self, form: dict[str, str], authorization: str) -> tuple[int, bytes]:
        """The answer of the token endpoint."""
        self.forms.append(form)
        if self.token_answer is not None:
            return self.token_answer
        pair = base64.b64decode(authorization.partition(" ")[2]).decode()
        name, _, secret = pair.partition(":")
        secret = unquote(secret) or form.get("client_secret", "")
        if (unquote(name) or form["client_id"], secret) != (CLIENT_ID, CLIENT_SECRET):
            return 401, b'{"error": "invalid_client"}'
        asked = self.codes.get(form["code"], {})
        if not self.lenient:
            self.codes.pop(form["code"], None)
        challenge = base64.urlsafe_b64encode(
            hashlib.sha256(form["code_verifier"].encode()).digest()
        )
        if (
            asked.get("code_challenge") != challenge.decode().rstrip("=")
            or asked["redirect_uri"] != form["redirect_uri"]
        ):
            return 400, b'{"error": "invalid_grant"}'
        return 200, json.dumps(self._tokens(asked)).encode()

    def _tokens(self, asked: dict[str, str]) -> dict[str, str]:
        access_token, now = secrets.token_urlsafe(16), int(time.time())
        digest = DIGESTS[self.algorithm](access_token.encode()).digest()
        half = digest[: len(digest) // 2]
        good = {
            "iss": self.url,
            "aud": CLIENT_ID,
            "exp": now + 300,
            "iat": now,
            "nonce": asked["nonce"],
            "at_hash": base64.urlsafe_b64encode(half).decode().rstrip("="),
            **self.user,
        }
        claims = {k: v for k, v in {**good, **self.claims}.items() if v is not None}
        return {
            "token_type": "Bearer",
            "access_token": access_token,
            "id_token": self._signed(claims) if self.forged is None else self.forged(claims),
        }

    def _signed(self, claims: dict[str, Any]) -> str:
        return jwt.encode(claims, KEYS[self.algorithm], self.algorithm, {"kid": "k1"})


def signed(claims: dict[str, Any], key: Any = KEY, kid: str = "k1") -> str:
    return jwt.encode(claims, key, "RS256", {"kid": kid})


def by_hand(header: dict[str, Any], claims: dict[str, Any], secret: bytes | None) -> str:
    """A token as PyJWT would refuse to make it: unsigned, or with HMAC of any secret."""

    def part(data: bytes) -> bytes:
        return base64.urlsafe_b64encode(data).rstrip(b"=")

    text = part(json.dumps(header).encode()) + b"." + part(json.dumps(claims).encode())
    tag = b"" if secret is None else hmac.digest(secret, text, hashlib.sha256)
    return (text + b"." + part(tag)).decode()


def handler(issuer: Issuer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            issuer.asked.append(parts.path)
            match parts.path:
                case "/.well-known/openid-configuration":
                    self.answer(200, json.dumps(issuer.description()).encode())
                case "/jwks":
                    self.answer(200, json.dumps(issuer.keys()).encode())
                case "/authorize":
                    self.show(issuer.authorize(dict(parse_qsl(parts.query))))
                case _:
                    self.answer(404, b"{}")

        def do_POST(self) -> None:
            issuer.asked.append(self.path)
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = dict(parse_qsl(body))
            status, answer = issuer.redeem(form, self.headers.get("Authorization", ""))
            time.sleep(issuer.token_seconds)
            self.answer(status, answer)

        def show(self, back: str) -> None:
            """A page where the user agrees, for browsers; programs are sent back at once."""
            if "text/html" not in self.headers.get("Accept", ""):
                self.send_response(303)
                self.send_header("Location", back)
                self.end_headers()
                return
            href = back.replace("&", "&amp;")
            page = f"<!doctype html><link rel=icon href=data:,><a href='{href}'>Agree</a>"
            self.answer(200, page.encode(), "text/html")

        def answer(self, status: int, body: bytes, kind: str = "application/json") -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None: ...

    return Handler


@contextmanager
def running_issuer(host: str = "127.0.0.1") -> Iterator[Issuer]:
    """An issuer that answers until the end of the block; ``host`` is what its URL says."""
    issuer = Issuer()
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler(issuer))
    server.daemon_threads = True
    issuer.url = f"http://{host}:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
