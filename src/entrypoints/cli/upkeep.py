"""Commands that run cinestats and look after its data."""

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer
from typer import Option

from cinestats.application.ports import StoreUnavailable
from cinestats.application.upkeep.integrity import check_events
from cinestats.domain.errors import EntryNotFound
from cinestats.entrypoints import terminal
from cinestats.entrypoints.backup_worker import begun_by

from .arguments import AsJson, User, Yes, parse_user
from .session import counted, note, opened, print_json

if TYPE_CHECKING:
    from cinestats.entrypoints.container import Container

OneUser = Annotated[
    str | None, Option("--user", metavar="USER", parser=parse_user, help="Only this user.")
]


def serve(
    host: Annotated[
        str | None, Option(help="Where to listen; CINESTATS_HOST when not given.")
    ] = None,
    port: Annotated[
        int | None, Option(min=0, max=65535, help="The port; CINESTATS_PORT when not given.")
    ] = None,
) -> None:
    """Serve the pages and the HTTP interface, until Ctrl-C."""
    from cinestats.entrypoints.api.server import serve as run  # FastAPI is for this alone
    from cinestats.entrypoints.settings import load_settings

    given = {"host": host, "port": port}
    update = {name: value for name, value in given.items() if value is not None}
    with opened(load_settings().model_copy(update=update)) as container:
        run(container)


def demo(
    user: Annotated[
        str, Option(metavar="USER", parser=parse_user, help="Whose diary to fill.")
    ] = "demo",
    films: Annotated[
        int | None, Option(min=1, metavar="N", help="How many films; all that are shipped.")
    ] = None,
) -> None:
    """Fill a diary to look at: over two years of plays, ending today."""
    from cinestats.entrypoints.demo import fill_demo

    with opened() as container:
        added = fill_demo(container, user, films)
    done = f"Filled the diary of {user} with {counted(added, 'event')}: cinestats stats {user}"
    typer.echo(done if added else f"{user} has the demo diary already.")


def verify(user: OneUser = None, as_json: AsJson = False) -> None:
    """Compare every figure with a recompute from the log.

    Exit code 1 when any differs; cinestats rebuild sets them right.
    """
    with opened() as container:
        _need_log(container)
        check_events(container.log())
        verdict = container.verifier().verify(user)
    documents, users = counted(verdict.documents, "document"), counted(verdict.users, "user")
    since = "the log"
    if verdict.opened:
        since += f", on top of what was counted of {counted(verdict.opened, 'user')} before it"
    if as_json:
        differences = [
            {name: _plain(value) for name, value in asdict(each).items()}
            for each in verdict.differences
        ]
        print_json({"equal": verdict.equal, **asdict(verdict), "differences": differences})
    elif verdict.equal:
        typer.echo(f"Equal: compared {documents} of {users} with a recompute from {since}.")
    else:
        wrong = counted(len(verdict.differences), "field")
        typer.echo(f"Not equal: compared {documents} of {users}; {wrong} wrong.")
        terminal.show(terminal.differences_table(verdict.differences))
    if not verdict.equal:
        raise typer.Exit(1)


def rebuild(user: OneUser = None) -> None:
    """Recompute the figures from the log, while reads and writes go on."""
    with opened() as container:
        _need_log(container)
        if hindrance := container.stores().hindrance():
            raise StoreUnavailable(hindrance)  # else it would be rebuilt in memory alone
        check_events(container.log())
        if user is None:
            rebuilt = counted(container.rebuilder().rebuild(), "user")
        elif not container.rebuilder().knows(user):
            raise EntryNotFound(f"The log has no event of {user}.")
        else:
            container.projector().catch_up()
            container.rebuilder().rebuild_user(user)
            rebuilt = user
    typer.echo(f"Rebuilt the figures of {rebuilt}.")


def forget(
    user: User,
    yes: Yes = False,
) -> None:
    """Erase a user for good: from the log, the diary and all figures, and their account."""
    with opened() as container:
        account = container.accounts().get(user)
        follows = container.followed().of_user(user)
        kept = follows or container.list_log().of_user(user)
        known = account or kept or container.rebuilder().knows(user)
        if known and not yes:
            typer.confirm(f"Erase all that is known of {user}, for good?", abort=True)
        # Also what an erasure left that was broken off; nobody knows whose it is.
        erased = container.eraser().erase(user, "command line") if known else None
        container.stores().sweep()
        folder = container.settings().backup_dir
    if erased is None:
        raise EntryNotFound(f"There is neither an event nor an account of {user}.")
    typer.echo(f"Erased {counted(erased, 'event')} of {user}.")
    note("Backups and exports that were made before still hold them: delete those.")
    if folder is not None:
        _note_backups(folder, user)


def _note_backups(folder: Path, user: str) -> None:
    try:
        backups = begun_by(folder, datetime.now(UTC))
    except StoreUnavailable as error:
        note(str(error))  # the erasure is done all the same
        return
    if backups:
        note(f"Of the daily ones in {folder} these may hold {user}: {', '.join(backups)}.")


def _need_log(container: "Container") -> None:
    if container.topic_has_no_log():
        raise StoreUnavailable(
            "Another application publishes to the topic, and its records are only counted, so"
            " there is no log to recompute from: cinestats consume with"
            " CINESTATS_FOREIGN_LOG=on begins one."
        )


def _plain(value: object) -> object:
    """A differing value as JSON has it; months are "2025-01"."""
    if not isinstance(value, dict):
        return value
    counts = cast(dict[int | tuple[int, int], int], value)
    return {
        "-".join(f"{part:02}" for part in key) if isinstance(key, tuple) else str(key): n
        for key, n in counts.items()
    }
