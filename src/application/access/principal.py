"""Who calls, and what they may do."""

from dataclasses import dataclass
from typing import Literal

Scope = Literal["read", "write", "admin"]
ALL_SCOPES: frozenset[Scope] = frozenset(("read", "write", "admin"))


@dataclass(frozen=True, slots=True)
class Principal:
    """Whoever makes a request.

    The ``owner`` of a home server has no ``user_id``: all diaries of the household are
    theirs. ``anonymous`` has no scopes. ``credential_id`` names the session or token that was
    shown.
    """

    kind: Literal["owner", "session", "token", "oidc", "anonymous"]
    user_id: str | None
    scopes: frozenset[Scope]
    credential_id: str | None = None

    def owns(self, user_id: str) -> bool:
        """Whether the diary is this caller's own."""
        return self.kind == "owner" or self.user_id == user_id

    @property
    def actor(self) -> str:
        """Who it is in the audit trail."""
        return self.user_id or self.kind


ANONYMOUS = Principal("anonymous", None, frozenset())
OWNER = Principal("owner", None, ALL_SCOPES)
