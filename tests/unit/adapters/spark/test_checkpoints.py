"""Checkpoints that are those of something else begin anew, where MongoDB is."""

import json
from pathlib import Path

import pytest

from cinestats.adapters.spark.checkpoints import (
    STATS_CHECKPOINT,
    TRENDS_CHECKPOINT,
    OtherCheckpoints,
    drop_where_they_differ,
)
from cinestats.application.streaming.ports import Bounds

POSITIONS = [100, 7]
BOUNDS = [Bounds(20, 300), Bounds(0, 9)]


def write(folder: Path, offsets: object, name: str = STATS_CHECKPOINT, batch: int = 3) -> None:
    """A checkpoint as Spark writes it: a batch that is done, and one that is not."""
    for part in ("commits", "offsets"):
        (folder / name / part).mkdir(parents=True)
        (folder / name / part / str(batch)).write_text('v1\n{"batchWatermarkMs":0}\n')
    with (folder / name / "offsets" / str(batch)).open("a") as file:
        file.write(json.dumps(offsets))
    begun = json.dumps({"films": {"0": 10**9, "1": 10**9}})
    (folder / name / "offsets" / str(batch + 1)).write_text(f"v1\n{{}}\n{begun}")


@pytest.mark.parametrize(
    ("offsets", "dropped"),
    [
        ({"films": {"0": 100, "1": 7}}, False),
        ({"films": {"0": 20, "1": 0}}, False),  # behind: what comes again is known
        ({"films": {"0": 101, "1": 7}}, True),  # ahead: another database's
        ({"films": {"0": 19, "1": 7}}, True),  # the topic has no such record any more
        ({"films": {"0": 100}}, True),
        ({}, True),
    ],
)
@pytest.mark.parametrize("name", [STATS_CHECKPOINT, TRENDS_CHECKPOINT])
def test_a_checkpoint_is_kept_where_nothing_would_be_left_out(
    tmp_path: Path, name: str, offsets: object, dropped: bool
) -> None:
    write(tmp_path, offsets, name)
    (tmp_path / "kept").touch()
    assert drop_where_they_differ(tmp_path, "films", POSITIONS, BOUNDS) == dropped
    assert (tmp_path / name).exists() != dropped
    assert (tmp_path / "kept").exists()


@pytest.mark.parametrize(
    "offsets", [{"others": {"0": 1}}, {"films": {"0": 100, "1": 7}, "others": {"0": 1}}]
)
def test_those_of_another_topic_are_left_alone(tmp_path: Path, offsets: object) -> None:
    """Its consumer may be running."""
    write(tmp_path, offsets)
    with pytest.raises(OtherCheckpoints, match=r"are of the topic others: .* --fresh"):
        drop_where_they_differ(tmp_path, "films", POSITIONS, BOUNDS)
    assert (tmp_path / STATS_CHECKPOINT).exists()


@pytest.mark.parametrize("written", ["", "v1", "v1\n{}\n[1]", 'v1\n{}\n{"films": 7}', "\0"])
def test_one_that_cannot_be_read_is_left_to_spark(tmp_path: Path, written: str) -> None:
    write(tmp_path, {})
    (tmp_path / STATS_CHECKPOINT / "offsets" / "3").write_text(written)
    assert not drop_where_they_differ(tmp_path, "films", POSITIONS, BOUNDS)
    assert (tmp_path / STATS_CHECKPOINT).exists()


def test_without_a_batch_that_is_done_there_is_nothing_to_compare(tmp_path: Path) -> None:
    assert not drop_where_they_differ(tmp_path, "films", POSITIONS, BOUNDS)
    write(tmp_path, {})
    (tmp_path / STATS_CHECKPOINT / "commits" / "3").unlink()
    assert not drop_where_they_differ(tmp_path, "films", POSITIONS, BOUNDS)
