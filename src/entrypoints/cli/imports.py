"""Commands that import a diary from elsewhere, take an import back, and export a diary."""

from pathlib import Path
from typing import Annotated, Any

import typer
from typer import Argument, Option
from typer.core import TyperCommand, TyperOption

from cinestats.adapters.diary_files import ExportFormat, export_file
from cinestats.adapters.documents.reports import PastImportAnswer, ReportAnswer, RowAnswer
from cinestats.adapters.importers import MAX_BYTES, format_names, read_export
from cinestats.application.imports.undo import ImportNotFound, past_imports, undo_import
from cinestats.entrypoints import terminal

from .arguments import AsJson, User
from .files import STANDARD, read_file, writing
from .session import counted, note, opened, print_json


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
    dry_run: Annotated[bool, Option("--dry-run", help="Only say what would happen.")] = False,
    as_json: AsJson = False,
) -> None:
    """Import a diary that another service or cinestats exported, or a table.

    A row that cannot be understood is rejected alone, with its line and the reason, and all
    others go in. Importing a file again adds nothing; a rating that has changed is updated.
    """
    data = read_file(file, MAX_BYTES)
    with opened() as container:
        export = read_export(str(file), data, format=format_, zone=container.zone())
        container.recorder().catch_up_with(user)
        with terminal.progress("Importing", len(export.rows)) as advance:
            importer = container.importer()
            report = importer.run(user, export.rows, dry_run=dry_run, progress=advance)
            container.projector().catch_up()
    for sentence in export.notes:
        note(sentence)
    if dry_run:
        note("Nothing was stored: this was a dry run.")
    elif report.added or report.updated:
        note(f"This was import {report.import_id}; cinestats undo {user} takes it back.")
    if as_json:
        rows = {"rows": [RowAnswer.of(row) for row in report.rows]} if dry_run else {}
        print_json({**ReportAnswer.of(report).document(), **rows})
        return
    terminal.show(terminal.import_page(export.format, report))
    if dry_run and report.rows:
        terminal.show(terminal.rows_table(report.rows))


def list_imports(user: User, as_json: AsJson = False) -> None:
    """List the imports of a user, latest first."""
    with opened() as container:
        zone = container.zone()
        imports = past_imports(container.log().of_user(user))
    if as_json:
        print_json([PastImportAnswer.of(each, zone=zone) for each in imports])
    else:
        terminal.show(terminal.imports_table(imports, zone))


def undo(
    user: User,
    import_id: Annotated[
        str | None,
        Argument(
            metavar="IMPORT",
            help="The import's id; the latest that is not undone when not given.",
        ),
    ] = None,
) -> None:
    """Undo an import: delete what it added, set back what it changed."""
    with opened() as container:
        log = container.log()
        if import_id is None:
            imports = past_imports(log.of_user(user))
            latest = next((each for each in imports if not each.undone), None)
            if latest is None:
                raise ImportNotFound(f"{user} has no import to undo.")
            import_id = latest.import_id
        count = undo_import(container.keeper(), user=user, import_id=import_id)
        container.projector().catch_up()
    typer.echo(f"Took back {counted(count, 'change')} of import {import_id}.")


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

    A table that is too large for Letterboxd becomes a zip of several.
    """
    with opened() as container:
        container.recorder().catch_up_with(user)
        now = container.clock()().astimezone(container.zone())
        diaries, log, catalogue = container.diaries(), container.log(), container.catalogue()
        file = export_file(user, format_, diaries, log, catalogue, now)
        if output != STANDARD and output.suffix != file.suffix:
            note(f"The diary is written as a {file.suffix} file, whatever its name says.")
        with writing(output) as out:
            out.writelines(file.chunks)
