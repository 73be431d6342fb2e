"""Commands about the log of events."""

import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from dataclasses import asdict, replace
from datetime import tzinfo
from itertools import count
from pathlib import Path
from typing import IO, Annotated

import orjson
import typer
from typer import Argument, Option

from cinestats.adapters.documents.reports import RejectedAnswer
from cinestats.adapters.event_json import encode, parse_event
from cinestats.adapters.list_json import encode_list_event, is_list_event, read_list_event
from cinestats.adapters.strict_json import as_object, parse
from cinestats.application.imports.events import (
    export_events,
    export_list_events,
    import_events,
)
from cinestats.application.log.ports import Recorded
from cinestats.application.upkeep.integrity import Head, check_events, compare_heads, heads_of
from cinestats.domain.errors import CinestatsError
from cinestats.domain.events import Event
from cinestats.domain.lists import ListEvent
from cinestats.entrypoints import terminal

from .arguments import AsJson, parse_user
from .files import STANDARD, read_file, using, writing
from .session import counted, note, opened, print_json

_MAX_LINE = 2**20
_POLL_SECONDS = 0.5

app = typer.Typer(help="Move the log of events, or watch it grow.")


@app.command("export")
def export(
    file: Annotated[Path, Argument(metavar="FILE", help="- is standard output.")] = STANDARD,
) -> None:
    """Write every event as a line of JSON, oldest first, those of lists behind the others."""
    with opened() as container, writing(file) as out:
        number = 0
        for recorded in export_events(container.log()):
            if recorded.event is not None:
                out.write(encode(recorded.event, recorded.position) + b"\n")
                number += 1
        for event in export_list_events(container.list_log()):
            out.write(encode_list_event(event) + b"\n")
            number += 1
    note(f"Exported {counted(number, 'event')}.")


@app.command("import")
def import_(
    file: Annotated[Path, Argument(metavar="FILE", help="- is standard input.")],
    as_json: AsJson = False,
) -> None:
    """Take in events, one of them in JSON on each line.

    Read are what export writes, and the form without ids of other producers. An event that
    the log has already is skipped; a line that cannot be taken in is rejected alone.
    """
    with opened() as container, _reading(file) as lines:
        check_events(container.log())
        report = import_events(container.keeper(), parsed_lines(lines, container.zone()))
        container.projector().catch_up()
    if as_json:
        rejected = [RejectedAnswer.of(row) for row in report.rejected]
        print_json({**asdict(report), "rejected": rejected})
        return
    typer.echo(
        f"Read {counted(report.read, 'event')}: {report.added:,} added,"
        f" {report.skipped:,} skipped, {len(report.rejected):,} rejected."
    )
    if report.rejected:
        terminal.show(terminal.rejected_table(report.rejected))


@app.command()
def tail(
    user: Annotated[
        str | None, Argument(metavar="USER", parser=parse_user, help="Only this user's events.")
    ] = None,
    follow: Annotated[
        bool, Option("--follow", "-f", help="Go on as events come, until Ctrl-C.")
    ] = False,
    lines: Annotated[int, Option("--lines", "-n", min=0, metavar="N", help="How many.")] = 10,
    as_json: Annotated[bool, Option("--json", help="Print events in JSON.")] = False,
) -> None:
    """Show the last events of the log."""
    with opened() as container:
        log = container.log()
        zone = container.zone()
        tails = [log.tail(partition) for partition in range(log.partitions)]
        events = (
            export_events(log, [max(0, position - lines) for position in tails])
            if user is None
            else log.of_user(user)
        )
        recent = (r for r in events if r.position <= tails[r.partition])
        _print_events(deque(recent, maxlen=lines), zone, as_json)
        while follow:
            time.sleep(_POLL_SECONDS)
            new = list(export_events(log, tails))
            for recorded in new:
                tails[recorded.partition] = recorded.position
            mine = [r for r in new if r.event and user in (None, r.event.user_id)]
            _print_events(mine, zone, as_json)


@app.command("head")
def head(
    check: Annotated[
        Path | None,
        Option(metavar="FILE", help="Compare the log with what this command printed before."),
    ] = None,
    as_json: Annotated[bool, Option("--json", help="Print a line of JSON each.")] = False,
) -> None:
    """Print the hash of each partition's last event; it stands for all events up to it.

    Note it where nobody who can change the log can change it. An erasure leaves it right.
    """
    if check is not None:
        noted = _noted(check)
        with opened() as container:
            number = compare_heads(container.log(), noted)
        typer.echo(f"The log has {counted(number, 'noted head')}.")
        return
    with opened() as container:
        heads = heads_of(container.log())
    for each in heads:
        fields = each._asdict()
        typer.echo(orjson.dumps(fields) if as_json else " ".join(map(str, fields.values())))


def _noted(file: Path) -> list[Head]:
    """The heads in a file, as ``head`` printed them."""
    heads: list[Head] = []
    for number, line in enumerate(read_file(file, _MAX_LINE).splitlines(), 1):
        if line.strip():
            try:
                fields = orjson.loads(line).values() if line[:1] == b"{" else line.split()
                partition, position, chain = fields
                text = chain.decode() if isinstance(chain, bytes) else str(chain)
                heads.append(Head(int(partition), int(position), text))
            except ValueError as error:
                raise CinestatsError(
                    f"Line {number} of {file} is no line of cinestats events head."
                ) from error
    if not heads:
        raise CinestatsError(f"{file} holds no line of cinestats events head.")
    return heads


def _print_events(events: Iterable[Recorded], zone: tzinfo, as_json: bool) -> None:
    for recorded in events:
        if recorded.event is None:
            continue
        if as_json:
            typer.echo(encode(recorded.event, recorded.position))
        else:
            terminal.show(terminal.event_line(recorded.position, recorded.event, zone))
    sys.stdout.flush()


def _event(document: object, zone: tzinfo) -> Event | ListEvent:
    if is_list_event(document):
        return read_list_event(document)
    event = parse_event(document, zone).event
    # Only here: who publishes to a topic has no say in what the diary holds.
    is_stray = as_object(document, "event").get("as_published") is True
    return replace(event, as_published=True) if is_stray else event


def parsed_lines(
    lines: IO[bytes], zone: tzinfo
) -> Iterator[tuple[int, Event | ListEvent | CinestatsError]]:
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
                yield number, _event(parse(line), zone)
            except CinestatsError as error:
                yield number, error


def _reading(file: Path) -> "nullcontext[IO[bytes]] | IO[bytes]":
    if file == STANDARD:
        return nullcontext(sys.stdin.buffer)
    with using(file):
        return file.open("rb")
