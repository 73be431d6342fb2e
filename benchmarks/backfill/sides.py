"""The sides by name, and the command that runs each."""

import sys
from pathlib import Path
from typing import NamedTuple

_ROOT = Path(__file__).resolve().parents[2]
_OURS = str(_ROOT / ".venv" / "bin" / "python")
_PEERS = sys.executable
_PACKAGE = "benchmarks.backfill"
_STREAMS = Path(__file__).resolve().parent / "kafka-streams" / "target"


class Side(NamedTuple):
    """The name of a side in the table, and its command.

    ``needs_events``: the command gets the events' place and number as arguments.
    """

    title: str
    command: tuple[str, ...]
    needs_events: bool = False
    recovers: bool = True


def _kafka_streams(mode: str) -> tuple[str, ...]:
    classpath = f"{_STREAMS / 'classes'}:{_STREAMS / 'dependency'}/*"
    return ("java", "-cp", classpath, "backfill.Backfill", mode)


SIDES: dict[str, Side] = {
    "floor": Side("floor", (_PEERS, "-m", f"{_PACKAGE}.floor"), True, False),
    "ours": Side("ours", (_OURS, "-m", f"{_PACKAGE}.ours")),
    "ours-log": Side(
        "ours, with the log",
        ("env", "CINESTATS_FOREIGN_LOG=on", _OURS, "-m", f"{_PACKAGE}.ours"),
    ),
    "v6": Side("plain V6", (_OURS, "-m", f"{_PACKAGE}.plain_v6")),
    "v3": Side("V3", (_OURS, "-m", f"{_PACKAGE}.v3"), True),
    "quix": Side("Quix Streams", (_PEERS, "-m", f"{_PACKAGE}.quix")),
    "quix2": Side("Quix, 2 processes", (_PEERS, "-m", f"{_PACKAGE}.quix", "--processes", "2")),
    "bytewax": Side("Bytewax", (_PEERS, "-m", f"{_PACKAGE}.bytewax_side")),
    "streams": Side("Kafka Streams", _kafka_streams("at_least_once")),
    "streams-eos": Side("Kafka Streams, EOS", _kafka_streams("exactly_once_v2")),
}
COMPARED = tuple(name for name in SIDES if name != "ours-log")
"""Those that do the same work."""
