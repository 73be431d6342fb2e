"""Sign in at an identity provider, and link an account to who its user is there."""

from dataclasses import dataclass, replace
from typing import Literal

from cinestats.domain.errors import InvalidInput

from .accounts import AccountManager, account_of, change_account
from .attempt import Attempt
from .audit import Audit
from .authenticate import account_of_identity
from .credentials import Issued, same_secret
from .passwords import SignInRefused
from .ports import (
    Account,
    AccountExists,
    AccountStore,
    Identity,
    IdentityProvider,
    IdTokenRefused,
    ProviderAnswer,
)
from .principal import Principal
from .sessions import Sessions

Reason = Literal["denied", "expired", "invalid", "unknown", "taken", "nameless", "linked"]
_SENTENCES: dict[Reason, str] = {
    "denied": "The identity provider let nobody in.",
    "expired": "This sign-in was not begun in this browser, or it took too long: begin anew.",
    "invalid": "What the identity provider answered does not hold: begin anew.",
    "unknown": "Nobody has an account here who is that at the identity provider: sign in by"
    " password and link it in the settings, or ask who runs this server for an account.",
    "taken": "Your name at the identity provider belongs to somebody else here: if that is you,"
    " sign in by password and link it in the settings.",
    "nameless": "The identity provider told no name that an account may have: ask who runs this"
    " server for an account.",
    "linked": "Another account is linked to who you are at the identity provider.",
}


class ProviderRefused(SignInRefused):
    """Nobody is signed in or linked: ``reason`` tells pages what the message tells people."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(_SENTENCES[reason])
        self.reason = reason


@dataclass(frozen=True, slots=True)
class ProviderSignIn:
    """Signs in who comes from the provider. With ``makes_accounts`` newcomers get one."""

    provider: IdentityProvider
    accounts: AccountStore
    manager: AccountManager
    sessions: Sessions
    audit: Audit
    makes_accounts: bool

    def sign_in(
        self, answer: ProviderAnswer, attempt: Attempt | None, address: str = ""
    ) -> Issued:
        """Make a session for who the answer is about. Raises ProviderRefused.

        ``attempt`` is the one of the browser that brings the answer, ``address`` where it is.
        """
        try:
            identity = self._identity(answer, attempt, "sign-in")
            account = account_of_identity(self.accounts, identity.issuer, identity.subject)
            return self.sessions.begin(account or self._newcomer(identity))
        except ProviderRefused as refused:
            self.audit.note("anonymous", "sign-in-failed", "", f"{address} {refused.reason}")
            raise

    def link(
        self, user_id: str, answer: ProviderAnswer, attempt: Attempt | None, actor: str
    ) -> None:
        """Let the user sign in at the provider from now on, as who the answer is about.

        Raises ProviderRefused, and AccountNotFound.
        """
        identity = self._identity(answer, attempt, "link")
        # One of before there were issuers is as much its account's as any other.
        present = account_of_identity(self.accounts, identity.issuer, identity.subject)
        if present is not None and present.user_id != user_id:
            raise ProviderRefused("linked")

        def linked(old: Account) -> Account:
            return replace(old, oidc_issuer=identity.issuer, oidc_subject=identity.subject)

        try:
            change_account(self.accounts, user_id, linked)
        except AccountExists as error:
            raise ProviderRefused("linked") from error
        self.audit.note(actor, "identity-linked", user_id, identity.issuer)

    def unlink(self, caller: Principal, user_id: str) -> None:
        """End that; the caller's session stays, the others end.

        Raises InvalidInput for an account without a password, AccountNotFound without one.
        """
        if account_of(self.accounts, user_id).password_hash is None:
            raise InvalidInput("identity", "is your only way to sign in: no password is set")

        def without(old: Account) -> Account:
            return replace(old, oidc_issuer=None, oidc_subject=None)

        change_account(self.accounts, user_id, without)
        self.manager.end_credentials(user_id, "session", kept=caller.credential_id)
        self.audit.note(caller.actor, "identity-unlinked", user_id)

    def _identity(
        self, answer: ProviderAnswer, attempt: Attempt | None, purpose: str
    ) -> Identity:
        if (
            attempt is None
            or attempt.purpose != purpose
            or not same_secret(answer.state, attempt.state)
        ):
            raise ProviderRefused("expired")
        if answer.error == "access_denied":
            raise ProviderRefused("denied")
        try:
            return self.provider.identity(answer, attempt)
        except IdTokenRefused as error:
            raise ProviderRefused("invalid") from error

    def _newcomer(self, identity: Identity) -> Account:
        """A new account. Its name is free: nobody gets an account or a diary by a name."""
        if not self.makes_accounts:
            raise ProviderRefused("unknown")
        if identity.name is None:
            raise ProviderRefused("nameless")
        try:
            return self.manager.register(
                identity.name,
                None,
                actor="identity provider",
                oidc_issuer=identity.issuer,
                oidc_subject=identity.subject,
            )
        except InvalidInput as error:
            raise ProviderRefused("nameless") from error
        except AccountExists as error:
            # Perhaps another tab of the same person was faster.
            account = self.accounts.of_identity(identity.issuer, identity.subject)
            if account is None:
                raise ProviderRefused("taken") from error
            return account
