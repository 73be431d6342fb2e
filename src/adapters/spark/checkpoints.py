"""Spark's checkpoints: how far they have come, and whether it is where MongoDB is."""

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cinestats.application.streaming.ports import Bounds
from cinestats.domain.errors import CinestatsError

STATS_CHECKPOINT = "user-stats"
TRENDS_CHECKPOINT = "global-trends"


class OtherCheckpoints(CinestatsError):
    """The folder has the checkpoints of another topic."""


def drop_checkpoints(folder: Path) -> None:
    """Have both streams begin anew."""
    for name in (STATS_CHECKPOINT, TRENDS_CHECKPOINT):
        shutil.rmtree(folder / name, ignore_errors=True)


def drop_where_they_differ(
    folder: Path, topic: str, positions: Sequence[int], bounds: Sequence[Bounds]
) -> bool:
    """Drop checkpoints that would begin elsewhere than the topic's positions allow.

    Those of another database would leave records out in silence, and one that is behind the
    topic's first offset would fail. One that is behind a position does no harm. One that
    cannot be read stays: Spark says so. Returns whether they were dropped. Raises
    OtherCheckpoints for those of another topic, whose consumer may be running.
    """
    differ = False
    for name in (STATS_CHECKPOINT, TRENDS_CHECKPOINT):
        committed = _committed(folder / name)
        if committed is not None:
            if others := set(committed) - {topic}:
                raise OtherCheckpoints(
                    f"The checkpoints in {folder} are of the topic {min(others)}: set"
                    " CINESTATS_CHECKPOINT_DIR to a folder for this one, or let cinestats"
                    " consume --fresh begin new ones where nobody needs those any more."
                )
            reached = committed.get(topic, {})
            differ |= any(
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
