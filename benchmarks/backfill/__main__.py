"""Drain one topic into MongoDB with every side in turn, and say which counts are right.

    make bench-setup bench-backfill
    python -m benchmarks.backfill [FOLDER] [--events 200000] [--repeat 3] [--sides floor,ours]

Needs Kafka and MongoDB (``eval "$(make -s stack)"``). FOLDER holds ratings.csv and
catalog.csv. Every run has a new database, which is dropped at its end. After the runs each
side is killed (SIGKILL, all its processes) in the middle of its writes on a topic of at most
20,000 events, started again, and left to recover as its tool does. Prints a table and one
line of JSON; nothing is pass or fail.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

from pymongo import MongoClient
from pymongo.database import Database

from benchmarks.report import keep, machine

from .counts import Counts
from .events import events
from .exactness import differing
from .report import Result, print_table, summary
from .runner import kill_when, measure
from .settings import Settings
from .sides import COMPARED, SIDES, Side
from .topic import filled_topic, forget

KAFKA = os.environ.get("CINESTATS_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:9092")
MONGO = os.environ.get("CINESTATS_MONGO_URI", "mongodb://127.0.0.1:27017")
_CRASH_EVENTS = 20_000
_PEERS = ("quixstreams", "bytewax", "confluent-kafka", "pymongo", "orjson")
DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


@contextmanager
def new_database(topic: str) -> Generator[tuple[Settings, Database[Any]]]:
    """A database and a folder for one run, both gone at its end."""
    name = f"backfill_{uuid4().hex[:8]}"
    with MongoClient[Any](MONGO) as client, tempfile.TemporaryDirectory() as state:
        try:
            yield Settings(KAFKA, topic, MONGO, name, state), client[name]
        finally:
            client.drop_database(name)
            forget(KAFKA, name)


def command_of(side: Side, folder: Path, count: int) -> list[str]:
    """The side's command, with the events' place and number where it needs them."""
    return [*side.command, *([str(folder), str(count)] if side.needs_events else [])]


def run_all(names: list[str], folder: Path, count: int, repeat: int) -> dict[str, Result]:
    """Every side in turn, ``repeat`` times, on one topic."""
    results = {name: Result() for name in names}
    net = Counts().fold(events(folder, count))
    with filled_topic(KAFKA, events(folder, count)) as topic:
        for turn in range(repeat):
            for name, result in results.items():
                print(f"{name}, run {turn + 1} of {repeat} …", file=sys.stderr)
                with new_database(topic) as (settings, database):
                    side = SIDES[name]
                    result.runs.append(measure(command_of(side, folder, count), settings))
                    result.differing |= differing(database, net)
    return results


def crash_all(results: dict[str, Result], folder: Path, count: int) -> None:
    """Kill every side at each of two moments, start it again, and compare.

    The moments are those at which half of the affinities are there, or half of the days: a
    side may write the one in a safe way and not the other.
    """
    net = Counts().fold(events(folder, count))
    halves = {"user_affinities": len(net.affinities) // 2, "global_days": len(net.days) // 2}
    with filled_topic(KAFKA, events(folder, count)) as topic:
        for name, result in results.items():
            side = SIDES[name]
            for collection, half in halves.items() if side.recovers else ():
                print(f"{name}, killed at half of {collection} …", file=sys.stderr)
                command = command_of(side, folder, count)
                with new_database(topic) as (settings, database):
                    if kill_when(
                        command, settings, partial(_holds, database, collection, half)
                    ):
                        measure(command, settings)
                        result.after_crash[collection] = differing(database, net)


def _holds(database: Database[Any], collection: str, count: int) -> bool:
    return database[collection].estimated_document_count() >= count


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?", default=DATA)
    parser.add_argument("--events", type=int, default=200_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--sides", default=",".join(COMPARED), help=", ".join(SIDES))
    parser.add_argument("--name", default="backfill", help="of the file that keeps the result")
    parser.add_argument("--no-crash", action="store_true", help="only measure")
    args = parser.parse_args()
    names = args.sides.split(",")
    if unknown := set(names) - set(SIDES):
        parser.error(f"there is no side {', '.join(sorted(unknown))}")
    where = machine(*_PEERS)
    with MongoClient[Any](MONGO) as client:
        where["versions"]["mongodb"] = client.server_info()["version"]
    results = run_all(names, args.folder, args.events, args.repeat)
    if not args.no_crash:
        crash_all(results, args.folder, min(args.events, _CRASH_EVENTS))
    print_table(results)
    facts = {"benchmark": args.name, "events": args.events, "repeat": args.repeat}
    keep(facts | {"machine": where, "sides": summary(results)})


if __name__ == "__main__":
    main()
