"""Commands of the distributed engine: relay, consume, and the records that were parked."""

from dataclasses import asdict
from typing import Annotated

import typer
from typer import Argument, Option

from cinestats.application.streaming.dead_letters import (
    DeadLetter,
    LetterNotFound,
    retry_letter,
)
from cinestats.application.streaming.losses import parse_lost
from cinestats.entrypoints import terminal
from cinestats.entrypoints.extra import extra

from .arguments import AsJson
from .session import counted, note, opened, print_json

letters = typer.Typer(help="Look after the records that could not be counted.")

LetterId = Annotated[str, Argument(metavar="ID", help="As list shows it.")]


def relay(
    once: Annotated[bool, Option("--once", help="Publish what there is, and end.")] = False,
) -> None:
    """Publish the log to Kafka, until Ctrl-C: each event at least once, in order."""
    with opened() as container:
        the_relay = container.relay()
        if once:
            note(f"Published {counted(the_relay.drain(), 'event')}.")
            return
        from cinestats.entrypoints.logs import log_as_json
        from cinestats.entrypoints.metrics_port import metrics_shown, registry_of
        from cinestats.entrypoints.position_metrics import Positions
        from cinestats.entrypoints.signals import stop_requested

        log_as_json()
        positions = Positions(container.log(), container.models(), container.backlog())
        shown = metrics_shown(container.settings(), registry_of(positions))
        with shown, stop_requested() as stop:
            the_relay.run(stop)


def consume(
    once: Annotated[bool, Option("--once", help="Count in what there is, and end.")] = False,
    fresh: Annotated[
        bool,
        Option("--fresh", help="Read the topic from its beginning; nothing is counted twice."),
    ] = False,
    accept_loss: Annotated[
        list[str] | None,
        Option(
            "--accept-loss",
            metavar="PARTITION:FIRST-LAST",
            help="Give up records that another application's topic has lost, such as"
            " 0:100-250, and go on behind them.",
        ),
    ] = None,
) -> None:
    """Run the Spark driver: count Kafka's topic into MongoDB, until SIGTERM or Ctrl-C."""
    with extra():
        from cinestats.entrypoints.spark_driver import StreamFailed, main

    accepted = [parse_lost(each) for each in accept_loss or ()]
    try:
        main(once=once, fresh=fresh, accepted=accepted)
    except StreamFailed as failure:
        note(str(failure))
        raise typer.Exit(1) from failure


@letters.command("list")
def list_letters(
    limit: Annotated[int, Option(min=1, help="How many at most.")] = 100,
    as_json: AsJson = False,
) -> None:
    """List the parked records, the oldest first, each with its reason."""
    with opened() as container:
        waiting, zone = container.dead_letters().waiting(limit), container.zone()
    if as_json:
        print_json([_letter_document(letter) for letter in waiting])
    else:
        terminal.show(terminal.letters_table(waiting, zone))


@letters.command("retry")
def retry(letter_id: LetterId) -> None:
    """Send a record to its topic again, when nothing is wrong with it any more."""
    with opened() as container:
        parked, resend = container.dead_letters(), container.resend()
        retry_letter(letter_id, parked, container.read_record, resend)
    note(f"{letter_id} is on its way.")


@letters.command("discard")
def discard(letter_id: LetterId) -> None:
    """Drop a record for good."""
    with opened() as container:
        if not container.dead_letters().settle(letter_id):
            raise LetterNotFound(f"No record {letter_id} is parked.")
    note(f"{letter_id} is discarded.")


def _letter_document(letter: DeadLetter) -> dict[str, object]:
    """The letter with its bytes as text; what is not UTF-8 as escapes."""
    fields: dict[str, object] = {"id": letter.id, **asdict(letter)}
    return {
        name: value.decode(errors="backslashreplace") if isinstance(value, bytes) else value
        for name, value in fields.items()
    }
