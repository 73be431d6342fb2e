"""Embedded: append, project and read, beside bare SQLite that makes the same row changes.

    python -m benchmarks.embedded [--sizes 10000 100000 1000000] [--repeat 3]

The bare side replays, from a tape, every statement by which ours changed a row, with the same
parameters and the same transactions, on files with the same schema and pragmas: what remains
is SQLite itself. For reading it replays our queries. The tape is read while the clock stands
still. It takes memory, so only our side reports its peak memory. No result is a pass or a
fail.
"""

import pickle
import sqlite3
import tempfile
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

from cinestats.adapters.sqlite import database

from .plays import additions, chunks, open_store
from .report import Claim, Figures, Result, Side, Stopwatch, machine, publish, run_in_turn
from .report import parser as make_parser

_READS = 100
_PHASES = ("append", "project", "read")
Statement = tuple[str, str, str, list[Any]]
"""The file, the method (execute or executemany), the SQL and its parameters."""


class Taping(sqlite3.Connection):
    """A connection that keeps, in ``statements``, what it is asked to do."""

    statements: list[Statement]

    def __init__(self, path: Path, *arguments: Any, **options: Any) -> None:
        super().__init__(path, *arguments, **options)
        self._file = Path(path).name

    def execute(self, sql: str, parameters: Any = ()) -> sqlite3.Cursor:
        self.statements.append((self._file, "execute", sql, list(parameters)))
        return super().execute(sql, parameters)

    def executemany(self, sql: str, parameters: Iterable[Any]) -> sqlite3.Cursor:
        rows = [list(row) for row in parameters]
        self.statements.append((self._file, "executemany", sql, rows))
        return super().executemany(sql, rows)


def ours(folder: Path | None, count: int) -> Figures:
    """Record, project and read through the use cases, on new files."""
    with tempfile.TemporaryDirectory() as store:
        return _use(Path(store), folder, count, lambda _phase: None)


def bare(tape: Path, template: Path, count: int) -> Figures:
    """Replay the tape on files that hold the schema and no rows."""
    watches = {phase: Stopwatch() for phase in _PHASES}
    with tempfile.TemporaryDirectory() as name:
        connections = {
            path.name: _bare_connection(path, Path(name), durable=path.name == "log.db")
            for path in template.glob("*.db")
        }
        for phase, changes in read_tape(tape):
            with watches[phase]:
                for file, method, sql, parameters in changes:
                    cursor = getattr(connections[file], method)(sql, parameters)
                    if phase == "read":
                        cursor.fetchall()
        for connection in connections.values():
            connection.close()
    return _figures(watches, count) | {"peak_mb": None}


def make_tape(folder: Path | None, count: int, tape: Path, template: Path) -> None:
    """Run ours once, and keep what it did to its files; ``template`` gets empty ones."""
    _use_nothing(template)
    statements: list[Statement] = []
    Taping.statements = statements
    connect = partial(sqlite3.connect, factory=Taping)
    with (
        tempfile.TemporaryDirectory() as store,
        tape.open("wb") as file,
        patch.object(database.sqlite3, "connect", connect),
    ):

        def keep(phase: str) -> None:
            kept = [s for s in statements if phase == "read" or _changes_rows(s[2])]
            pickle.dump((phase, kept), file)
            statements.clear()

        _use(Path(store), folder, count, keep, opened=statements.clear)


def _use(
    store: Path,
    folder: Path | None,
    count: int,
    done: Callable[[str], None],
    opened: Callable[[], None] = lambda: None,
) -> Figures:
    """Record and project ``count`` plays, then read; ``done`` hears of each end."""
    watches = {phase: Stopwatch() for phase in _PHASES}
    container = open_store(store)
    recorder, projector, models = (
        container.recorder(),
        container.projector(),
        container.models(),
    )
    opened()
    users: dict[str, None] = {}
    for chunk in chunks(additions(folder, count)):
        if len(users) < _READS:
            users |= dict.fromkeys(command.user_id for command in chunk)
        with watches["append"]:
            recorder.record_all(chunk)
        done("append")
        with watches["project"]:
            projector.catch_up()
        done("project")
    for user in list(users)[:_READS]:
        with watches["read"]:
            models.user_stats(user)
            models.affinities(user, "director", limit=10)
            models.affinities(user, "actor", limit=10)
            models.affinities(user, "genre", limit=10)
        done("read")
    container.close()
    return _figures(watches, count)


