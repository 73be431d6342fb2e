"""Count what was published and is not counted, from the log behind the topic."""

from collections.abc import Mapping

from cinestats.application.figures.project import Projector
from cinestats.application.log.ports import NewerEvent

from .ports import RelayPositions


def count_published(
    projector: Projector, published: RelayPositions
) -> Mapping[int, str | None]:
    """Count each partition up to where it was published.

    This is for when nothing in the topic waits any more. A partition that is behind by then
    had stopped at a record that will not come again, such as one of a newer version, or the
    topic has lost its end. Returns these partitions, each with the reason why it cannot be
    counted either; None where it is counted now.
    """
    behind: dict[int, str | None] = {}
    for partition in range(projector.log.partitions):
        end = published.get(partition)
        if projector.models.checkpoint(partition) < end:
            behind[partition] = _count(projector, partition, end)
    return behind


def _count(projector: Projector, partition: int, end: int) -> str | None:
    try:
        while (at := projector.models.checkpoint(partition)) < end:
            if not projector.step(partition):
                return (
                    f"The log lacks position {at + 1} of partition {partition}, which was"
                    " published: restore the log, or rebuild."
                )
    except NewerEvent as error:
        return str(error)
    return None
