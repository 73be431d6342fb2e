"""Accounts: make, change and remove them, and decide who may read a diary."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from cinestats.application.following.accounts import FollowedAccounts
from cinestats.application.ports import Clock
from cinestats.application.webhooks.subscriptions import Webhooks
from cinestats.domain.errors import CinestatsError
from cinestats.domain.texts import clean_text

from .audit import Audit
from .credentials import same_secret
from .names import NewNames, taken
from .passwords import SignInRefused, accepted_password, password_matches
from .ports import (
    Account,
    Accounts,
    CredentialKind,
    Credentials,
    NewSecret,
    PasswordHasher,
    Privacy,
)
from .principal import Principal

MAX_USER_LENGTH = 200  # characters, also of a user id that comes from a topic or a log
_MAX_SUBJECT_LENGTH = 255  # OpenID Connect's own bound


class AccountNotFound(CinestatsError):
    """There is no such account."""


def is_open(account: Account | None, link: str | None) -> bool:
    """Whether somebody with ``link`` may read the diary; None means that they have no link."""
    if account is None or account.privacy == "private":
        return False
    if account.privacy == "public":
        return True
    return None not in (link, account.link) and same_secret(str(link), str(account.link))


def account_of(accounts: Accounts, user_id: str) -> Account:
    """The user's account; raises AccountNotFound."""
    account = accounts.get(user_id)
    if account is None:
        raise AccountNotFound(f"There is no account {user_id}.")
    return account


def change_account(
    accounts: Accounts, user_id: str, change: Callable[[Account], Account]
) -> Account:
    """Apply ``change`` to an account. Others may change it at the same time.

    Raises AccountNotFound.
    """
    while True:
        old = account_of(accounts, user_id)
        new = change(old)
        if accounts.replace(old, new):
            return new


@dataclass(frozen=True, slots=True)
class AccountManager:
    """Makes, changes and removes accounts. The audit trail says who asked for it."""

    accounts: Accounts
    credentials: Credentials
    webhooks: Webhooks
    followed: FollowedAccounts
    hasher: PasswordHasher
    audit: Audit
    clock: Clock
    new_secret: NewSecret
    names: NewNames

    def register(
        self,
        user_id: str,
        password: str | None,
        *,
        actor: str,
        is_admin: bool = False,
        oidc_issuer: str | None = None,
        oidc_subject: str | None = None,
        claims_diary: bool = False,
    ) -> Account:
        """Make an account; raises InvalidInput and AccountExists.

        Its name is ``user_id`` as new names are written (``names.py``). A user without a
        password signs in at the OIDC issuer. ``claims_diary`` gives the account a diary that
        exists already, whose name stays as it is. Only an operator may do that: otherwise
        anybody could register under the diary's name and read it.
        """
        if oidc_subject is not None:
            oidc_subject = clean_text(oidc_subject, "oidc_subject", _MAX_SUBJECT_LENGTH)
        accepted = None if password is None else accepted_password(password)
        name = clean_text(user_id, "user", MAX_USER_LENGTH)
        is_new = not (claims_diary and self.names.is_there(name))
        if is_new:
            name = self.names.for_account(name)
        hashed = None if accepted is None else self.hasher.hash(accepted)
        account = self._add(
            name,
            hashed,
            actor=actor,
            is_admin=is_admin,
            oidc_subject=oidc_subject,
            oidc_issuer=oidc_issuer,
        )
        if is_new and self.names.has_lookalike(name):  # somebody registered it meanwhile
            self.remove(name, actor)
            raise taken(name)
        return account

    def _add(
        self,
        user_id: str,
        password_hash: str | None = None,
        *,
        actor: str,
        is_admin: bool = False,
        oidc_subject: str | None = None,
        oidc_issuer: str | None = None,
    ) -> Account:
        now = self.clock()
        identity = oidc_subject, now, oidc_issuer
        account = Account(user_id, password_hash, is_admin, "private", None, *identity)
        self.accounts.add(account)
        self.audit.note(actor, "account-added", user_id, "admin" if is_admin else "")
        return account

    def of_household(self, user_id: str) -> Account:
        """The account of a diary at home, where nobody registers. Makes it if it is missing.

        Raises InvalidInput for a name that a new diary may not have.
        """
        self.names.check_diary(user_id)
        return self.accounts.get(user_id) or self._add(user_id, actor="owner")

    def set_privacy(self, user_id: str, privacy: Privacy, actor: str) -> Account:
        """Decide who may read the diary; raises AccountNotFound.

        Choosing ``link`` makes a new secret, and any choice ends the earlier one.
        """
        link = self.new_secret() if privacy == "link" else None
        account = change_account(
            self.accounts, user_id, lambda old: replace(old, privacy=privacy, link=link)
        )
        self.audit.note(actor, "privacy-changed", user_id, privacy)
        return account

    def confirm_password(self, user_id: str, password: str) -> None:
        """Raises SignInRefused unless it is the user's password. Asked before grave steps."""
        if not password_matches(self.hasher, self.accounts.get(user_id), password):
            self.audit.note(user_id, "password-refused", user_id)
            raise SignInRefused("The password is wrong.")

    def change_password(self, caller: Principal, user_id: str, old: str, new: str) -> None:
        """Change one's own password; the caller's session stays, the others end.

        API tokens stay: they are revoked one by one. Raises SignInRefused when
        ``old`` is wrong and InvalidInput when ``new`` won't do.
        """
        self.confirm_password(user_id, old)
        self._put_password(user_id, new, actor=user_id, kept=caller.credential_id)

    def reset_password(self, user_id: str, new: str, actor: str) -> None:
        """Set somebody's password as an operator; every session of theirs ends.

        Raises AccountNotFound, and InvalidInput when ``new`` won't do.
        """
        self._put_password(user_id, new, actor, kept=None)

    def remove(self, user_id: str, actor: str) -> bool:
        """End an account with its sessions, tokens, hooks, webhooks and what it follows.

        The diary stays. Returns whether there was anything to end.
        """
        # The account first: who gets a credential meanwhile looks for it (credentials.py).
        removed = self.accounts.remove(user_id)
        for credential in self.credentials.of_user(user_id):
            removed = self.credentials.revoke(user_id, credential.credential_id) or removed
        removed = self.webhooks.remove_all(user_id) > 0 or removed
        removed = self.followed.remove_all(user_id) > 0 or removed
        if removed:
            self.audit.note(actor, "account-removed", user_id)
        return removed

    def end_credentials(
        self, user_id: str, *kinds: CredentialKind, kept: str | None = None
    ) -> None:
        """Revoke the user's credentials of these kinds, but the one whose id is ``kept``."""
        for credential in self.credentials.of_user(user_id):
            if credential.kind in kinds and credential.credential_id != kept:
                self.credentials.revoke(user_id, credential.credential_id)

    def _put_password(self, user_id: str, new: str, actor: str, kept: str | None) -> None:
        hashed = self.hasher.hash(accepted_password(new))
        change_account(
            self.accounts, user_id, lambda account: replace(account, password_hash=hashed)
        )
        self.end_credentials(user_id, "session", "reset", kept=kept)
        self.audit.note(actor, "password-changed", user_id)
