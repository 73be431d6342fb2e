"""Spark's checkpoints: how far they have come, and whether it is where MongoDB is."""

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cinestats.application.streaming.ports import Bounds

STATS_CHECKPOINT = "user-stats"
TRENDS_CHECKPOINT = "global-trends"


def drop_checkpoints(folder: Path) -> None:
    """Have both streams begin anew."""
    for name in (STATS_CHECKPOINT, TRENDS_CHECKPOINT):
        shutil.rmtree(folder / name, ignore_errors=True)


def drop_where_they_differ(
    folder: Path, topic: str, positions: Sequence[int], bounds: Sequence[Bounds]
) -> bool:
    """Drop checkpoints that would begin elsewhere than the topic's positions allow.

    Those of another database or topic would leave records out in silence, and one that is
    behind the topic's first offset would fail. One that is behind a position does no harm.
    One that cannot be read stays: Spark says so. Returns whether they were dropped.
    """
    differ = False
    for name in (STATS_CHECKPOINT, TRENDS_CHECKPOINT):
        committed = _committed(folder / name)
        if committed is not None:
            reached = committed.get(topic, {})
            differ |= set(committed) != {topic} or any(
                not first <= reached.get(str(partition), -1) <= position
                for partition, (position, (first, _)) in enumerate(
                    zip(positions, bounds, strict=True)
                )
            )
    if differ:
        drop_checkpoints(folder)
    return differ


def _committed(checkpoint: Path) -> Mapping[str, Mapping[str, int]] | None:
    """The offsets of the last batch that is done, by topic and partition; None for none."""
    batches = [int(each.name) for each in checkpoint.glob("commits/*") if each.name.isdigit()]
    if not batches:
        return None
    try:
        written = (checkpoint / "offsets" / str(max(batches))).read_text("utf-8")
        offsets: Any = json.loads(written.rstrip().rpartition("\n")[2])
    except (OSError, ValueError):
        return None
    if not isinstance(offsets, dict) or not all(isinstance(o, dict) for o in offsets.values()):
        return None
    return offsets
