import pytest

from cinestats.adapters.memory.event_log import MemoryEventLog
from cinestats.adapters.memory.relay_positions import MemoryRelayPositions
from cinestats.entrypoints.backlog import Backlog, BacklogFull
from tests.contracts.builders import added


@pytest.fixture
def log() -> MemoryEventLog:
    log = MemoryEventLog(2)
    log.append(0, 0, [added(1), added(2)])
    log.append(1, 0, [added(3)])
    return log


def test_what_waits_is_what_the_topic_lacks(log: MemoryEventLog) -> None:
    """By partition: the log's tail less what is published."""
    positions = MemoryRelayPositions()
    positions.advance(0, 1)
    assert Backlog(log, positions, 10).events() == [1, 1]


def test_a_backlog_at_its_limit_refuses(log: MemoryEventLog) -> None:
    """Fault 5: the first check looks by itself, and tells both numbers."""
    with pytest.raises(BacklogFull, match="3 events wait for Kafka, and 3 may; nothing was"):
        Backlog(log, MemoryRelayPositions(), 3).check()
    Backlog(log, MemoryRelayPositions(), 4).check()


def test_a_check_knows_what_the_last_refresh_saw(log: MemoryEventLog) -> None:
    """A write costs no query; once the relay has caught up and that is seen, writes go on."""
    positions = MemoryRelayPositions()
    backlog = Backlog(log, positions, 3)
    backlog.refresh()
    positions.advance(0, 2)
    with pytest.raises(BacklogFull):
        backlog.check()
    backlog.refresh()
    backlog.check()


def test_a_log_of_another_applications_topic_waits_for_no_relay(log: MemoryEventLog) -> None:
    """However long it is, writes go on."""
    backlog = Backlog(log, MemoryRelayPositions(), 1, lambda: True)
    backlog.check()
    assert (backlog.events(), [backlog.published(p) for p in (0, 1)]) == ([0, 0], [2, 1])
