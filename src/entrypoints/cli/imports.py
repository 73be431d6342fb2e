"""Commands that import a diary from elsewhere, take an import back, and export a diary."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from typer import Argument, Option
from typer.core import TyperCommand, TyperOption

from cinestats.adapters.diary_files import ExportFormat, export_file
from cinestats.adapters.documents.reports import PastImportAnswer, ReportAnswer, RowAnswer
from cinestats.adapters.importers import MAX_BYTES, format_names, read_export
from cinestats.application.corrections.diary_films import is_complete
from cinestats.application.imports.import_diary import MirrorUnconfirmed
from cinestats.application.imports.report import ImportReport
from cinestats.application.imports.undo import (
    ImportNotFound,
    PastImport,
    past_imports,
    undo_import,
)
from cinestats.domain.errors import CinestatsError
from cinestats.entrypoints import terminal

from .arguments import AsJson, User, Yes
from .files import STANDARD, read_file, writing
from .session import counted, note, opened, print_json

if TYPE_CHECKING:
    from cinestats.entrypoints.container import Container


class ImportCommand(TyperCommand):
    """Lists the formats in its help, for which alone the importers are loaded."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Show the help."""
        for option in self.params:
            if option.name == "format_" and isinstance(option, TyperOption):
                option.help = f"{option.help} Known are {', '.join(format_names())}."
        super().format_help(ctx, formatter)


