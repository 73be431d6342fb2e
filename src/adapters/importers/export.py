"""What every importer returns."""

from collections.abc import Sequence
from dataclasses import dataclass

from cinestats.application.imports.rows import Row


@dataclass(frozen=True, slots=True)
class Export:
    """A file that was understood.

    ``format`` names what it is for people ("Letterboxd diary"); ``rows`` holds one item per
    data row of the file; each of ``notes`` is a sentence that the user should see.
    """

    format: str
    rows: Sequence[Row]
    notes: tuple[str, ...] = ()
