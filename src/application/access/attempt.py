"""One browser's way to the identity provider and back."""

import base64
import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Literal

Purpose = Literal["sign-in", "link"]


@dataclass(frozen=True, slots=True)
class Attempt:
    """What the values of one attempt are made of: ``secret``, which only this browser keeps.

    None of the values tells another, nor the secret.

    >>> attempt = Attempt("a secret of this browser", "sign-in")
    >>> len({attempt.state, attempt.nonce, attempt.verifier, attempt.challenge})
    4
    """

    secret: str = field(repr=False)
    purpose: Purpose

    @property
    def state(self) -> str:
        """Comes back beside the code: the answer belongs to this browser."""
        return self._made("state")

    @property
    def nonce(self) -> str:
        """Comes back inside the ID token: the token was made for this attempt."""
        return self._made("nonce")

    @property
    def verifier(self) -> str:
        """Sent with the code: whoever has only the code gets nothing for it (PKCE)."""
        return self._made("verifier")

    @property
    def challenge(self) -> str:
        """What the issuer is told of the verifier before: its SHA-256."""
        return _text(hashlib.sha256(self.verifier.encode()).digest())

    def _made(self, what: str) -> str:
        key, message = self.secret.encode(), f"{self.purpose} {what}".encode()
        return _text(hmac.digest(key, message, hashlib.sha256))


def _text(digest: bytes) -> str:
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