def import_file(
    user: User,
    file: Annotated[Path, Argument(metavar="FILE", help="An export, zipped or not.")],
    format_: Annotated[
        str,
        Option("--format", metavar="FORMAT", help="Whose it is; auto looks at the content."),
    ] = "auto",
    as_: Annotated[
        Literal["plays"] | None,
        Option(
            "--as", help="Take each row of an IMDb list for a play on the day it was added."
        ),
    ] = None,
    dates: Annotated[
        str | None,
        Option(
            "--dates",
            metavar="ORDER",
            help="What comes first in days such as 1/2/2024: mdy, dmy or ymd.",
        ),
    ] = None,
    scale: Annotated[
        int | None,
        Option("--scale", metavar="N", help="What a table's ratings are out of: 5, 10 or 100."),
    ] = None,
    delimiter: Annotated[
        str | None,
        Option("--delimiter", metavar="CHARACTER", help="What parts cells: , ; | or tab."),
    ] = None,
    encoding: Annotated[
        str | None,
        Option("--encoding", metavar="NAME", help="The encoding, such as windows-1251."),
    ] = None,
    column: Annotated[
        list[str] | None,
        Option(
            "--column",
            metavar="FIELD=NAME",
            help='Which column of a table is what, such as title="Film seen"; FIELD= leaves a'
            " field out. May be given more than once.",
        ),
    ] = None,
    dry_run: Annotated[bool, Option("--dry-run", help="Only say what would happen.")] = False,
    mirror: Annotated[
        bool,
        Option(
            "--mirror",
            help="Delete the plays of earlier imports of its kind that the file lacks; where"
            " those are over a fifth of the diary, it asks, or needs --yes.",
        ),
    ] = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Import a diary that another service or cinestats exported, or a table.

    A row that cannot be understood is rejected alone, with its line and the reason, and all
    others go in. Importing a file again adds nothing; a rating that has changed is updated.
    """
    data = read_file(file, MAX_BYTES)
    with opened() as container:
        export = read_export(
            str(file),
            data,
            format=format_,
            zone=container.zone(),
            as_=as_,
            dates=dates,
            scale=scale,
            delimiter=delimiter,
            encoding=encoding,
            columns=column or (),
        )
        container.recorder().catch_up_with(user)
        importer = container.importer()

        def run(*, confirmed: bool) -> ImportReport:
            with terminal.progress("Importing", len(export.rows)) as advance:
                return importer.run(
                    user,
                    export.rows,
                    lists=export.lists,
                    dry_run=dry_run,
                    mirror=mirror,
                    confirmed=confirmed,
                    progress=advance,
                )

        try:
            report = run(confirmed=yes)
        except MirrorUnconfirmed as error:
            if not terminal.can_ask():
                raise CinestatsError(f"{error} Give --yes for that.") from error
            typer.confirm(f"{error} Delete them?", abort=True)
            report = run(confirmed=True)
        container.projector().catch_up()
        plays = container.diaries().entries(user)
    for sentence in export.notes:
        note(sentence)
    if dry_run:
        note("Nothing was stored: this was a dry run.")
    elif report.changes or report.list_changes or (mirror and report.missing):
        note(f"This was import {report.import_id}; cinestats undo {user} takes it back.")
    if report.suggested and not dry_run:
        note(f"cinestats review {user} asks which films the suggestions are.")
    if report.missing and not mirror:
        missing = counted(report.missing, "play")
        note(f"The file lacks {missing} of an earlier import; --mirror deletes such plays.")
    lacking = sum(not is_complete(play.movie) for play in plays)
    if lacking and not dry_run:
        note(
            f"{lacking:,} of {counted(len(plays), 'play')} lack director, genres or length:"
            f" cinestats enrich {user} --source wikidata looks the films up there, by titles"
            " and years; cinestats catalog sources lists others."
        )
    if as_json:
        rows = {"rows": [RowAnswer.of(row) for row in report.rows]} if dry_run else {}
        print_json({**ReportAnswer.of(report).document(), **rows})
        return
    terminal.show(terminal.import_page(export.format, report, mirrored=mirror))
    if dry_run and report.rows:
        terminal.show(terminal.rows_table(report.rows))


def list_imports(user: User, as_json: AsJson = False) -> None:
    """List the imports and corrections of a user, latest first; undo takes them back."""
    with opened() as container:
        zone = container.zone()
        imports = _past(container, user)
    if as_json:
        print_json([PastImportAnswer.of(each, zone=zone) for each in imports])
    else:
        terminal.show(terminal.imports_table(imports, zone))


def undo(
    user: User,
    import_id: Annotated[
        str | None,
        Argument(
            metavar="ID",
            help="Which, by its id in cinestats imports; the latest that is not undone when not"
            " given.",
        ),
    ] = None,
) -> None:
    """Undo an import or a correction: delete what it added, set back what it changed.

    What was changed since stays. Corrections are edits, matches, merges and what enrich did.
    """
    with opened() as container:
        if import_id is None:
            imports = _past(container, user)
            latest = next((each for each in imports if not each.undone), None)
            if latest is None:
                raise ImportNotFound(f"{user} has no import or correction to undo.")
            import_id = latest.import_id
        count = undo_import(container.keeper(), user=user, import_id=import_id)
        container.projector().catch_up()
    what = import_id if ":" in import_id else f"import {import_id}"
    typer.echo(f"Took back {counted(count, 'change')} of {what}.")


def _past(container: "Container", user: str) -> list[PastImport]:
    return past_imports(container.log().of_user(user), container.list_log().of_user(user))


def export(
    user: User,
    format_: Annotated[
        ExportFormat,
        Option(
            "--format",
            metavar="FORMAT",
            help="letterboxd (a table that Letterboxd imports), jsonl (the events) or json.",
        ),
    ] = "letterboxd",
    output: Annotated[
        Path, Option("--output", metavar="FILE", help="- is standard output.")
    ] = STANDARD,
) -> None:
    """Export a diary. Importing it into an empty one leads to the same statistics.

    A table that is too large for Letterboxd becomes a zip of several. Lists are in json and
    jsonl.
    """
    with opened() as container:
        container.recorder().catch_up_with(user)
        now = container.clock()().astimezone(container.zone())
        diaries, log, catalogue = container.diaries(), container.log(), container.catalogue()
        lists = container.list_log().of_user(user)
        file = export_file(user, format_, diaries, log, lists, catalogue, now)
        if output != STANDARD and output.suffix != file.suffix:
            note(f"The diary is written as a {file.suffix} file, whatever its name says.")
        with writing(output) as out:
            out.writelines(file.chunks)
