"""Incoming hooks: addresses that a media server tells what was seen."""

from collections.abc import Sequence
from typing import Literal, NamedTuple, get_args

from cinestats.application.access.accounts import AccountManager, account_of
from cinestats.application.access.audit import Audit
from cinestats.application.access.credentials import CredentialIssuer, hash_secret
from cinestats.application.access.ports import Account, Accounts, Credential, Credentials
from cinestats.domain.errors import CinestatsError
from cinestats.domain.movie import clean_text

MediaServer = Literal["plex", "jellyfin", "emby"]
MAX_HOOKS = 10
MAX_USER_NAME_LENGTH = 100


class TooManyHooks(CinestatsError):
    """The user has as many hooks as a user may have."""


class Hook(NamedTuple):
    """An address at which a media server tells what was seen, by one of its users or by all.

    The credential's name holds the service, and behind a space the name of the user.
    """

    credential: Credential
    service: MediaServer
    user_name: str | None

    def is_for(self, user_name: str | None) -> bool:
        """Whether a play of that user of the media server goes into the diary."""
        if self.user_name is None:
            return True
        return user_name is not None and user_name.casefold() == self.user_name.casefold()


class NewHook(NamedTuple):
    """A new hook, with the secret that its address holds and that is kept nowhere."""

    hook: Hook
    secret: str


class Hooks:
    """The users' hooks. Whoever knows a hook's secret may add to the diary, and only that.

    ``household`` makes the accounts of a home, where nobody registers; None on a server.
    """

    def __init__(
        self,
        accounts: Accounts,
        household: AccountManager | None,
        credentials: Credentials,
        issuer: CredentialIssuer,
        audit: Audit,
    ) -> None:
        self._accounts = accounts
        self._household = household
        self._credentials = credentials
        self._issuer = issuer
        self._audit = audit

    def make(self, user_id: str, service: MediaServer, user_name: str | None = None) -> NewHook:
        """A hook of the user; raises TooManyHooks, InvalidInput and AccountNotFound."""
        if user_name is not None:
            user_name = clean_text(user_name, "user_name", MAX_USER_NAME_LENGTH)
        if len(self.of_user(user_id)) >= MAX_HOOKS:
            raise TooManyHooks(
                f"There are {MAX_HOOKS} hooks already, as many as may be; delete one first."
            )
        account = self._account(user_id)
        name = service if user_name is None else f"{service} {user_name}"
        issued = self._issuer.issue("hook", account, name, frozenset())
        self._audit.note(self._actor(user_id), "hook-made", user_id, name)
        return NewHook(_hook(issued.credential), issued.secret)

    def of_user(self, user_id: str) -> Sequence[Hook]:
        """The user's hooks, the oldest first."""
        return [_hook(c) for c in self._credentials.of_user(user_id) if c.kind == "hook"]

    def revoke(self, user_id: str, hook_id: str) -> bool:
        """End one of the user's hooks. Returns False when they have none of that id."""
        found = [h for h in self.of_user(user_id) if h.credential.credential_id == hook_id]
        if not found or not self._credentials.revoke(user_id, hook_id):
            return False
        name = found[0].credential.name
        self._audit.note(self._actor(user_id), "hook-revoked", user_id, name)
        return True

    def find(self, secret: str) -> Hook | None:
        """The hook whose address holds the secret: found by its hash, never compared."""
        credential = self._credentials.find(hash_secret(secret))
        if credential is None or credential.kind != "hook":
            return None
        return _hook(credential)

    def _account(self, user_id: str) -> Account:
        if self._household is not None:
            return self._household.of_household(user_id)
        return account_of(self._accounts, user_id)

    def _actor(self, user_id: str) -> str:
        return user_id if self._household is None else "owner"


def _hook(credential: Credential) -> Hook:
    service, _, user_name = credential.name.partition(" ")
    for known in get_args(MediaServer):
        if service == known:
            return Hook(credential, known, user_name or None)
    raise AssertionError(f"The hook of an unknown service: {service}")
