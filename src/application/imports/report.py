"""What became of an import, row by row."""

from dataclasses import dataclass, field
from typing import Literal

from .rows import RejectedRow

Outcome = Literal["added", "updated", "skipped", "unmatched", "rejected"]


@dataclass(slots=True, kw_only=True)
class RowOutcome:
    """What became of a row: ``unmatched`` is added, with a film that no catalogue knows.

    ``name`` and ``year`` are those of the file, where the row could be read; ``reason`` says
    why it was not just added.
    """

    line: int
    file: str | None
    name: str | None = None
    year: int | None = None
    outcome: Outcome
    reason: str | None = None


@dataclass(slots=True)
class ImportReport:
    """What became of each row: ``read == added + updated + skipped + len(rejected)``.

    ``unmatched`` counts those of the added whose film the catalogue does not know; they
    count like the others, without credits. ``import_id`` undoes the import.
    """

    import_id: str
    rows: list[RowOutcome] = field(default_factory=list[RowOutcome])

    @property
    def read(self) -> int:
        return len(self.rows)

    @property
    def added(self) -> int:
        return self._count("added") + self.unmatched

    @property
    def updated(self) -> int:
        return self._count("updated")

    @property
    def skipped(self) -> int:
        return self._count("skipped")

    @property
    def unmatched(self) -> int:
        return self._count("unmatched")

    @property
    def rejected(self) -> list[RejectedRow]:
        return [
            RejectedRow(row.line, row.reason or "", row.file)
            for row in self.rows
            if row.outcome == "rejected"
        ]

    def _count(self, outcome: Outcome) -> int:
        return sum(row.outcome == outcome for row in self.rows)
