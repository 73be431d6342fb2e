"""Secrets that are handed out once: sessions, API tokens, addresses of hooks, resets."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from cinestats.application.ports import Clock, NewId, StoreBusy

from .ports import Account, Accounts, Credential, CredentialKind, Credentials, NewSecret
from .principal import Scope

# A secret that leaks into a log or a repository can be found by its prefix.
_PREFIXES: dict[CredentialKind, str] = {
    "session": "css_",
    "token": "cst_",
    "hook": "csh_",
    "reset": "csr_",
}


def hash_secret(secret: str) -> str:
    """The SHA-256 of a secret, in hex. It needs no salt: nobody can guess 32 random bytes.

    >>> hash_secret("cst_example")[:16]
    '0e11c3c76e2833de'
    """
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()


def same_secret(one: str, other: str) -> bool:
    """Whether two secrets are equal. The time it takes tells nothing about them.

    >>> same_secret("cst_a", "cst_a"), same_secret("cst_a", "cst_b")
    (True, False)
    """
    return hmac.compare_digest(hash_secret(one), hash_secret(other))


class Issued(NamedTuple):
    """A new credential and its secret, which is kept nowhere."""

    credential: Credential
    secret: str


@dataclass(frozen=True, slots=True)
class CredentialIssuer:
    """Hands out credentials of accounts."""

    accounts: Accounts
    credentials: Credentials
    clock: Clock
    new_id: NewId
    new_secret: NewSecret

    def issue(
        self,
        kind: CredentialKind,
        account: Account,
        name: str,
        scopes: frozenset[Scope],
        lifetime: timedelta | None = None,
    ) -> Issued:
        """Store a credential that is valid from now on.

        Raises StoreBusy when the account was removed, remade, or given another password or
        identity meanwhile: whoever did so has ended every credential that they saw, but not
        this one.
        """
        secret = _PREFIXES[kind] + self.new_secret()
        now = self.clock()
        ends = None if lifetime is None else now + lifetime
        whose = self.new_id(), hash_secret(secret), kind, account.user_id
        credential = Credential(*whose, name, scopes, now, ends, None)
        self.credentials.add(credential)
        present = self.accounts.get(account.user_id)
        if present is None or _identity(present) != _identity(account):
            self.credentials.revoke(account.user_id, credential.credential_id)
            raise StoreBusy("The account has just been changed; try again.")
        return Issued(credential, secret)


def _identity(account: Account) -> tuple[object, ...]:
    return account.created_at, account.password_hash, account.oidc_identity
