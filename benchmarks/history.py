"""History: what an event costs when the user, or the store, has seen much before.

    python -m benchmarks.history [--entries 10 1000 100000] [--stored 10000 100000 1000000]
                                 [--full]

Ours counts the event. V3, the original's way, reads all entries of the user again, computes
everything anew and replaces the documents. Both record on the same embedded store,
one event at a time, each durable: additions, ratings and deletions by turns, so that the
history stays as long as it is. ``--full`` adds a store of ten million events. No result is a
pass or a fail.
"""

import argparse
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from cinestats.application.figures.ports import UserDocuments
from cinestats.domain.diary import Command, DeleteMovie, UpdateRating
from cinestats.domain.projections import PROJECTIONS
from cinestats.entrypoints.container import Container

from .plays import COLLECTOR, additions, collection, fill, open_store
from .report import Claim, Figures, Result, Side, Stopwatch, machine, publish, run_in_turn
from .report import parser as make_parser

_MILLION = 1_000_000
_V3_SECONDS = 2.0  # a recompute of a long history takes long: some are enough
_WARM_UP = 3


def ours(store: Path, events: int, folder: Path | None, entries: int) -> Figures:
    """Count each event in."""
    return _measure(store, events, folder, entries, lambda c: c.projector().catch_up())


def v3(store: Path, events: int, folder: Path | None, entries: int) -> Figures:
    """Recompute the user from all entries after each event."""
    return _measure(store, events, folder, entries, _recompute)


def _recompute(container: Container) -> None:
    log, models = container.log(), container.models()
    entries = container.diaries().entries(COLLECTOR)
    states = {
        each.name: each.recompute(COLLECTOR, entries) for each in PROJECTIONS if each.of_user
    }
    documents = UserDocuments(COLLECTOR, states, datetime.now(UTC), log.tail(0))
    models.put_user(0, models.checkpoint(0), documents)


def _measure(
    store: Path,
    events: int,
    folder: Path | None,
    entries: int,
    count_in: Callable[[Container], object],
) -> Figures:
    """Record up to ``events`` commands on a copy of the store and count each in."""
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name) / "store"
        shutil.copytree(store, copy)
        container = open_store(copy)
        recorder = container.recorder()
        commands = _commands(folder, entries)
        for command in islice(commands, _WARM_UP):
            recorder.record(command)
            count_in(container)
        append, project = Stopwatch(), Stopwatch()
        done = 0
        for command in islice(commands, events):
            with append:
                recorder.record(command)
            with project:
                count_in(container)
            done += 1
            if done % 3 == 0 and project.seconds > _V3_SECONDS and count_in is _recompute:
                break
        container.close()
    return {
        "event_us": (append.seconds + project.seconds) / done * 1e6,
        "append_us": append.seconds / done * 1e6,
        "project_us": project.seconds / done * 1e6,
        "event_cpu_us": (append.cpu_seconds + project.cpu_seconds) / done * 1e6,
        "events": done,
    }


def _commands(folder: Path | None, entries: int) -> Iterator[Command]:
    """Add a film, rate it, delete it, and so on with the next."""
    for add in collection(folder, _MILLION, start=entries):
        yield add
        yield UpdateRating(
            event_id=f"{add.event_id}-rated",
            user_id=COLLECTOR,
            entry_id=add.entry_id,
            new_rating=3,
            now=add.now,
        )
        yield DeleteMovie(
            event_id=f"{add.event_id}-gone",
            user_id=COLLECTOR,
            entry_id=add.entry_id,
            now=add.now,
        )


def _by_entries(options: argparse.Namespace, stores: Path) -> Iterator[Side]:
    for entries in options.entries:
        store = stores / f"entries-{entries}"
        fill(store, collection(options.folder, entries))
        arguments = (store, options.events, options.folder, entries)
        yield Side(f"{entries:,} entries", "ours", ours, arguments)
        yield Side(f"{entries:,} entries", "V3", v3, arguments)


def _by_store(options: argparse.Namespace, stores: Path) -> Iterator[Side]:
    growing, before = stores / "growing", 0
    sizes = sorted(options.stored)
    for stored in sizes:
        fill(growing, islice(additions(options.folder, stored), before, None))
        before = stored
        store = stores / f"stored-{stored}"
        if stored == sizes[-1]:
            growing.rename(store)  # ten million events take many gigabytes
        else:
            shutil.copytree(growing, store)
        arguments = (store, options.events, options.folder, 0)
        yield Side(f"{stored:,} events in the store", "ours", ours, arguments)


def claims_of(results: list[Result]) -> list[Claim]:
    """How the cost grows from the shortest history to the longest."""
    claims: list[Claim] = []
    for what, side, kind, limit in (
        ("ours, longest history ÷ shortest", "ours", "entries", 1.2),
        ("V3, longest history ÷ shortest", "V3", "entries", None),
        ("ours, largest store ÷ smallest", "ours", "store", None),
    ):
        mine = [r for r in results if r.side == side and kind in r.case]
        for figure in ("event_us", "event_cpu_us"):
            shown = "CPU seconds" if "cpu" in figure else "seconds"
            growth = mine[-1].median(figure) / mine[0].median(figure)
            claims.append(Claim(f"{what}, {shown} an event", growth, limit))
    return claims


def main(arguments: list[str] | None = None) -> None:
    parser = make_parser(__doc__)
    parser.add_argument("--entries", type=int, nargs="+", default=[10, 1_000, 100_000])
    parser.add_argument("--stored", type=int, nargs="+", default=[10_000, 100_000, _MILLION])
    parser.add_argument("--events", type=int, default=300, help="how many are measured")
    parser.add_argument("--full", action="store_true", help="a store of ten million, too")
    options = parser.parse_args(arguments)
    if options.full:
        options.stored.append(10 * _MILLION)
    where = machine("orjson")
    with tempfile.TemporaryDirectory() as name:
        sides = [*_by_entries(options, Path(name)), *_by_store(options, Path(name))]
        results = run_in_turn(sides, options.repeat)
    publish("history", options, where, results, claims_of(results))


if __name__ == "__main__":
    main()
