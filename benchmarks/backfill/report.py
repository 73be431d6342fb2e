"""The table that people read and the figures that are kept."""

from dataclasses import dataclass, field
from statistics import median
from typing import Any

from .runner import Run
from .sides import SIDES


@dataclass
class Result:
    """What came of a side: its runs, and how many documents were wrong, by collection.

    ``after_crash`` has that for each moment at which the side was killed; moments that were
    not tried, or at which the side was done already, are missing.
    """

    runs: list[Run] = field(default_factory=list)
    differing: dict[str, int] = field(default_factory=dict)
    after_crash: dict[str, dict[str, int]] = field(default_factory=dict)


def print_table(results: dict[str, Result]) -> None:
    """Medians; CPU and memory of the side's processes and of the database apart."""
    floor = _floor(results)
    print(
        f"{'':<20}{'seconds':>8}{'spread':>13}{'÷ floor':>9}{'start-up':>9}{'CPU s':>7}"
        f"{'+start':>7}{'MB':>7}{'db CPU':>8}{'db MB':>7}  exact  after a crash"
    )
    for name, result in results.items():
        middle = _medians(result)
        times = sorted(run.seconds for run in result.runs)
        print(
            f"{SIDES[name].title:<20}{middle['seconds']:>8.1f}"
            f"{f'{times[0]:.1f}-{times[-1]:.1f}':>13}"
            f"{_shown(_ratio(middle, floor), 2):>9}{middle['start_up']:>9.1f}"
            f"{middle['cpu_seconds']:>7.1f}{middle['start_up_cpu_seconds']:>7.1f}"
            f"{middle['peak_mb']:>7.0f}{_shown(middle['database_cpu_seconds'], 1):>8}"
            f"{_shown(middle['database_peak_mb'], 0):>7}  {_verdict(result.differing):<5}"
            f"  {_after_crash(result)}"
        )


def summary(results: dict[str, Result]) -> dict[str, Any]:
    """The same figures, rounded, with every run's seconds."""
    floor = _floor(results)
    kept: dict[str, Any] = {}
    for name, result in results.items():
        middle = _medians(result)
        kept[name] = {
            **{key: None if n is None else round(n, 2) for key, n in middle.items()},
            "all_seconds": [round(run.seconds, 2) for run in result.runs],
            "ratio_to_floor": _ratio(middle, floor) and round(_ratio(middle, floor) or 0, 2),
            "differing": result.differing,
            "differing_after_crash": result.after_crash,
        }
    return kept


def _medians(result: Result) -> dict[str, float | None]:
    columns = zip(*result.runs, strict=True)
    return {
        name: None if None in column else median(column)
        for name, column in zip(Run._fields, columns, strict=True)
    }


def _floor(results: dict[str, Result]) -> float | None:
    return _medians(results["floor"])["seconds"] if "floor" in results else None


def _ratio(middle: dict[str, float | None], floor: float | None) -> float | None:
    seconds = middle["seconds"]
    return None if floor is None or seconds is None else seconds / floor


def _shown(number: float | None, digits: int) -> str:
    return "–" if number is None else f"{number:.{digits}f}"


def _verdict(wrong: dict[str, int]) -> str:
    return f"no ({', '.join(f'{n:,} {name}' for name, n in wrong.items())})" if wrong else "yes"


def _after_crash(result: Result) -> str:
    """Right only where every crash was survived; else what came of the worst."""
    if not result.after_crash:
        return "–"
    return _verdict(max(result.after_crash.values(), key=lambda wrong: sum(wrong.values())))
