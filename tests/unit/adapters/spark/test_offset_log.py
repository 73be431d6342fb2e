"""How far a query has read, from the files that Spark leaves."""

from pathlib import Path

import pytest

from cinestats.adapters.spark.offset_log import ReadSoFar, read_offsets
from cinestats.domain.errors import InvalidInput

_METADATA = '{"batchWatermarkMs":0,"batchTimestampMs":1764374400000,"conf":{}}'


def _checkpoint(folder: Path, batches: dict[int, str], commits: int) -> Path:
    """A checkpoint with the offsets of each batch, of which so many are done."""
    for name in ("offsets", "commits"):
        (folder / name).mkdir()
    for number, offsets in batches.items():
        (folder / "offsets" / str(number)).write_text(f"v1\n{_METADATA}\n{offsets}\n")
        (folder / "offsets" / f".{number}.crc").write_bytes(b"crc")
    for number in range(commits):
        (folder / "commits" / str(number)).write_text('v1\n{"nextBatchWatermarkMs":0}')
    return folder


def test_the_last_finished_batch_counts(tmp_path: Path) -> None:
    """By number and not by text; a batch that was begun after it is told."""
    batches = {n: f'{{"films":{{"0":{n},"1":{2 * n}}}}}' for n in range(12)}
    folder = _checkpoint(tmp_path, batches, 11)
    assert read_offsets(folder, "films") == ReadSoFar({0: 10, 1: 20}, unfinished=True)
    (folder / "commits" / "11").write_text("v1\n{}")
    assert read_offsets(folder, "films") == ReadSoFar({0: 11, 1: 22}, unfinished=False)


@pytest.mark.parametrize(
    ("offsets", "commits", "problem"),
    [
        ('{"films":{"0":1}}', 0, "no finished batch"),
        ('{"other":{"0":1}}', 1, "not of the topic films"),
        ('{"films":{"0"', 1, "cannot be read"),
        ('{"films":[1]}', 1, "cannot be read"),
        ('{"films":{"x":1}}', 1, "cannot be read"),
        ("-", 1, "cannot be read"),
        ("17", 1, "cannot be read"),
    ],
)
def test_what_is_no_checkpoint_of_the_topic_is_refused(
    tmp_path: Path, offsets: str, commits: int, problem: str
) -> None:
    """With the folder and what is wrong with it."""
    folder = _checkpoint(tmp_path, {0: offsets}, commits)
    with pytest.raises(InvalidInput, match=problem) as refused:
        read_offsets(folder, "films")
    assert str(folder) in str(refused.value)


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """It says which folder is meant."""
    with pytest.raises(InvalidInput, match="name the folder that holds offsets"):
        read_offsets(tmp_path / "missing", "films")
