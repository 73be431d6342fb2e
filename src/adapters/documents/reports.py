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


class SkippedAnswer(RejectedAnswer):
    """A row that changed nothing, and why."""

    reason: str = Field(validation_alias="full_reason", examples=["it is in the diary already"])


class RowAnswer(Answer):
    """What became of a row.

    ``unmatched`` is added, with a film that no catalogue knows; ``suggested`` is added, too,
    and may be of one that it does know.
    """

    line: int = Field(ge=1, examples=[2])
    file: str | None = Field(examples=["diary.csv"])
    name: FilmName | None
    year: FilmYear | None
    outcome: Outcome = Field(examples=["added"])
    reason: str | None = Field(examples=[None])


class ReportAnswer(Answer):
    """What became of a file: ``read`` is the sum of the next four and the rejected.

    ``unmatched`` are those of the added whose film the catalogue does not know, ``suggested``
    those of them that have a suggestion. ``missing`` counts the plays of earlier imports of
    the same kind that the file lacks. ``listed`` counts films that are new on a list, whose
    rows are among the skipped, ``unlisted`` those that leave one.
    """

    read: Count = Field(examples=[3])
    added: Count = Field(examples=[2])
    updated: Count = Field(examples=[0])
    corrected: Count = Field(examples=[0])
    skipped: Count = Field(examples=[0])
    unmatched: Count = Field(examples=[0])
    suggested: Count = Field(examples=[0])
    missing: Count = Field(examples=[0])
    listed: Count = Field(examples=[0])
    unlisted: Count = Field(examples=[0])
    rejected: list[RejectedAnswer]
    skipped_rows: list[SkippedAnswer]


class EnrichAnswer(Answer):
    """What became of the films that lacked something: ``films`` is the sum of the next four.

    ``requests`` counts what was asked of a source elsewhere.
    """

    films: Count = Field(examples=[12])
    completed: Count = Field(examples=[9])
    ambiguous: Count = Field(examples=[2])
    not_found: Count = Field(examples=[1])
    failed: Count = Field(examples=[0])
    requests: Count = Field(examples=[0])


class PastImportAnswer(Answer):
    """An import or a correction that the log remembers; ``changes`` counts its events.

    ``kind`` is what it was: ``import``, ``follow``, ``edit``, ``bulk``, ``match``, ``review``,
    ``merge`` or ``enrich``.
    """

    import_id: Id
    kind: str = Field(examples=["import"])
    at: Moment
    changes: Count
    undone: bool = Field(examples=[False])
