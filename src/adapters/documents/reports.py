"""What became of an import: of its file, of each row, and of its changes since."""

from pydantic import Field

from cinestats.application.imports.report import Outcome

from .fields import Answer, Count, FilmName, FilmYear, Id, Moment


class RejectedAnswer(Answer):
    """A row that was not taken in. The reason names the column and what was expected."""

    line: int = Field(ge=1, examples=[4])
    reason: str = Field(
        validation_alias="full_reason",
        examples=["Rating: found 'seven', expected 0.5 to 5 stars in half steps"],
    )


class RowAnswer(Answer):
    """What became of a row; ``unmatched`` is added, with a film that no catalogue knows."""

    line: int = Field(ge=1, examples=[2])
    file: str | None = Field(examples=["diary.csv"])
    name: FilmName | None
    year: FilmYear | None
    outcome: Outcome = Field(examples=["added"])
    reason: str | None = Field(examples=[None])


class ReportAnswer(Answer):
    """What became of a file: ``read`` is the sum of the next three and the rejected.

    ``unmatched`` are those of the added whose film the catalogue does not know.
    """

    read: Count = Field(examples=[3])
    added: Count = Field(examples=[2])
    updated: Count = Field(examples=[0])
    skipped: Count = Field(examples=[0])
    unmatched: Count = Field(examples=[0])
    rejected: list[RejectedAnswer]


class PastImportAnswer(Answer):
    """An import that the log remembers, of a ``PastImport``; ``changes`` counts its events."""

    import_id: Id
    at: Moment
    changes: Count
    undone: bool = Field(examples=[False])
