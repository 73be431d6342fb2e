"""Change a password, and end the sessions that the old one began."""

from dataclasses import replace

from .accounts import change_account
from .audit import Audit
from .passwords import accepted_password
from .ports import Accounts, Credentials, PasswordHasher
from .principal import Principal
from .sessions import SignInRefused, password_matches


class PasswordChanger:
    """Changes passwords; API tokens are not affected, they are revoked one by one."""

    def __init__(
        self,
        accounts: Accounts,
        credentials: Credentials,
        hasher: PasswordHasher,
        audit: Audit,
    ) -> None:
        self._accounts = accounts
        self._credentials = credentials
        self._hasher = hasher
        self._audit = audit

    def confirm(self, user_id: str, password: str) -> None:
        """Raises SignInRefused unless it is the user's password: asked before grave steps."""
        if not password_matches(self._hasher, self._accounts.get(user_id), password):
            self._audit.note(user_id, "password-refused", user_id)
            raise SignInRefused("The password is wrong.")

    def change(self, caller: Principal, user_id: str, old: str, new: str) -> None:
        """Change one's own password; the caller's session stays, the others end.

        Raises SignInRefused when ``old`` is wrong and InvalidInput when ``new`` won't do.
        """
        self.confirm(user_id, old)
        self._put(user_id, new, actor=user_id, kept=caller.credential_id)

    def reset(self, user_id: str, new: str, actor: str) -> None:
        """Set somebody's password as an operator; every session of theirs ends.

        Raises AccountNotFound, and InvalidInput when ``new`` won't do.
        """
        self._put(user_id, new, actor, kept=None)

    def _put(self, user_id: str, new: str, actor: str, kept: str | None) -> None:
        hashed = self._hasher.hash(accepted_password(new))
        change_account(
            self._accounts, user_id, lambda account: replace(account, password_hash=hashed)
        )
        for credential in self._credentials.of_user(user_id):
            if credential.kind == "session" and credential.credential_id != kept:
                self._credentials.revoke(user_id, credential.credential_id)
        self._audit.note(actor, "password-changed", user_id)
