"""A new password by a link, for who has forgotten the old one: an admin makes it."""

from dataclasses import dataclass
from datetime import timedelta

from cinestats.domain.errors import CinestatsError

from .accounts import AccountManager, account_of
from .audit import Audit
from .credentials import CredentialIssuer, Issued, hash_secret
from .passwords import accepted_password

RESET_LIFETIME = timedelta(hours=24)


def reset_path(secret: str) -> str:
    """The address of the page; no server is told what stands behind the "#".

    >>> reset_path("csr_example")
    '/reset#csr_example'
    """
    return f"/reset#{secret}"


class ResetRefused(CinestatsError):
    """The link has been used, has expired, or never was one; the message does not say which."""


@dataclass(frozen=True, slots=True)
class PasswordResets:
    """Makes links that set a password once, and takes them."""

    manager: AccountManager
    issuer: CredentialIssuer
    audit: Audit

    def make(self, user_id: str, actor: str) -> Issued:
        """A secret that sets the user's password once, within a day; it ends earlier ones.

        Raises AccountNotFound.
        """
        account = account_of(self.issuer.accounts, user_id)
        self.manager.end_credentials(user_id, "reset")
        issued = self.issuer.issue("reset", account, "", frozenset(), RESET_LIFETIME)
        self.audit.note(actor, "password-reset-made", user_id)
        return issued

    def use(self, secret: str, password: str) -> str:
        """Set the password of the user whom the secret was made for; returns the name.

        Every session of theirs ends. Raises InvalidInput when ``password`` won't do, which
        does not use the secret up, and ResetRefused.
        """
        accepted_password(password)
        found = self.issuer.credentials.find(hash_secret(secret))
        if (
            found is None
            or found.kind != "reset"
            or found.has_expired(self.issuer.clock())
            or not self.issuer.credentials.revoke(found.user_id, found.credential_id)
        ):
            raise ResetRefused("This link is used up or too old; ask for another one.")
        self.manager.reset_password(found.user_id, password, actor=found.user_id)
        return found.user_id
