"""How far the completion of a diary is."""

from dataclasses import dataclass
from typing import Literal

from cinestats.application.corrections.enrich import EnrichReport

JobState = Literal["waiting", "running", "paused", "done", "stopped"]


@dataclass(frozen=True, slots=True)
class Job:
    """A diary's completion: ``done`` of ``total`` films are asked for.

    ``stopped`` tells why the source was not asked for all; ``report`` is there in the end.
    """

    source: str
    state: JobState = "waiting"
    done: int = 0
    total: int = 0
    report: EnrichReport | None = None
    stopped: str | None = None

    @property
    def undo(self) -> str | None:
        """What takes the completion back, where it has changed anything."""
        return self.report.cause if self.report and self.report.completed else None
