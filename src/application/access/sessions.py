"""Sign in by password, and out again."""

from dataclasses import replace
from datetime import timedelta

from cinestats.application.ports import Clock
from cinestats.domain.errors import CinestatsError, InvalidInput

from .accounts import accepted_user_id
from .audit import Audit
from .credentials import CredentialIssuer, Issued
from .passwords import accepted_password
from .ports import Account, Accounts, Credentials, PasswordHasher
from .principal import ALL_SCOPES, Principal, Scope

SESSION_LIFETIME = timedelta(days=30)
_MAX_SESSIONS = 50
_REFUSAL = "The name or the password is wrong."


class SignInRefused(CinestatsError):
    """The user id and the password do not belong together; which one is wrong is not said."""


def scopes_of(account: Account) -> frozenset[Scope]:
    """What an account may do at most."""
    return ALL_SCOPES if account.is_admin else ALL_SCOPES - {"admin"}


def password_matches(hasher: PasswordHasher, account: Account | None, password: str) -> bool:
    """Whether it is the account's password; takes as long where there is no account."""
    try:
        accepted = accepted_password(password)
    except InvalidInput:
        return False  # nobody can have it, which tells nothing about the account
    return hasher.verify(account.password_hash if account else None, accepted)


class Sessions:
    """Sessions of browsers. How often somebody may try is the caller's to limit."""

    def __init__(
        self,
        accounts: Accounts,
        credentials: Credentials,
        issuer: CredentialIssuer,
        hasher: PasswordHasher,
        audit: Audit,
        clock: Clock,
    ) -> None:
        self._accounts = accounts
        self._credentials = credentials
        self._issuer = issuer
        self._hasher = hasher
        self._audit = audit
        self._clock = clock

    def sign_in(self, user_id: str, password: str, address: str = "") -> Issued:
        """A new session; raises SignInRefused. Sessions that have expired are cleared away.

        ``address`` is where somebody signs in from, for the audit trail.
        """
        try:
            user_id = accepted_user_id(user_id)
        except InvalidInput as error:
            raise SignInRefused(_REFUSAL) from error
        account = self._accounts.get(user_id)
        if not password_matches(self._hasher, account, password) or account is None:
            self._audit.note("anonymous", "sign-in-failed", user_id, address)
            raise SignInRefused(_REFUSAL)
        account = self._with_todays_hash(account, password)
        self._make_room(user_id)
        return self._issuer.issue("session", account, "", scopes_of(account), SESSION_LIFETIME)

    def sign_out(self, caller: Principal) -> None:
        """End the session that the caller showed, if it was one."""
        if caller.kind == "session" and caller.user_id and caller.credential_id:
            self._credentials.revoke(caller.user_id, caller.credential_id)

    def _with_todays_hash(self, account: Account, password: str) -> Account:
        """The account with a hash as it would be made today; only now is the password known."""
        if not account.password_hash or not self._hasher.is_outdated(account.password_hash):
            return account
        hashed = self._hasher.hash(accepted_password(password))
        renewed = replace(account, password_hash=hashed)
        return renewed if self._accounts.replace(account, renewed) else account

    def _make_room(self, user_id: str) -> None:
        """Clear away sessions that have expired, and the oldest of too many."""
        sessions = [c for c in self._credentials.of_user(user_id) if c.kind == "session"]
        now = self._clock()
        alive = [c for c in sessions if c.expires_at is None or now < c.expires_at]
        kept = {c.credential_id for c in alive[1 - _MAX_SESSIONS :]}
        for session in sessions:
            if session.credential_id not in kept:
                self._credentials.revoke(user_id, session.credential_id)
