"""How far a Spark query has read, from its checkpoint folder: without Spark."""

import json
from pathlib import Path
from typing import Any, NamedTuple

from cinestats.domain.errors import InvalidInput


class ReadSoFar(NamedTuple):
    """The offset of each partition to be read next.

    ``unfinished`` tells that a further batch was begun: what it wrote, nobody knows.
    """

    offsets: dict[int, int]
    unfinished: bool


def read_offsets(checkpoint: Path, topic: str) -> ReadSoFar:
    """How far the query of the checkpoint has read the topic.

    Raises InvalidInput where the folder is no checkpoint, or one of another topic.
    """
    batches, commits = _numbers(checkpoint / "offsets"), _numbers(checkpoint / "commits")
    if not commits or commits[-1] not in batches:
        raise InvalidInput(
            "checkpoint",
            f"{checkpoint} has no finished batch; name the folder that holds offsets/",
        )
    try:
        lines = (checkpoint / "offsets" / str(commits[-1])).read_text("utf-8").splitlines()
        sources: list[Any] = [json.loads(line) for line in lines[2:]]  # version, metadata
        found = next(each[topic] for each in sources if topic in each)
        offsets = {int(partition): int(offset) for partition, offset in found.items()}
    except StopIteration:
        raise InvalidInput("checkpoint", f"{checkpoint} is not of the topic {topic}") from None
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise InvalidInput("checkpoint", f"{checkpoint} cannot be read: {error}") from error
    return ReadSoFar(offsets, batches[-1] > commits[-1])


def _numbers(folder: Path) -> list[int]:
    names = [each.name for each in folder.iterdir()] if folder.is_dir() else []
    return sorted(int(name) for name in names if name.isdecimal())
