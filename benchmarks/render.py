"""Fill docs/benchmarks.md with the figures of benchmarks/results, and draw the curves.

    make bench-render

The table of NAME.json goes between ``<!-- figures: NAME -->`` and ``<!-- end -->``. The rest of
the page is written by hand. The curves are SVG files in docs/benchmarks/.
"""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .backfill.sides import SIDES
from .report import RESULTS, ROOT, shown

PAGE = ROOT / "docs" / "benchmarks.md"
PICTURES = ROOT / "docs" / "benchmarks"
_MARKED = re.compile(r"(<!-- figures: (?P<name>[a-z]+) -->\n).*?(<!-- end -->)", re.DOTALL)
_RESOURCES = {
    "cpu_seconds": "CPU s",
    "peak_mb": "MB",
    "database_cpu_seconds": "database CPU s",
    "database_peak_mb": "database MB",
}
_LIVE = {
    "per_second": "visible a second",
    "unsent": "share not sent",
    "refused": "refused",
    "accepted_p50_ms": "accepted p50, ms",
    "accepted_p99_ms": "accepted p99, ms",
    "accepted_max_ms": "accepted max, ms",
    "due_p99_ms": "due p99, ms",
    **_RESOURCES,
}
COLUMNS: dict[str, dict[str, str]] = {
    "live": _LIVE,
    "http": _LIVE,
    "history": {
        "event_us": "an event, µs",
        "append_us": "append, µs",
        "project_us": "count in, µs",
        "event_cpu_us": "CPU, µs",
        "peak_mb": "MB",
    },
    "embedded": {
        "events_per_second": "events a second",
        "append_us": "append, µs",
        "project_us": "project, µs",
        "read_us": "read a page, µs",
        "cpu_seconds": "CPU s",
        "peak_mb": "MB",
    },
    "reads": {
        "page_p50_ms": "page p50, ms",
        "page_p99_ms": "page p99, ms",
        "page_of_1000_p50_ms": "page of 1,000 plays, ms",
        "stats_p50_ms": "stats p50, ms",
        "affinities_p50_ms": "affinities p50, ms",
        "trends_p50_ms": "trends p50, ms",
        "trends_refresh_ms": "refresh of the trends, ms",
        "peak_mb": "MB",
    },
    "codec": {
        "event_us": "an event, µs",
        "lets_through": "broken records accepted",
        "of_broken": "of",
    },
    "recovery": {
        "events_after": "events to count",
        "open_seconds": "open, s",
        "right_again_seconds": "right again, s",
        "event_us": "an event, µs",
        "differences": "differences",
        "cpu_seconds": "CPU s",
        "peak_mb": "MB",
    },
    "scale": {
        "events_per_second": "events a second",
        "partitions": "partitions",
        "cores": "cores",
        "shards": "shards",
        "p50_seconds_on_paper": "p50 on paper, s",
        "p50_seconds_simulated": "simulated",
        "p99_seconds_on_paper": "p99 on paper, s",
        "p99_seconds_simulated": "simulated",
        "cores_busy_on_paper": "cores busy on paper",
        "cores_busy_simulated": "simulated",
        "shards_busy_simulated": "shards busy",
    },
}


def load(name: str, folder: Path = RESULTS) -> dict[str, Any] | None:
    """Read the result of a benchmark; None if it was not run."""
    path = folder / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def fill(page: str, folder: Path = RESULTS) -> str:
    """Put the figures of the results into their places in the page."""

    def figures(match: re.Match[str]) -> str:
        name = match["name"]
        result = load(name, folder)
        text = "Not run yet.\n" if result is None else section(result)
        return f"{match[1]}\n{text}\n{match[3]}"

    return _MARKED.sub(figures, page)


def section(result: dict[str, Any]) -> str:
    """Write a result as Markdown: where it ran, the table, and the ratios."""
    name: str = result["benchmark"]
    rows = _backfill(result) if "sides" in result else _rows(result, COLUMNS[name])
    head, *body = [f"| {' | '.join(row)} |" for row in rows]
    line = f"|{'---|' * len(rows[0])}"
    claims = [_claim(claim) for claim in result.get("claims", [])]
    parts = [_where(result), "\n".join([head, line, *body]), "\n".join(claims)]
    if name in PICTURE_OF:
        parts.append(f"![{PICTURE_OF[name].__doc__}](benchmarks/{name}.svg)")
    return "\n\n".join(part for part in parts if part) + "\n"


def _where(result: dict[str, Any]) -> str:
    machine = result["machine"]
    versions = ", ".join(f"{name} {number}" for name, number in machine["versions"].items())
    options = result.get("options") or {"events": result["events"]}
    repeat = options.get("repeat", result.get("repeat"))
    chosen = ", ".join(
        f"{name.replace('_', ' ')} {_option(value)}"
        for name, value in options.items()
        if name != "repeat" and value is not False
    )
    runs = f"median of {repeat} runs" if repeat > 1 else "one run"
    return (
        f"{result['finished'][:10]}, {machine['cpu']}, {machine['cores']} cores,"
        f" {machine['memory_gb']} GB, {machine['system']}; load at the start"
        f" {machine['load_at_begin']}; {runs}"
        f"{' with ' + chosen if chosen else ''}; {versions}."
    )


