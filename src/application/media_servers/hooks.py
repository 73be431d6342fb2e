"""Incoming hooks: addresses to which a media server reports what was seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple, cast

from cinestats.application.access.accounts import AccountManager, account_of
from cinestats.application.access.audit import Audit
from cinestats.application.access.credentials import CredentialIssuer, hash_secret
from cinestats.application.access.ports import Account, Credential
from cinestats.domain.errors import CinestatsError
from cinestats.domain.texts import clean_text

MediaServer = Literal["plex", "jellyfin", "emby"]
MAX_HOOKS = 10
MAX_USER_NAME_LENGTH = 100


class TooManyHooks(CinestatsError):
    """The user has as many hooks as a user may have."""


class Hook(NamedTuple):
    """An address to which a media server reports plays, of one of its users or of all.

    The credential's name is the service, or the service, a space and the name of the user.
    """

    credential: Credential
    service: MediaServer
    user_name: str | None

    @property
    def hook_id(self) -> str:
        """The id by which its owner ends it; not a secret."""
        return self.credential.credential_id

    @property
    def created_at(self) -> datetime:
        """When it was made."""
        return self.credential.created_at

    def is_for(self, user_name: str | None) -> bool:
        """Whether a play of that user of the media server goes into the diary."""
        if self.user_name is None:
            return True
        return user_name is not None and user_name.casefold() == self.user_name.casefold()


class NewHook(NamedTuple):
    """A new hook, with the secret that its address holds and that is kept nowhere."""

    hook: Hook
    secret: str


@dataclass(frozen=True, slots=True)
class Hooks:
    """The users' hooks. Whoever knows a hook's secret may add to the diary, and only that.

    ``household`` makes the accounts of a home, where nobody registers; None on a server.
    """

    household: AccountManager | None
    issuer: CredentialIssuer
    audit: Audit

    def make(self, user_id: str, service: MediaServer, user_name: str | None = None) -> NewHook:
        """Make a hook. Raises TooManyHooks, InvalidInput and AccountNotFound."""
        if user_name is not None:
            user_name = clean_text(user_name, "user_name", MAX_USER_NAME_LENGTH)
        if len(self.of_user(user_id)) >= MAX_HOOKS:
            raise TooManyHooks(
                f"There are {MAX_HOOKS} hooks already, as many as may be; delete one first."
            )
        account = self._account(user_id)
        name = service if user_name is None else f"{service} {user_name}"
        issued = self.issuer.issue("hook", account, name, frozenset())
        self.audit.note(self._actor(user_id), "hook-made", user_id, name)
        return NewHook(_hook(issued.credential), issued.secret)

    def of_user(self, user_id: str) -> Sequence[Hook]:
        """The user's hooks, the oldest first."""
        return [_hook(c) for c in self.issuer.credentials.of_user(user_id) if c.kind == "hook"]

    def revoke(self, user_id: str, hook_id: str) -> bool:
        """End one of the user's hooks. Returns False when they have none of that id."""
        hook = next((each for each in self.of_user(user_id) if each.hook_id == hook_id), None)
        if hook is None or not self.issuer.credentials.revoke(user_id, hook_id):
            return False
        self.audit.note(self._actor(user_id), "hook-revoked", user_id, hook.credential.name)
        return True

    def find(self, secret: str) -> Hook | None:
        """The hook whose address holds the secret: found by its hash, never compared."""
        found = self.issuer.credentials.find(hash_secret(secret))
        return _hook(found) if found is not None and found.kind == "hook" else None

    def _account(self, user_id: str) -> Account:
        if self.household is not None:
            return self.household.of_household(user_id)
        return account_of(self.issuer.accounts, user_id)

    def _actor(self, user_id: str) -> str:
        return user_id if self.household is None else "owner"


def _hook(credential: Credential) -> Hook:
    service, _, user_name = credential.name.partition(" ")
    return Hook(credential, cast(MediaServer, service), user_name or None)
