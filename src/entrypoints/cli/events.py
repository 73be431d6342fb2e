"""Commands about the log of events."""

import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from datetime import tzinfo
from itertools import count
from pathlib import Path
from typing import IO, Annotated

import typer

from cinestats.adapters.documents import rejected_document
from cinestats.adapters.event_json import encode, parse_event
from cinestats.adapters.strict_json import parse
from cinestats.application.imports.events import export_events
from cinestats.application.log.ports import EventLog, Recorded
from cinestats.domain.errors import CinestatsError
from cinestats.domain.events import Event
from cinestats.entrypoints import terminal

from .session import (
    STANDARD,
    AsJson,
    counted,
    note,
    opened,
    parse_user,
    print_json,
    unreadable,
    writing,
)

_MAX_LINE = 2**20
_PAGE = 1000
_POLL_SECONDS = 0.5

app = typer.Typer(help="Move the log of events, or watch it grow.")


@app.command("export")
def export(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="- is standard output.")] = (
        STANDARD
    ),
) -> None:
    """Write every event as a line of JSON, oldest first."""
    with opened() as container, writing(file) as out:
        number = 0
        for recorded in export_events(container.log()):
            if recorded.event is not None:
                out.write(encode(recorded.event, recorded.position) + b"\n")
                number += 1
    note(f"Exported {counted(number, 'event')}.")


@app.command("import")
def import_(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="- is standard input.", show_default=False),
    ],
    as_json: AsJson = False,
) -> None:
    """Take in events, one of them in JSON on each line.

    Read are what export writes, and the form without ids of other producers. An event that
    the log has already is skipped; a line that cannot be taken in is rejected alone.
    """
    with opened() as container, _reading(file) as lines:
        report = container.event_importer().run(_parsed(lines, container.zone()))
        container.projector().catch_up()
    if as_json:
        print_json(
            {
                "read": report.read,
                "added": report.added,
                "skipped": report.skipped,
                "rejected": [rejected_document(row) for row in report.rejected],
            }
        )
        return
    typer.echo(
        f"Read {counted(report.read, 'event')}: {report.added:,} added,"
        f" {report.skipped:,} skipped, {len(report.rejected):,} rejected."
    )
    if report.rejected:
        terminal.console().print(terminal.rejected_table(report.rejected))


@app.command()
def tail(
    user: Annotated[
        str | None,
        typer.Argument(metavar="USER", parser=parse_user, help="Only this user's events."),
    ] = None,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Go on as events come, until Ctrl-C.")
    ] = False,
    lines: Annotated[
        int, typer.Option("--lines", "-n", min=0, metavar="N", help="How many.")
    ] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="Print events in JSON.")] = False,
) -> None:
    """Show the last events of the log."""
    with opened() as container:
        log = container.log()
        zone = container.zone()
        positions = [log.tail(partition) for partition in range(log.partitions)]
        recent: Iterable[Recorded]
        if user is None:
            starts = [max(0, position - lines) for position in positions]
            recent = _behind(log, starts, until=positions)
        else:
            recent = (r for r in log.of_user(user) if r.position <= positions[r.partition])
        _print_events(deque(recent, maxlen=lines), zone, as_json)
        while follow:
            time.sleep(_POLL_SECONDS)
            new = list(_behind(log, positions))
            for recorded in new:
                positions[recorded.partition] = recorded.position
            mine = [r for r in new if r.event and user in (None, r.event.user_id)]
            _print_events(mine, zone, as_json)


def _print_events(events: Iterable[Recorded], zone: tzinfo, as_json: bool) -> None:
    for recorded in events:
        if recorded.event is None:
            continue
        if as_json:
            typer.echo(encode(recorded.event, recorded.position))
        else:
            terminal.console().print(
                terminal.event_line(recorded.position, recorded.event, zone)
            )
    sys.stdout.flush()


def _behind(
    log: EventLog, positions: list[int], until: list[int] | None = None
) -> Iterator[Recorded]:
    """The events behind a position in each partition."""
    for partition, position in enumerate(positions):
        while events := log.read(partition, position, _PAGE):
            position = events[-1].position
            yield from (r for r in events if until is None or r.position <= until[partition])


def _parsed(lines: IO[bytes], zone: tzinfo) -> Iterator[tuple[int, Event | CinestatsError]]:
    for number in count(1):
        line = lines.readline(_MAX_LINE + 1)
        if not line:
            return
        if len(line) > _MAX_LINE:
            raise CinestatsError(
                f"Line {number:,} is longer than {_MAX_LINE:,} bytes, which no event is."
            )
        if line.strip():
            try:
                yield number, parse_event(parse(line), zone).event
            except CinestatsError as error:
                yield number, error


def _reading(file: Path) -> "nullcontext[IO[bytes]] | IO[bytes]":
    if file == STANDARD:
        return nullcontext(sys.stdin.buffer)
    try:
        return file.open("rb")
    except OSError as error:
        raise unreadable(file, error) from error
