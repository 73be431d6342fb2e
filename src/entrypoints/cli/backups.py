"""Commands that copy the data to a file, and put it back."""

from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from typer import Argument, Option

from cinestats.application.ports import StoreUnavailable
from cinestats.application.upkeep.integrity import check_events
from cinestats.domain.errors import CinestatsError

from .files import completing
from .session import counted, note, opened


def backup(
    file: Annotated[Path, Argument(metavar="FILE", help="A new file.")],
    everything: Annotated[
        bool,
        Option(
            "--all",
            help="Save also accounts, webhooks, what is followed, and the catalogue.",
        ),
    ] = False,
) -> None:
    """Copy the log to a file, while reads and writes go on.

    The diary and all figures follow from the log. With --all the file holds also what does
    not, with a manifest. Keep it as you keep passwords: it holds the keys of webhooks, and
    putting it back brings back accounts and tokens that were removed since.
    """
    from cinestats.adapters.sqlite.backup import back_up_all
    from cinestats.adapters.sqlite.event_log import SqliteEventLog
    from cinestats.adapters.sqlite.stores import SqliteStores
    from cinestats.entrypoints.settings import shown_settings

    if file.exists():
        raise CinestatsError(f"{file} exists already; choose a name that is free.")
    if not file.parent.is_dir():
        raise CinestatsError(f"There is no folder {file.parent}.")
    with completing(file) as part, opened() as container:
        stores, log = container.stores(), container.log()
        if not isinstance(stores, SqliteStores) or not isinstance(log, SqliteEventLog):
            raise StoreUnavailable(
                "Only the embedded backend has files to save: use mongodump for MongoDB, or"
                " cinestats events export for the log alone."
            )
        if everything:
            shown = shown_settings(container.settings())
            manifest = back_up_all(stores.folder, part, container.clock()(), shown)
            number = sum(position for _, position, _ in manifest.heads)
            parts = f", with {', '.join(name.partition('.')[0] for name in manifest.parts)}"
        else:
            part.touch(mode=0o600)
            log.backup(part)
            with closing(SqliteEventLog(part)) as copy:
                number, parts = check_events(copy), ""
    typer.echo(f"Saved {counted(number, 'event')} to {file}{parts}.")


def restore(
    file: Annotated[Path, Argument(metavar="FILE", help="A backup's file.")],
    check: Annotated[
        bool, Option("--check", help="Only check the backup; change nothing.")
    ] = False,
) -> None:
    """Replace the log by a backup, or all that a backup of everything holds.

    What is not in the backup is lost. It is checked whole before anything is touched. Refused
    while a server or another command uses the data folder. The diary and all figures then
    follow from the log; webhooks go on behind what they have told.
    """
    from cinestats.adapters.sqlite.data_folder import DataFolder
    from cinestats.adapters.sqlite.restore import restore as put_back
    from cinestats.adapters.sqlite.restore import stage
    from cinestats.entrypoints.settings import load_settings

    settings = load_settings()
    if settings.backend != "embedded":
        raise StoreUnavailable(
            "Only the embedded backend has files to restore: use mongorestore for MongoDB."
        )
    if check:
        with TemporaryDirectory(prefix="cinestats.") as folder:
            number = stage(file, Path(folder))
        typer.echo(f"{file} is whole: {counted(number, 'event')}.")
        return
    number = put_back(DataFolder(settings.data_dir), file)
    with opened() as container:
        for partition in range(container.log().partitions):
            container.recorder().catch_up(partition)
        container.projector().catch_up()
    typer.echo(f"Restored {counted(number, 'event')}.")
    note("Users who were forgotten since the backup was made are in it: forget them again.")
