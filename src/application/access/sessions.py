"""Sessions of browsers: begin one, by password above all, and end it."""

from dataclasses import dataclass, replace
from datetime import timedelta

from cinestats.domain.errors import InvalidInput
from cinestats.domain.texts import clean_text

from .accounts import MAX_USER_LENGTH
from .audit import Audit
from .credentials import CredentialIssuer, Issued
from .passwords import SignInRefused, accepted_password, password_matches
from .ports import Account, NameRule, PasswordHasher
from .principal import Principal

SESSION_LIFETIME = timedelta(days=30)
_MAX_SESSIONS = 50
_REFUSAL = "The name or the password is wrong."


@dataclass(frozen=True, slots=True)
class Sessions:
    """Signs browsers in and out. The caller limits how often somebody may try."""

    issuer: CredentialIssuer
    hasher: PasswordHasher
    audit: Audit
    rule: NameRule

    def known_as(self, typed: str) -> str:
        """The name of the account that ``typed`` means, or would if there were one.

        A name of before the rule for new names is meant as it is, any other in the form that
        new ones have. Raises InvalidInput.
        """
        name = clean_text(typed, "user", MAX_USER_LENGTH)
        if self.issuer.accounts.get(name) is not None:
            return name
        try:
            return self.rule.account_name(name)
        except InvalidInput:
            return name

    def sign_in(self, user_id: str, password: str, address: str = "") -> Issued:
        """Make a session, and clear away expired ones. Raises SignInRefused.

        ``address`` is where the user signs in from, for the audit trail.
        """
        try:
            user_id = self.known_as(user_id)
        except InvalidInput as error:
            raise SignInRefused(_REFUSAL) from error
        account = self.issuer.accounts.get(user_id)
        if not password_matches(self.hasher, account, password) or account is None:
            self.audit.note("anonymous", "sign-in-failed", user_id, address)
            raise SignInRefused(_REFUSAL)
        return self.begin(self._with_todays_hash(account, password))

    def begin(self, account: Account) -> Issued:
        """Make a session for somebody who has shown who they are. Raises StoreBusy."""
        self._make_room(account.user_id)
        return self.issuer.issue("session", account, "", account.scopes, SESSION_LIFETIME)

    def sign_out(self, caller: Principal) -> None:
        """End the session that the caller showed, if it was one."""
        if caller.kind == "session" and caller.user_id and caller.credential_id:
            self.issuer.credentials.revoke(caller.user_id, caller.credential_id)

    def _with_todays_hash(self, account: Account, password: str) -> Account:
        """Renew an outdated hash: the password is known only while its user signs in."""
        if not account.password_hash or not self.hasher.is_outdated(account.password_hash):
            return account
        hashed = self.hasher.hash(accepted_password(password))
        renewed = replace(account, password_hash=hashed)
        return renewed if self.issuer.accounts.replace(account, renewed) else account

    def _make_room(self, user_id: str) -> None:
        """Clear away sessions that have expired, and the oldest of too many."""
        sessions = [c for c in self.issuer.credentials.of_user(user_id) if c.kind == "session"]
        now = self.issuer.clock()
        alive = [c for c in sessions if not c.has_expired(now)]
        kept = {c.credential_id for c in alive[1 - _MAX_SESSIONS :]}
        for session in sessions:
            if session.credential_id not in kept:
                self.issuer.credentials.revoke(user_id, session.credential_id)
