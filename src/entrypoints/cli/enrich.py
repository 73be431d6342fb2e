"""The command that completes the films of a diary."""

from typing import TYPE_CHECKING, Annotated

import typer
from typer import Argument, Option

from cinestats.adapters.documents.reports import EnrichAnswer
from cinestats.adapters.sources.registry import RENEWED, open_source
from cinestats.application.corrections.enrich import EnrichReport, sum_of
from cinestats.application.corrections.enrich import enrich as enrich_diary
from cinestats.application.sources.complete import complete
from cinestats.application.sources.ports import FilmSource
from cinestats.application.sources.renew import renew
from cinestats.domain.errors import CinestatsError
from cinestats.entrypoints import terminal

from .arguments import AsJson, parse_user
from .review import ask_or_list, choices
from .session import counted, note, opened, print_json

if TYPE_CHECKING:
    from cinestats.entrypoints.container import Container

CATALOGUE = "catalogue"
_LEFT = (
    ("ambiguous", "may be several films"),
    ("not_found", "not found"),
    ("failed", "failed"),
)


def enrich(
    user: Annotated[
        str | None, Argument(metavar="USER", parser=parse_user, help="Whose diary.")
    ] = None,
    all_: Annotated[bool, Option("--all", help="The diaries of all users.")] = False,
    source: Annotated[
        str,
        Option(
            metavar="SOURCE",
            help="What to ask: the catalogue that is here, or a source elsewhere.",
        ),
    ] = CATALOGUE,
    limit: Annotated[
        int | None, Option(min=1, metavar="N", help="Ask a source for so many films at most.")
    ] = None,
    dry_run: Annotated[bool, Option("--dry-run", help="Only say what would happen.")] = False,
    refresh: Annotated[
        bool, Option("--refresh", help="Replace the credits that are there, too.")
    ] = False,
    choose: Annotated[
        bool,
        Option("--choose", help="Then ask which film is meant where it may be several."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Complete films that lack something: credits, length and ids.

    Days, ratings, tags, credits that are there and films that somebody chose stay. A film
    counts once, however often it was watched. Where it may be several, --choose asks as
    cinestats review does; with --json it adds the list choose to the answer, each with its
    plays and candidates, and cinestats match takes the decisions.

    A source elsewhere gets titles, years and ids of films. What it tells is kept in the
    catalogue; what it does not know is not asked for again for a month. Broken off, the next
    run goes on from there. cinestats catalog sources lists them.

    Exit code 1 when a film failed after every try, 2 when the source stopped answering: the
    others are done, and the next run asks for those that are left.
    """
    if (user is not None) == all_:
        raise CinestatsError("Give a USER or --all; see cinestats enrich --help.")
    if choose and (user is None or dry_run):
        raise CinestatsError("--choose is for one USER, and not for a dry run.")
    with opened() as container:
        users = None if user is None else [user]
        if source == CATALOGUE:
            reports = enrich_all(container, users, dry_run=dry_run, refresh=refresh)
            stopped = None
        else:
            asked = open_source(source, container.settings(), note)
            reports, stopped = _complete_all(
                container, asked, users, dry_run=dry_run, refresh=refresh, limit=limit
            )
        if as_json:
            answer = EnrichAnswer.of(sum_of(reports.values())).document()
            chosen = {"choose": choices(container, user)} if choose and user else {}
            print_json({**answer, **chosen})
        else:
            _show(reports, dry_run=dry_run)
            if choose and user:
                ask_or_list(container, user)
    if stopped is not None:
        raise CinestatsError(stopped)
    if any(report.failed for report in reports.values()):
        raise typer.Exit(1)


def _show(reports: "dict[str, EnrichReport]", *, dry_run: bool) -> None:
    for each, report in reports.items():
        typer.echo(_sentence(each, report, dry_run=dry_run))
    if not reports:
        typer.echo("There is no diary yet.")
    if dry_run:
        note("Nothing was stored: this was a dry run.")
    else:
        tell_undo(reports)


def enrich_all(
    container: "Container",
    users: "list[str] | None" = None,
    *,
    dry_run: bool = False,
    refresh: bool = False,
) -> dict[str, EnrichReport]:
    """Complete the films of the users, of everybody where none are given."""
    names = container.log().users() if users is None else users
    keeper = container.keeper()
    reports = {
        name: enrich_diary(keeper, user=name, dry_run=dry_run, refresh=refresh)
        for name in names
    }
    if not dry_run:
        container.projector().catch_up()
    return reports


def _complete_all(
    container: "Container",
    source: FilmSource,
    users: "list[str] | None",
    *,
    dry_run: bool,
    refresh: bool,
    limit: int | None,
) -> "tuple[dict[str, EnrichReport], str | None]":
    """The same from a source elsewhere, with why it stopped answering."""
    today = container.clock()().astimezone(container.zone()).date()
    if source.name in RENEWED:
        renew(source, container.catalogue(), today)
    reports: dict[str, EnrichReport] = {}
    stopped: str | None = None
    for name in container.log().users() if users is None else users:
        with terminal.progress(f"Looking up films of {name}") as progress:
            reports[name], stopped = complete(
                container.keeper(),
                container.catalogue(),
                source,
                today,
                user=name,
                refresh=refresh,
                dry_run=dry_run,
                limit=limit,
                progress=progress,
            )
        if stopped is not None:
            break
    if not dry_run:
        container.projector().catch_up()
    return reports, stopped


def tell_undo(reports: dict[str, EnrichReport]) -> None:
    """Say how to take back what was completed."""
    for user, report in reports.items():
        if report.completed:
            note(f"cinestats undo {user} {report.cause} takes it back.")


def _sentence(user: str, report: EnrichReport, *, dry_run: bool) -> str:
    if not report.films:
        return f"{user}: no film can be completed from the catalogue."
    done = "can be completed" if dry_run else "completed"
    left = [f"{number:,} {what}" for name, what in _LEFT if (number := getattr(report, name))]
    films = f"{user}: {report.completed:,} of {counted(report.films, 'film')} {done}"
    return f"{', '.join([films, *left])}."