def _figures(watches: dict[str, Stopwatch], count: int) -> Figures:
    append, project, read = (watches[phase] for phase in _PHASES)
    return {
        "append_us": append.seconds / count * 1e6,
        "project_us": project.seconds / count * 1e6,
        "read_us": read.seconds / _READS * 1e6,
        "events_per_second": count / (append.seconds + project.seconds),
        "write_seconds": append.seconds + project.seconds,
        "cpu_seconds": append.cpu_seconds + project.cpu_seconds,
    }


def _use_nothing(template: Path) -> None:
    container = open_store(template)
    for store in (container.log, container.diaries, container.models):
        store()
    container.close()


def _bare_connection(template: Path, folder: Path, *, durable: bool) -> sqlite3.Connection:
    connection = sqlite3.connect(folder / template.name, isolation_level=None)
    with sqlite3.connect(template) as source:
        source.backup(connection)
    source.close()
    connection.execute(f"PRAGMA journal_mode={database.JOURNAL_MODE}")
    connection.execute(f"PRAGMA synchronous={'FULL' if durable else 'OFF'}")
    connection.execute("PRAGMA cache_size=-32768")
    return connection


def _changes_rows(sql: str) -> bool:
    # A plain BEGIN is that of a snapshot, which only reads.
    return sql == "BEGIN IMMEDIATE" or sql.startswith(("INSERT", "UPDATE", "DELETE", "COMMIT"))


def read_tape(tape: Path) -> Iterator[tuple[str, list[Statement]]]:
    """Phase by phase what was done; the file is one that ``make_tape`` has just made."""
    with tape.open("rb") as file:
        while file.peek(1):
            yield pickle.load(file)


@contextmanager
def _tapes(folder: Path | None, sizes: list[int]) -> Generator[list[Side]]:
    with tempfile.TemporaryDirectory() as name:
        sides: list[Side] = []
        for size in sizes:
            tape, template = Path(name) / f"{size}.tape", Path(name) / f"{size}.empty"
            make_tape(folder, size, tape, template)
            case = f"{size:,} events"
            sides.append(Side(case, "ours", ours, (folder, size)))
            sides.append(Side(case, "bare SQLite", bare, (tape, template, size)))
        yield sides


def claims_of(results: list[Result], sizes: list[int]) -> list[Claim]:
    """Ours beside the bare side for each size, and how memory grows."""
    found = {(result.case, result.side): result for result in results}
    claims: list[Claim] = []
    for case in (f"{size:,} events" for size in sizes):
        mine, theirs = found[case, "ours"], found[case, "bare SQLite"]
        claims += [
            Claim(
                f"ours ÷ bare SQLite, {what}, {case}",
                mine.median(figure) / theirs.median(figure),
                2.5 if figure == "write_seconds" else None,
            )
            for what, figure in (
                ("append and project", "write_seconds"),
                ("append", "append_us"),
                ("project", "project_us"),
                ("read", "read_us"),
            )
        ]
    first, last = (found[f"{size:,} events", "ours"] for size in (min(sizes), max(sizes)))
    claims.append(
        Claim(
            "peak memory, most events ÷ fewest",
            last.median("peak_mb") / first.median("peak_mb"),
        )
    )
    return claims


def main(arguments: list[str] | None = None) -> None:
    parser = make_parser(__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    options = parser.parse_args(arguments)
    where = machine("orjson")
    with _tapes(options.folder, options.sizes) as sides:
        results = run_in_turn(sides, options.repeat)
    publish("embedded", options, where, results, claims_of(results, options.sizes))


if __name__ == "__main__":
    main()