def _option(value: object) -> str:
    values = value if isinstance(value, list) else [value]
    return " ".join(f"{v:,.10g}" if isinstance(v, int | float) else str(v) for v in values)


def _rows(result: dict[str, Any], columns: dict[str, str]) -> list[list[str]]:
    used = [name for name in columns if any(row.get(name) for row in result["results"])]
    head = ["case", "side", *(columns[name] for name in used)]
    return [
        head,
        *(
            [row["case"], row["side"], *(_cell(row.get(name)) for name in used)]
            for row in result["results"]
        ),
    ]


def _cell(spread: dict[str, float] | None) -> str:
    if spread is None:
        return "–"
    middle, lowest, highest = (shown(spread[key]) for key in ("median", "lowest", "highest"))
    return middle if lowest == highest else f"{middle} ({lowest}–{highest})"


def _claim(claim: dict[str, Any]) -> str:
    budget = "" if claim["limit"] is None else f" (budget {claim['limit']:g})"
    return f"- {claim['what']}: **{shown(claim['reached'])}**{budget}"


def _backfill(result: dict[str, Any]) -> list[list[str]]:
    columns = {
        "seconds": "seconds",
        "ratio_to_floor": "÷ floor",
        "start_up": "start-up, s",
        **_RESOURCES,
        "start_up_cpu_seconds": "start-up CPU s",
    }
    rows = [["side", *columns.values(), "exact", "exact after a crash"]]
    for name, side in result["sides"].items():
        cells = {key: "–" if side[key] is None else shown(side[key]) for key in columns}
        seconds, crashes = side["all_seconds"], side["differing_after_crash"].values()
        spread = {"median": side["seconds"], "lowest": min(seconds), "highest": max(seconds)}
        cells["seconds"] = _cell(spread)
        after = _verdict(any(crashes)) if crashes else "–"
        rows.append([SIDES[name].title, *cells.values(), _verdict(side["differing"]), after])
    return rows


def _verdict(differing: object) -> str:
    return "no" if differing else "yes"


# ── Pictures ─────────────────────────────────────────────────────────────────────────────


def _number(case: str) -> float:
    return float(case.split()[0].replace(",", ""))


def _curve(axes: Axes, rows: list[dict[str, Any]], figure: str, label: str) -> None:
    """Draw a line through the medians, and a band from minimum to maximum."""
    x = [_number(row["case"]) for row in rows]
    y = [[row[figure][key] for row in rows] for key in ("median", "lowest", "highest")]
    (line,) = axes.plot(x, y[0], marker="o", label=label)
    axes.fill_between(x, y[1], y[2], alpha=0.2, color=line.get_color())


def _finish(axes: Axes, x: str, y: str, scale: str = "log") -> None:
    axes.set(xscale="log", yscale=scale, xlabel=x, ylabel=y)
    axes.grid(visible=True, alpha=0.3)
    axes.legend()


def draw_history(result: dict[str, Any], figure: Figure) -> None:
    """Cost of an event over the user's entries, and over the events in the store."""
    left, right = figure.subplots(1, 2, sharey=True)
    for axes, kind, x in (
        (left, "entries", "entries of the user"),
        (right, "store", "events in the store"),
    ):
        rows = [row for row in result["results"] if kind in row["case"]]
        for side in dict.fromkeys(row["side"] for row in rows):
            _curve(axes, [row for row in rows if row["side"] == side], "event_us", side)
        _finish(axes, x, "µs an event")


def draw_live(result: dict[str, Any], figure: Figure) -> None:
    """p99 from due to visible over the rate."""
    axes = figure.subplots()
    for side in dict.fromkeys(row["side"] for row in result["results"]):
        rows = [row for row in result["results"] if row["side"] == side]
        _curve(axes, rows, "due_p99_ms", side)
    _finish(axes, "events a second", "p99 from due to visible, ms")


def draw_scale(result: dict[str, Any], figure: Figure) -> None:
    """Lag on paper and simulated, and the size of the cluster, over the users."""
    left, right = figure.subplots(1, 2)
    for name, label in (("on_paper", "on paper"), ("simulated", "simulated")):
        _curve(left, result["results"], f"p99_seconds_{name}", label)
    left.set_ylim(bottom=0)
    _finish(left, "users", "p99 of the lag, s", "linear")
    for name in ("partitions", "cores", "shards"):
        _curve(right, result["results"], name, name)
    _finish(right, "users", "number")


PICTURE_OF: dict[str, Callable[[dict[str, Any], Figure], None]] = {
    "history": draw_history,
    "live": draw_live,
    "scale": draw_scale,
}


def main() -> None:
    mpl.rcParams["svg.hashsalt"] = "cinestats"  # the same figures give the same file
    PICTURES.mkdir(parents=True, exist_ok=True)
    for name, draw in PICTURE_OF.items():
        if (result := load(name)) is not None:
            figure = Figure(figsize=(9, 3.6), layout="constrained")
            draw(result, figure)
            figure.savefig(PICTURES / f"{name}.svg", metadata={"Date": None})
    PAGE.write_text(fill(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
