"""The audit trail: who did what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from cinestats.application.ports import Clock, NewId


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """Who did what to whom; never a secret. ``record_id`` sorts by time."""

    record_id: str
    at: datetime
    actor: str
    action: str
    subject: str
    detail: str


class AuditTrail(Protocol):
    """Every action that somebody may have to answer for. Append-only, but for names."""

    def append(self, record: AuditRecord) -> None: ...

    def latest(self, limit: int, before: str | None = None) -> Sequence[AuditRecord]:
        """Up to ``limit`` records, the newest first; with ``before``, only older ones."""
        ...

    def erase(self, user_id: str) -> str:
        """Put a keyed hash in the user's place in every record; details of theirs go.

        Returns the hash: the same for the same name, and of use only to who has the key,
        which this installation keeps.
        """
        ...


@dataclass(frozen=True, slots=True)
class Audit:
    """Adds records to the audit trail, with an id and the time."""

    trail: AuditTrail
    clock: Clock
    new_id: NewId

    def note(self, actor: str, action: str, subject: str, detail: str = "") -> None:
        """Record that ``actor`` did ``action`` to ``subject``. Never pass a secret."""
        self.trail.append(
            AuditRecord(self.new_id(), self.clock(), actor, action, subject, detail)
        )

    def note_erasure(self, actor: str, user_id: str, detail: str) -> None:
        """Record that ``user_id`` was erased, in a trail that no longer names them."""
        hidden = self.trail.erase(user_id)
        by = hidden if actor == user_id else actor
        self.note(by, "diary-erased", hidden, detail)
