"""The commands as one program, and what becomes of their errors."""

import io
import sys
from collections.abc import Sequence
from typing import Annotated, Any, NoReturn, cast

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

import cinestats
from cinestats.application.access.accounts import AccountNotFound
from cinestats.application.corrections.match import FilmNotFound
from cinestats.application.following.accounts import NotFollowed
from cinestats.application.following.poll import FeedUnavailable
from cinestats.application.imports.undo import ImportNotFound
from cinestats.application.lists.keep import ListNotFound
from cinestats.application.streaming.dead_letters import LetterNotFound
from cinestats.application.upkeep.integrity import AnotherHistory
from cinestats.domain.errors import CinestatsError, EntryNotFound

from . import (
    adopt,
    backups,
    catalogue,
    corrections,
    diary,
    doctor,
    engine,
    enrich,
    events,
    figures,
    following,
    imports,
    lists,
    review,
    upkeep,
    users,
)

_NOT_THERE = (
    AccountNotFound,
    AnotherHistory,
    EntryNotFound,
    FeedUnavailable,
    FilmNotFound,
    ImportNotFound,
    LetterNotFound,
    ListNotFound,
    NotFollowed,
)


class _Program(TyperGroup):
    """Answers every refusal with one sentence on stderr and the exit code that help names."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,  # noqa: ARG002 - this program always stands alone
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> NoReturn:
        try:
            code = super().main(
                args, prog_name, complete_var, False, windows_expand_args, **extra
            )
        except _NOT_THERE as error:
            code = _say(str(error), 1)
        except CinestatsError as error:
            code = _say(str(error), 2)
        except TyperException as error:
            message = error.format_message().replace("Value error, ", "").rstrip(".")
            context = getattr(error, "ctx", None)
            path = context.command_path if context else "cinestats"
            code = _say(f"{message}; see {path} --help.", 2)
        except typer.Abort:
            code = _say("Nothing was done.", 1)
        sys.exit(code or 0)

    def invoke(self, ctx: Any) -> Any:
        result = super().invoke(ctx)
        sys.stdout.flush()  # here, where a reader who has gone away is no error
        return result


def _say(sentence: str, code: int) -> int:
    """Print the sentence as one line that cannot command the terminal."""
    line = "".join(c if c.isprintable() else " " for c in sentence)
    typer.echo(" ".join(line.split()), err=True)
    return code


app = typer.Typer(
    cls=_Program,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=(
        "Exit codes: 0 done; 1 the answer is no, or what was named does not exist;"
        " 2 wrong use or refused input. Settings come from the environment, such as"
        " CINESTATS_DATA_DIR and CINESTATS_TIMEZONE."
    ),
)


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(cinestats.__version__)
        raise typer.Exit


@app.callback(invoke_without_command=True)
def program(
    context: typer.Context,
    version: Annotated[  # noqa: ARG001 - its callback does all there is to do
        bool,
        typer.Option(
            "--version", help="Print the version.", callback=_print_version, is_eager=True
        ),
    ] = False,
) -> None:
    """Exact statistics of what you watch, from a diary that never forgets."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


_DIARY = "Your diary"
_FIGURES = "Figures"
_EXCHANGE = "Import and export"
_ACCESS = "Access"
_ENGINE = "Distributed engine"
_UPKEEP = "Upkeep"

app.command(rich_help_panel=_DIARY)(diary.add)
app.command(rich_help_panel=_DIARY)(diary.rate)
app.command(rich_help_panel=_DIARY)(diary.delete)
app.command("diary", rich_help_panel=_DIARY)(diary.show)
app.command("lists", rich_help_panel=_DIARY)(lists.show)
app.command(rich_help_panel=_DIARY)(corrections.edit)
app.command(rich_help_panel=_DIARY)(corrections.match)
app.command(rich_help_panel=_DIARY)(review.review)
app.command(rich_help_panel=_DIARY)(review.duplicates)
app.command(rich_help_panel=_DIARY)(corrections.merge)
app.command(rich_help_panel=_DIARY)(enrich.enrich)
app.command("import", cls=imports.ImportCommand, rich_help_panel=_EXCHANGE)(imports.import_file)
app.command("imports", rich_help_panel=_EXCHANGE)(imports.list_imports)
app.command(rich_help_panel=_EXCHANGE)(imports.undo)
app.command(rich_help_panel=_EXCHANGE)(imports.export)
app.command(rich_help_panel=_EXCHANGE)(following.follow)
app.command("unfollow", rich_help_panel=_EXCHANGE)(following.stop)
app.add_typer(catalogue.app, name="catalog", rich_help_panel=_EXCHANGE)
app.add_typer(events.app, name="events", rich_help_panel=_EXCHANGE)
app.command(rich_help_panel=_FIGURES)(figures.stats)
app.command(rich_help_panel=_FIGURES)(figures.affinities)
app.command(rich_help_panel=_FIGURES)(figures.explain)
app.command(rich_help_panel=_FIGURES)(figures.compare)
app.command(rich_help_panel=_FIGURES)(figures.trends)
app.command(rich_help_panel=_ACCESS)(users.token)
app.add_typer(users.app, name="user", rich_help_panel=_ACCESS)
app.command(rich_help_panel=_ENGINE)(engine.relay)
app.command(rich_help_panel=_ENGINE)(engine.consume)
app.command(rich_help_panel=_ENGINE)(adopt.adopt)
app.add_typer(engine.letters, name="dead-letters", rich_help_panel=_ENGINE)
app.command(rich_help_panel=_UPKEEP)(upkeep.serve)
app.command(rich_help_panel=_UPKEEP)(upkeep.demo)
app.command(rich_help_panel=_UPKEEP)(doctor.doctor)
app.command(rich_help_panel=_UPKEEP)(upkeep.verify)
app.command(rich_help_panel=_UPKEEP)(upkeep.rebuild)
app.command(rich_help_panel=_UPKEEP)(backups.backup)
app.command(rich_help_panel=_UPKEEP)(backups.restore)
app.command(rich_help_panel=_UPKEEP)(upkeep.forget)


def main() -> None:
    """Run the program on this process's arguments."""
    # Bars and stars on a terminal that has no such characters.
    cast(io.TextIOWrapper, sys.stdout).reconfigure(errors="replace")
    app(prog_name="cinestats")
