"""Find out who is calling, from the secret that they show."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cinestats.application.ports import Clock, StoreBusy, StoreFull

from .credentials import hash_secret
from .ports import Account, AccountStore, Credential, CredentialStore, IdTokenVerifier
from .principal import Principal
from .sessions import SESSION_LIFETIME

_NOTE_EVERY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Authenticator:
    """Knows callers by session, API token or bearer token of the OIDC issuer."""

    accounts: AccountStore
    credentials: CredentialStore
    clock: Clock

    def by_secret(self, secret: str) -> Principal | None:
        """Whose session or API token it is; None when it is unknown or has expired."""
        credential = self.credentials.find(hash_secret(secret))
        if credential is None or credential.kind == "hook" or credential.kind == "reset":
            return None
        account = self.accounts.get(credential.user_id)
        now = self.clock()
        if account is None or credential.has_expired(now):
            return None
        self._note_use(credential, now)
        scopes = credential.scopes & account.scopes
        return Principal(credential.kind, account.user_id, scopes, credential.credential_id)

    def by_id_token(self, token: str, verifier: IdTokenVerifier) -> Principal | None:
        """Whose bearer token it is; None when its subject has no account here.

        Raises IdTokenRefused when the token does not hold.
        """
        subject = verifier.subject(token)
        account = account_of_identity(self.accounts, verifier.issuer, subject)
        if account is None:
            return None
        return Principal("oidc", account.user_id, account.scopes)

    def _note_use(self, credential: Credential, now: datetime) -> None:
        """Record the use, and extend a session. At most hourly: a read should not write."""
        if credential.last_used_at and now - credential.last_used_at < _NOTE_EVERY:
            return
        ends = now + SESSION_LIFETIME if credential.kind == "session" else credential.expires_at
        try:
            self.credentials.note_use(credential.credential_id, now, ends)
        except (StoreBusy, StoreFull):
            return  # reads go on while the disk is full; the next request records it


def account_of_identity(accounts: AccountStore, issuer: str, subject: str) -> Account | None:
    """The account of a subject at the issuer of the settings; None when nobody has it.

    An account whose subject has no issuer yet, because none was known when it was noted, gets
    this one, and is of no other from then on.
    """
    while True:
        account = accounts.of_identity(issuer, subject)
        if account is not None:
            return account
        old = accounts.of_identity(None, subject)
        if old is None:
            return None
        accounts.replace(old, replace(old, oidc_issuer=issuer))
