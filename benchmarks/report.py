"""What the scenarios share: run the sides in turn, each in its own process, and report figures.

A side is a function that returns figures by name; the name ends in the unit. Every side runs
``repeat`` times, in turn with the others, so that they share whatever else the machine does.
Peak memory is added to a side's figures, and CPU seconds too unless the side measures them
itself. A database in another process has its own figures.
"""

import argparse
import json
import multiprocessing
import os
import platform
import resource
import sqlite3
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple, Self

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results"
DATA = ROOT.parent / "shared" / "data"

Figures = dict[str, float | None]
"""The figures of one run by name; None where there is nothing to measure."""


class Side(NamedTuple):
    """What is measured: ``run(*arguments)`` by side ``name`` under the conditions ``case``."""

    case: str
    name: str
    run: Callable[..., Figures]
    arguments: tuple[Any, ...] = ()


class Spread(NamedTuple):
    """A figure over all runs of a side."""

    median: float
    lowest: float
    highest: float


class Result(NamedTuple):
    """The figures of a side over all its runs."""

    case: str
    side: str
    figures: dict[str, Spread | None]

    def median(self, figure: str) -> float:
        """Return the median of a figure; raises KeyError where there is none."""
        spread = self.figures[figure]
        if spread is None:
            raise KeyError(figure)
        return spread.median


class Claim(NamedTuple):
    """A figure beside its budget; ``limit`` is None where no budget was set."""

    what: str
    reached: float
    limit: float | None = None


class Stopwatch:
    """Adds up the seconds, and this process's CPU seconds, of its ``with`` blocks."""

    def __init__(self) -> None:
        self.seconds = self.cpu_seconds = 0.0

    def __enter__(self) -> Self:
        self._began = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *_: object) -> None:
        self.seconds += time.perf_counter() - self._began[0]
        self.cpu_seconds += time.process_time() - self._began[1]


def run_in_turn(sides: Sequence[Side], repeat: int) -> list[Result]:
    """Run every side ``repeat`` times, each time in a new process."""
    runs: list[list[Figures]] = [[] for _ in sides]
    for turn in range(repeat):
        for side, done in zip(sides, runs, strict=True):
            shown = f"{side.case}, {side.name}: run {turn + 1} of {repeat}"
            print(shown, file=sys.stderr, flush=True)
            done.append(in_new_process(side.run, *side.arguments))
    return [
        Result(side.case, side.name, summarize(done))
        for side, done in zip(sides, runs, strict=True)
    ]


