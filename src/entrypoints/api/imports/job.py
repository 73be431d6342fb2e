"""An import as a job: all that it needs is in it, so that any process can do it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import Field

from cinestats.adapters.documents.fields import Count, Id, Position
from cinestats.adapters.documents.reports import ReportAnswer, RowAnswer
from cinestats.adapters.importers import DateOrder, read_export
from cinestats.domain.partition import partition_of
from cinestats.entrypoints.container import Container

MAX_ROWS_SHOWN = 5_000


class ImportAnswer(ReportAnswer):
    """What became of a file: ``read`` is the sum of the next four and the rejected.

    Of a plain table ``labels`` are its columns and ``columns`` says which was taken for what.
    ``rows`` are there when they were asked for; ``rows_left_out`` says how many more there
    were.
    """

    import_id: Id
    format: str = Field(examples=["Letterboxd diary"])
    notes: list[str] = Field(examples=[[]])
    position: Position
    labels: list[str] = Field(examples=[["Title", "Year"]])
    columns: dict[str, str] = Field(examples=[{"title": "Title", "year": "Year"}])
    rows: list[RowAnswer] | None = Field(default=None, validation_alias="asked_for")
    rows_left_out: Count | None = Field(default=None, examples=[0])


@dataclass(frozen=True, slots=True)
class ImportJob:
    """A file of the user's, by its name, and what was asked about it."""

    user: str
    name: str
    format: str = "auto"
    dates: DateOrder | None = None
    scale: int | None = None
    delimiter: str | None = None
    encoding: str | None = None
    columns: tuple[str, ...] = ()
    mirror: bool = False
    confirmed: bool = False
    dry_run: bool = False
    rows: bool = False


def run_job(
    job: ImportJob, read: Callable[[], bytes], container: Container, check: Callable[[], None]
) -> bytes:
    """Do it; returns the ImportAnswer as JSON.

    ``read`` gives the file's content, which is not held any longer than it is read.
    ``check`` is asked between its steps, and ends it by what it raises. Raises what
    ``read_export`` and the importer raise.
    """
    export = read_export(
        job.name,
        read(),
        format=job.format,
        zone=container.zone(),
        dates=job.dates,
        scale=job.scale,
        delimiter=job.delimiter,
        encoding=job.encoding,
        columns=job.columns,
    )
    check()
    report = container.importer().run(
        job.user,
        export.rows,
        lists=export.lists,
        dry_run=job.dry_run,
        mirror=job.mirror,
        confirmed=job.confirmed,
        progress=lambda _: check(),
    )
    asked_for: dict[str, Any] = {}
    if job.rows:
        asked_for["asked_for"] = report.rows[:MAX_ROWS_SHOWN]
        asked_for["rows_left_out"] = max(0, len(report.rows) - MAX_ROWS_SHOWN)
    log = container.log()
    position = log.tail(partition_of(job.user, log.partitions))
    answer = ImportAnswer.of(report, export, position=position, **asked_for)
    return answer.model_dump_json(by_alias=True, exclude_unset=True).encode()
