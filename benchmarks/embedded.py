"""Embedded throughput: append and project film additions through the use cases.

    python benchmarks/embedded.py [FOLDER] [--sizes 10000 100000 1000000] [--repeat 3]

FOLDER holds ratings.csv (user, film, rating, time) and catalog.csv. Every size runs in a
process of its own on new files; larger sizes repeat the ratings with new users. Prints
events a second, the cost of an event against the smallest size of the same run, peak memory
and the time to read a user's statistics; nothing is pass or fail.
"""

import argparse
import csv
import json
import platform
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from cinestats.adapters.catalogue_csv import read_catalogue
from cinestats.adapters.ids import new_id
from cinestats.adapters.sqlite.diary_store import SqliteDiaryStore
from cinestats.adapters.sqlite.event_log import SqliteEventLog
from cinestats.adapters.sqlite.read_models import SqliteReadModels
from cinestats.application.project import Projector
from cinestats.application.record import Recorder
from cinestats.domain.diary import AddMovie
from cinestats.domain.movie import Movie

CHUNK = 2000


def commands(folder: Path, count: int) -> Iterator[AddMovie]:
    """``count`` additions, as the ratings say, with new users in every round."""
    with (folder / "catalog.csv").open(encoding="utf-8", newline="") as file:
        numbers = [row["movie_id"] for row in csv.DictReader(file)]
    films = [film.movie for film in read_catalogue((folder / "catalog.csv").read_bytes()).films]
    by_number: dict[str, Movie] = dict(zip(numbers, films, strict=True))
    with (folder / "ratings.csv").open(encoding="utf-8", newline="") as file:
        ratings = list(csv.DictReader(file))
    today = datetime.now(UTC).date()
    for n in range(count):
        row = ratings[n % len(ratings)]
        moment = datetime.fromtimestamp(int(row["timestamp"]), UTC)
        event_id = new_id()
        yield AddMovie(
            event_id,
            f"{n // len(ratings)}-{row['user_id']}",
            event_id,
            by_number[row["movie_id"]],
            int(float(row["rating"]) * 2),
            moment.date(),
            moment.date(),
            today,
            moment,
        )


def measure(folder: Path, count: int) -> dict[str, float]:
    """One run in this process."""
    with tempfile.TemporaryDirectory() as directory:
        log = SqliteEventLog(Path(directory) / "log.db")
        diaries = SqliteDiaryStore(Path(directory) / "diary.db")
        models = SqliteReadModels(Path(directory) / "views.db")
        recorder = Recorder(log, log, diaries)
        projector = Projector(log, models, lambda: datetime.now(UTC))
        pending: list[AddMovie] = []
        spent = appended = 0.0
        for command in commands(folder, count):
            pending.append(command)
            if len(pending) == CHUNK:
                spent, appended = _send(recorder, projector, pending, spent, appended)
        spent, appended = _send(recorder, projector, pending, spent, appended)
        user = max(log.users(), key=lambda u: len(diaries.entries(u)))
        started = time.perf_counter()
        for _ in range(100):
            models.user_stats(user)
        read = (time.perf_counter() - started) / 100
        return {
            "events": log.tail(0),
            "seconds": spent,
            "append_seconds": appended,
            "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            "read_ms": read * 1000,
            "longest_diary": len(diaries.entries(user)),
        }


def _send(
    recorder: Recorder,
    projector: Projector,
    pending: list[AddMovie],
    spent: float,
    appended: float,
) -> tuple[float, float]:
    started = time.perf_counter()
    recorder.record_all(pending)
    middle = time.perf_counter()
    projector.catch_up()
    pending.clear()
    return spent + time.perf_counter() - started, appended + middle - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    default = Path(__file__).parents[2] / "shared" / "data"
    parser.add_argument("folder", type=Path, nargs="?", default=default)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_836, 1_000_000])
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        print(json.dumps(measure(args.folder, args.one)))
        return
    python, sqlite = platform.python_version(), sqlite3.sqlite_version
    print(f"Python {python}, SQLite {sqlite}, {platform.machine()}")
    print(f"{'events':>9} {'events/s':>9} {'spread':>13} {'cost':>6} {'MB':>5} {'read ms':>8}")
    results: list[dict[str, object]] = []
    base = 0.0
    for size in args.sizes:
        command = [sys.executable, __file__, str(args.folder), "--one", str(size)]
        runs = [json.loads(subprocess.check_output(command)) for _ in range(args.repeat)]
        rates = sorted(run["events"] / run["seconds"] for run in runs)
        rate = median(rates)
        base = base or rate
        peak, read = (max(run[key] for run in runs) for key in ("peak_mb", "read_ms"))
        print(
            f"{size:>9} {rate:>9.0f} {rates[0]:>6.0f}-{rates[-1]:<6.0f} {base / rate:>6.2f}"
            f" {peak:>5.0f} {read:>8.3f}"
        )
        results.append({"size": size, "runs": runs})
    print(json.dumps({"benchmark": "embedded", "results": results}))


if __name__ == "__main__":
    main()
