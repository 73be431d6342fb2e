"""What the doctor makes of checks."""

from cinestats.adapters.memory.event_log import MemoryEventLog
from cinestats.application.upkeep.examine import (
    Check,
    Finding,
    contents_of,
    examine,
    lag_of,
    size_of,
)
from cinestats.domain.errors import CinestatsError
from tests.contracts.builders import added


def wrong() -> str:
    raise CinestatsError("It is down.")


def test_a_check_that_needs_a_failed_one_is_left_out() -> None:
    """One finding for one cause; what does not need it is examined all the same."""
    checks = [
        Check("server", wrong, "Start it."),
        Check("topic", lambda: "never looked at", "", ("server",)),
        Check("disk", lambda: "there"),
        Check("file", lambda: "sound", "Mend it.", ("disk",)),
    ]
    assert list(examine(checks)) == [
        Finding("server", False, "It is down.", "Start it."),
        Finding("disk", True, "there"),
        Finding("file", True, "sound"),
    ]


def test_checks_run_one_by_one() -> None:
    """So a list of checks can end where the next one would make no sense."""
    seen: list[str] = []

    def checks():
        yield Check("first", lambda: seen.append("first") or "well")
        assert seen == ["first"]

    assert len(list(examine(checks()))) == 1


def test_a_lag_is_the_sum_of_what_waits() -> None:
    """A reader that is ahead of its partition waits for nothing."""
    log = MemoryEventLog(2)
    log.append(0, 0, [added(1, "anna"), added(2, "anna")])
    assert size_of(log) == 2
    assert contents_of(log, log) == "2 events of 1 user"
    assert (
        lag_of(log, lambda partition: partition * 9, "to be counted")
        == "2 events to be counted"
    )
    assert lag_of(log, lambda _: 2, "to be counted") == "up to date"
