"""API tokens that users make for their programs."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from cinestats.domain.errors import InvalidInput
from cinestats.domain.texts import clean_text

from .accounts import account_of
from .audit import Audit
from .credentials import CredentialIssuer, Issued
from .ports import Credential
from .principal import Principal, Scope

MAX_TOKENS = 100
MAX_NAME_LENGTH = 100
MAX_DAYS = 3650


@dataclass(frozen=True, slots=True)
class Tokens:
    """A user's API tokens. ``check_quota`` raises QuotaReached for who may have no more."""

    issuer: CredentialIssuer
    audit: Audit
    check_quota: Callable[[str], None]

    def make(
        self,
        caller: Principal,
        user_id: str,
        name: str,
        scopes: Iterable[Scope],
        expires_in_days: int | None = None,
    ) -> Issued:
        """Make a token of the user that may do no more than its maker.

        Raises InvalidInput, QuotaReached, and AccountNotFound where there is no account.
        """
        account = account_of(self.issuer.accounts, user_id)
        name = clean_text(name, "name", MAX_NAME_LENGTH)
        wanted = frozenset(scopes)
        if not wanted:
            raise InvalidInput("scopes", "must name at least one of read, write and admin")
        if missing := wanted - (caller.scopes & account.scopes):
            raise InvalidInput(
                "scopes", f"are not all yours to give: {', '.join(sorted(missing))}"
            )
        if expires_in_days is not None and not 1 <= expires_in_days <= MAX_DAYS:
            raise InvalidInput("expires_in_days", f"must be between 1 and {MAX_DAYS}")
        if len(self.of_user(user_id)) >= MAX_TOKENS:
            raise InvalidInput("tokens", f"are {MAX_TOKENS} already; revoke one first")
        self.check_quota(user_id)
        lifetime = None if expires_in_days is None else timedelta(days=expires_in_days)
        issued = self.issuer.issue("token", account, name, wanted, lifetime)
        self.audit.note(caller.actor, "token-made", user_id, _described(issued.credential))
        return issued

    def of_user(self, user_id: str) -> Sequence[Credential]:
        """The user's tokens, the oldest first, expired ones included."""
        return [c for c in self.issuer.credentials.of_user(user_id) if c.kind == "token"]

    def revoke(self, caller: Principal, user_id: str, token_id: str) -> bool:
        """End one of the user's tokens. Returns False when they have none of that id."""
        token = next((t for t in self.of_user(user_id) if t.credential_id == token_id), None)
        if token is None or not self.issuer.credentials.revoke(user_id, token_id):
            return False
        self.audit.note(caller.actor, "token-revoked", user_id, _described(token))
        return True


def _described(token: Credential) -> str:
    return f"{token.name}: {', '.join(sorted(token.scopes))}"
