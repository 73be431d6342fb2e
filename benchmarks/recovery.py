"""Recovery: time to be right again after a kill in mid-projection, and to rebuild it all.

    python -m benchmarks.recovery [--backlog 100000] [--rebuild 1000000]

A process that counts a backlog is killed (SIGKILL) once half of it is visible. A new one opens
the same files and goes on. The result has the seconds until the files are open and until
everything is visible. Afterwards every user is recomputed from the log and compared. The
rebuild replaces all read models by recomputed ones, beside the same log counted from nothing.
SIGKILL is not a power cut. No result is a pass or a fail.
"""

import multiprocessing
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from cinestats.entrypoints.container import Container

from .plays import additions, fill_log, open_store
from .report import Claim, Figures, Result, Side, Stopwatch, machine, publish, run_in_turn
from .report import parser as make_parser


def after_a_kill(store: Path, events: int) -> Figures:
    """Kill a projecting process half-way and be right again."""
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name) / "store"
        shutil.copytree(store, copy)
        counted = _kill_half_way(copy, events)
        opening, projecting, checking = Stopwatch(), Stopwatch(), Stopwatch()
        with opening:
            container = open_store(copy)
            projector, recorder = container.projector(), container.recorder()
        with projecting:
            recorder.catch_up(0)
            left = projector.catch_up()
        with checking:
            verdict = container.verifier().verify()
        container.close()
    return {
        "events_before_the_kill": counted,
        "events_after": left,
        "open_seconds": opening.seconds,
        "right_again_seconds": opening.seconds + projecting.seconds,
        "event_us": projecting.seconds / max(left, 1) * 1e6,
        "verify_seconds": checking.seconds,
        "differences": len(verdict.differences),
        "cpu_seconds": opening.cpu_seconds + projecting.cpu_seconds,
    }


def rebuild(store: Path, events: int) -> Figures:
    """Recompute every user from the log, and put the result in the old one's place."""
    return _timed(store, events, lambda container: container.rebuilder().rebuild)


def project(store: Path, events: int) -> Figures:
    """Count the whole log in, incrementally, into empty read models."""
    return _timed(store, events, lambda container: container.projector().catch_up)


def _timed(
    store: Path, events: int, prepared: Callable[[Container], Callable[[], object]]
) -> Figures:
    """What the work takes, prepared before the clock starts, on a copy of the store."""
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name) / "store"
        shutil.copytree(store, copy)
        container = open_store(copy)
        work, watch = prepared(container), Stopwatch()
        with watch:
            work()
        container.close()
    return {
        "right_again_seconds": watch.seconds,
        "event_us": watch.seconds / events * 1e6,
        "cpu_seconds": watch.cpu_seconds,
    }


def _kill_half_way(store: Path, events: int) -> int:
    """How many events were visible when the process was killed."""
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=_project_all, args=(store,))
    process.start()
    container = open_store(store)
    models = container.models()
    while (counted := models.checkpoint(0)) < events // 2 and process.is_alive():
        time.sleep(0.01)
    process.kill()
    process.join()
    counted = max(counted, models.checkpoint(0))
    container.close()
    return counted


def _project_all(store: Path) -> None:
    open_store(store).projector().catch_up()


def claims_of(results: list[Result]) -> list[Claim]:
    """What went wrong, which is to be nothing, and what a rebuild costs."""
    kill, rebuilt, projected = results
    spread = kill.figures["differences"]
    assert spread is not None
    ratio = rebuilt.median("event_us") / projected.median("event_us")
    return [
        Claim("differences from a recompute after the kill, most", spread.highest, 0),
        Claim("rebuild ÷ counting in from nothing", ratio),
    ]


def main(arguments: list[str] | None = None) -> None:
    parser = make_parser(__doc__)
    parser.add_argument("--backlog", type=int, default=100_000)
    parser.add_argument("--rebuild", type=int, default=1_000_000)
    options = parser.parse_args(arguments)
    where = machine("orjson")
    with tempfile.TemporaryDirectory() as name:
        backlog, full = Path(name) / "backlog", Path(name) / "full"
        fill_log(backlog, additions(options.folder, options.backlog))
        fill_log(full, additions(options.folder, options.rebuild))
        killed, whole = f"{options.backlog:,} events", f"{options.rebuild:,} events"
        sides = [
            Side(killed, "after a kill", after_a_kill, (backlog, options.backlog)),
            Side(whole, "rebuild", rebuild, (full, options.rebuild)),
            Side(whole, "count in from nothing", project, (full, options.rebuild)),
        ]
        results = run_in_turn(sides, options.repeat)
    publish("recovery", options, where, results, claims_of(results))


if __name__ == "__main__":
    main()
