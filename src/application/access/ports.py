"""What access needs from the world. Every adapter passes tests/contracts/access.py."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from cinestats.domain.errors import CinestatsError

from .attempt import Attempt
from .principal import ALL_SCOPES, Scope

Privacy = Literal["private", "link", "public"]
CredentialKind = Literal["session", "token", "hook", "reset"]


class AccountExists(CinestatsError):
    """The user id, or the identity at an OIDC issuer, belongs to an account already."""


# ── Accounts ─────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Account:
    """A user who may have a diary here.

    Without a ``password_hash`` nobody signs in by password. ``link`` is the secret that
    opens the diary to readers while ``privacy`` is ``link``; the owner is shown it again, so
    it is kept as it is. ``oidc_subject`` names the user at ``oidc_issuer``; without an issuer,
    at the one of the settings, until the user first comes from there. The ``max_`` are the
    account's quota; None where the server's holds.
    """

    user_id: str
    password_hash: str | None = field(repr=False)
    is_admin: bool
    privacy: Privacy
    link: str | None = field(repr=False)
    oidc_subject: str | None
    created_at: datetime
    oidc_issuer: str | None = None
    max_entries: int | None = None
    max_storage_bytes: int | None = None
    max_tokens: int | None = None
    max_webhooks: int | None = None

    @property
    def oidc_identity(self) -> tuple[str | None, str] | None:
        """Issuer and subject: no two accounts have the same. None without a subject."""
        return None if self.oidc_subject is None else (self.oidc_issuer, self.oidc_subject)

    @property
    def scopes(self) -> frozenset[Scope]:
        """What the account may do at most."""
        return ALL_SCOPES if self.is_admin else ALL_SCOPES - {"admin"}


class Accounts(Protocol):
    """The accounts, by user id."""

    def get(self, user_id: str) -> Account | None: ...

    def add(self, account: Account) -> None:
        """Raises AccountExists when the user id or the OIDC identity is taken."""
        ...

    def replace(self, old: Account, new: Account) -> bool:
        """Put ``new``, of the same user id, in the place of ``old``.

        Returns False, and changes nothing, unless the stored account equals ``old``: somebody
        else changed it meanwhile. Raises AccountExists when the OIDC identity is taken.
        """
        ...

    def remove(self, user_id: str) -> bool:
        """Returns whether there was such an account."""
        ...


class AccountList(Protocol):
    """Ways to find accounts other than by user id."""

    def all(self) -> Sequence[Account]:
        """Every account, by user id."""
        ...

    def of_identity(self, issuer: str | None, subject: str) -> Account | None:
        """The account of a subject at an OIDC issuer; with None, of one without an issuer."""
        ...


class AccountStore(Accounts, AccountList, Protocol):
    """The accounts, one by one and as a list."""


class NameRule(Protocol):
    """Which names new users may have, and what a name looks like."""

    def account_name(self, typed: str) -> str:
        """The form of a name in which a new account has it. Raises InvalidInput."""
        ...

    def check_diary_name(self, user_id: str) -> None:
        """Raises InvalidInput unless a new diary may have the name as it stands."""
        ...

    def looks(self, name: str) -> frozenset[str]:
        """What any name looks like: two that look alike have one of these in common."""
        ...


# ── Credentials ──────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Credential:
    """A secret that was handed out, by its SHA-256: ``secret_hash`` is 64 hex digits.

    ``name`` is what its owner calls a token; of a hook, the service that calls it. A
    ``reset`` sets the password once. A credential with ``expires_at`` ends at that moment, one
    without when it is revoked.
    """

    credential_id: str
    secret_hash: str = field(repr=False)
    kind: CredentialKind
    user_id: str
    name: str
    scopes: frozenset[Scope]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None

    def has_expired(self, now: datetime) -> bool:
        """Whether it has ended by itself."""
        return self.expires_at is not None and self.expires_at <= now


class Credentials(Protocol):
    """Every secret that was handed out and not revoked, expired ones included."""

    def add(self, credential: Credential) -> None: ...

    def find(self, secret_hash: str) -> Credential | None: ...

    def of_user(self, user_id: str) -> Sequence[Credential]:
        """All of a user's, the oldest first, by ``credential_id``."""
        ...

    def revoke(self, user_id: str, credential_id: str) -> bool:
        """Remove one of the user's. Returns False when the user has none of that id."""
        ...


class CredentialUse(Protocol):
    """Records that a credential is used."""

    def note_use(self, credential_id: str, at: datetime, expires_at: datetime | None) -> None:
        """Set when it was last used and when it ends; nothing happens if it is revoked."""
        ...


class CredentialStore(Credentials, CredentialUse, Protocol):
    """The credentials and their use."""


# ── Secrets ──────────────────────────────────────────────────────────────────────────────


NewSecret = Callable[[], str]
"""Makes 32 random bytes, as 43 characters that are safe in addresses and headers."""


class PasswordHasher(Protocol):
    """Hashes passwords so that guessing the password of a stolen hash is expensive."""

    def hash(self, password: str) -> str: ...

    def verify(self, password_hash: str | None, password: str) -> bool:
        """Whether the hash is of the password; False for None, after the same time."""
        ...

    def is_outdated(self, password_hash: str) -> bool:
        """Whether ``hash`` would now use other parameters."""
        ...


class IdTokenRefused(CinestatsError):
    """What the OIDC issuer is said to have sent is not valid; the message says why."""


class IdTokenVerifier(Protocol):
    """Verifies bearer tokens of one OIDC issuer."""

    issuer: str

    def subject(self, token: str) -> str:
        """The token's subject. Raises IdTokenRefused unless every part of it is valid."""
        ...


# ── The identity provider ────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is at an OIDC issuer; ``name`` is what they are called there, if it says.

    Only issuer and subject together say who it is. A name is no proof: many may have it.
    """

    issuer: str
    subject: str
    name: str | None


@dataclass(frozen=True, slots=True)
class ProviderAnswer:
    """What a browser brings back from the provider: a ``code``, or an ``error``."""

    state: str
    code: str | None = field(default=None, repr=False)
    issuer: str | None = None
    error: str | None = None


class IdentityProvider(Protocol):
    """The OIDC issuer at which users sign in."""

    def address(self, attempt: Attempt) -> str:
        """Where the browser has to go. Raises StoreUnavailable without a way to the issuer."""
        ...

    def identity(self, answer: ProviderAnswer, attempt: Attempt) -> Identity:
        """Who the code of an answer is about.

        Raises IdTokenRefused unless every part of it is valid, and StoreUnavailable.
        """
        ...
