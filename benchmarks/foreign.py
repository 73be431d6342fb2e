"""What it costs to take another application's topic into the log, beside counting it alone.

    python -m benchmarks.foreign [FOLDER] [--events 200000] [--repeat 3]

Drains one topic with the log on and off, in turn with the floor of the backfill, in one run.
Needs what ``benchmarks.backfill`` needs. Every side is compared with the events: a deletion
takes a play off the day of the trends on which the play was added where the log knows that day,
and off the day of the deletion where events are only counted.
"""

import argparse
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

from pymongo import MongoClient

from benchmarks.report import keep, machine

from .backfill.__main__ import DATA, KAFKA, MONGO, command_of, new_database
from .backfill.counts import Counts, day_of
from .backfill.events import Event, events
from .backfill.exactness import differing
from .backfill.report import Result, print_table, summary
from .backfill.runner import measure
from .backfill.sides import SIDES
from .backfill.topic import filled_topic

_SIDES = ("floor", "ours", "ours-log")


class InTheDiary(Counts):
    """Counts with each deletion on the day on which its play was added."""

    def __init__(self) -> None:
        super().__init__()
        self._added: dict[tuple[str, str, int | None, str], list[str]] = defaultdict(list)

    def _count(self, event: Event) -> None:
        super()._count(event)
        movie, day = event["movie"], day_of(event["timestamp"])
        film = movie["name"], movie["year"]
        added = self._added[event["user_id"], *film, movie["watched_date"]]
        if event["event_type"] == "ADD":
            added.append(day)
        elif event["event_type"] == "DELETE":
            self.days[day, *film] += 1
            self.days[added.pop(), *film] -= 1


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?", default=DATA)
    parser.add_argument("--events", type=int, default=200_000)
    parser.add_argument("--repeat", type=int, default=3)
    args = parser.parse_args()
    where = machine("pymongo", "orjson")
    with MongoClient[Any](MONGO) as client:
        where["versions"]["mongodb"] = client.server_info()["version"]
    results = {name: Result() for name in _SIDES}
    nets = {name: Counts() for name in _SIDES} | {"ours-log": InTheDiary()}
    for net in nets.values():
        net.fold(events(args.folder, args.events))
    with filled_topic(KAFKA, events(args.folder, args.events)) as topic:
        for turn in range(args.repeat):
            for name, result in results.items():
                print(f"{name}, run {turn + 1} of {args.repeat} …", file=sys.stderr)
                with new_database(topic) as (settings, database):
                    command = command_of(SIDES[name], args.folder, args.events)
                    result.runs.append(measure(command, settings))
                    result.differing |= differing(database, nets[name])
    print_table(results)
    facts = {"benchmark": "foreign", "events": args.events, "repeat": args.repeat}
    keep(facts | {"machine": where, "sides": summary(results)})


if __name__ == "__main__":
    main()
