"""Who leaves the projecting to others counts what those would not."""

import pytest

from cinestats.adapters.memory.event_log import MemoryEventLog
from cinestats.adapters.memory.read_models import MemoryReadModels
from cinestats.application.figures.project import ProjectedElsewhere
from tests.contracts.builders import NOON, added


@pytest.mark.parametrize(
    ("events", "here", "counted"),
    [(3, False, 0), (3, True, 3), (500, True, 500), (501, True, 0)],
)
def test_a_short_tail_beside_a_topic_is_counted_at_once(
    events: int, here: bool, counted: int
) -> None:
    """A long one is in the hands of whoever takes the topic in."""
    log, models = MemoryEventLog(), MemoryReadModels()
    log.append(0, 0, [added(n) for n in range(events)])
    projector = ProjectedElsewhere(log, models, lambda: NOON, little_here=lambda: here)
    assert projector.catch_up() == counted
    assert models.checkpoint(0) == counted