def in_new_process(run: Callable[..., Figures], *arguments: Any) -> Figures:
    """Run a function in a new process and return its figures."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=1, mp_context=context) as pool:
        return pool.submit(_measured, run, arguments).result()


def _measured(run: Callable[..., Figures], arguments: tuple[Any, ...]) -> Figures:
    figures = run(*arguments)
    used = resource.getrusage(resource.RUSAGE_SELF)
    own: Figures = {
        "cpu_seconds": used.ru_utime + used.ru_stime,
        "peak_mb": _peak_kib(used) / 1024,
        "database_cpu_seconds": None,
        "database_peak_mb": None,
    }
    return own | figures


def _peak_kib(used: resource.struct_rusage) -> int:
    # Linux lets a program that was just started inherit its parent's peak in ru_maxrss.
    status = Path("/proc/self/status")
    if not status.exists():
        return used.ru_maxrss // (1024 if sys.platform == "darwin" else 1)
    (line,) = (x for x in status.read_text(encoding="ascii").splitlines() if "VmHWM" in x)
    return int(line.split()[1])


def summarize(runs: Sequence[Figures]) -> dict[str, Spread | None]:
    """Compute the median, minimum and maximum of every figure."""
    spreads: dict[str, Spread | None] = {}
    for name in runs[0]:
        values = [value for run in runs if (value := run[name]) is not None]
        spreads[name] = Spread(median(values), min(values), max(values)) if values else None
    return spreads


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the smallest value that ``percent`` % of them do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, -int(-len(ordered) * percent // 100) - 1)]


def machine(*packages: str) -> dict[str, Any]:
    """Describe the machine, the versions, and the load at the start."""
    return {
        "cpu": _cpu_model(),
        "cores": os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9),
        "system": f"{platform.system()} {platform.machine()}",
        "load_at_begin": round(os.getloadavg()[0], 2),
        "versions": {
            "python": platform.python_version(),
            "sqlite": sqlite3.sqlite_version,
            **{name: version(name) for name in packages},
        },
    }


def _cpu_model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:  # not Linux
        return platform.processor()
    models = [line.partition(":")[2].strip() for line in lines if "model name" in line]
    return models[0] if models else platform.processor()


def parser(doc: str | None, repeat: int = 3) -> argparse.ArgumentParser:
    """Make the parser with the options that every scenario has."""
    made = argparse.ArgumentParser(description=(doc or "").splitlines()[0])
    made.add_argument(
        "--folder",
        type=Path,
        default=DATA if DATA.is_dir() else None,
        help="a folder with ratings.csv and catalog.csv, from which the plays are made",
    )
    made.add_argument(
        "--sample",
        dest="folder",
        action="store_const",
        const=None,
        help="make the plays from the films in the package; the default without a folder",
    )
    made.add_argument("--repeat", type=int, default=repeat, help="how often each side runs")
    made.add_argument("--results", type=Path, default=RESULTS, help="the folder for the JSON")
    return made


def publish(
    benchmark: str,
    options: argparse.Namespace,
    where: Mapping[str, Any],
    results: Sequence[Result],
    claims: Sequence[Claim],
) -> None:
    """Print the table, and ``keep`` the figures.

    ``where`` is what ``machine`` returned before the first run.
    """
    _print_table(benchmark, results, claims)
    facts = {
        "benchmark": benchmark,
        "machine": where,
        "plays": "ratings of the folder" if options.folder else "the package's sample",
        "options": {
            name: value
            for name, value in vars(options).items()
            if name != "name" and not isinstance(value, Path) and value is not None
        },
        "results": [
            {
                "case": result.case,
                "side": result.side,
                **{
                    name: None if spread is None else _rounded(spread)
                    for name, spread in result.figures.items()
                },
            }
            for result in results
        ],
        "claims": [
            claim._asdict() | {"reached": float(f"{claim.reached:.4g}")} for claim in claims
        ],
    }
    keep(facts, options.results)


def keep(facts: Mapping[str, Any], folder: Path = RESULTS) -> None:
    """Print the facts as one line of JSON, and write them to ``<benchmark>.json``."""
    dated = {**facts, "finished": datetime.now(UTC).isoformat(timespec="seconds")}
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{facts['benchmark']}.json"
    path.write_text(json.dumps(dated, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(dated))


def _rounded(spread: Spread) -> dict[str, float]:
    return {name: float(f"{value:.4g}") for name, value in spread._asdict().items()}


def _print_table(benchmark: str, results: Sequence[Result], claims: Sequence[Claim]) -> None:
    names = list(dict.fromkeys(name for result in results for name in result.figures))
    names = [n for n in names if any(result.figures.get(n) for result in results)]
    table = Table("case", "side", title=benchmark, box=None, pad_edge=False)
    for name in names:
        table.add_column(name.replace("_", " "), justify="right")
    for result in results:
        cells = [_cell(result.figures.get(name)) for name in names]
        table.add_row(result.case, result.side, *cells)
    console = Console(width=max(100, 18 * (len(names) + 2)))
    console.print(table)
    for what, reached, limit in claims:
        budget = "" if limit is None else f" (budget {limit:g})"
        console.print(f"{what}: {shown(reached)}{budget}", highlight=False)


def _cell(spread: Spread | None) -> str:
    if spread is None:
        return "–"
    middle, lowest, highest = (shown(value) for value in spread)
    return middle if lowest == highest else f"{middle} ({lowest}–{highest})"


def shown(value: float) -> str:
    """A number with about three digits.

    >>> shown(12345.6), shown(1.234), shown(0.00123)
    ('12,346', '1.23', '0.00123')
    """
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"
