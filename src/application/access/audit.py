"""Write down who did what."""

from cinestats.application.ports import Clock, NewId

from .ports import AuditRecord, AuditTrail


class Audit:
    """Appends to the audit trail, with the time."""

    def __init__(self, trail: AuditTrail, clock: Clock, new_id: NewId) -> None:
        self._trail = trail
        self._clock = clock
        self._new_id = new_id

    def note(self, actor: str, action: str, subject: str, detail: str = "") -> None:
        """Write down that ``actor`` did ``action`` to ``subject``; never pass a secret."""
        self._trail.append(
            AuditRecord(self._new_id(), self._clock(), actor, action, subject, detail)
        )
