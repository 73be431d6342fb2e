"""What was published and is not counted comes from the log."""

import pytest

from cinestats.adapters.memory.relay_positions import MemoryRelayPositions
from cinestats.application.log.ports import NewerEvent, Recorded
from cinestats.application.streaming.published import count_published
from tests.unit.application.application import Application


@pytest.fixture
def app() -> Application:
    app = Application(partitions=2)
    app.recorder.record_all([app.add("Heat", f"u{n}") for n in range(12)])
    return app


def published(*ends: int) -> MemoryRelayPositions:
    positions = MemoryRelayPositions()
    for partition, end in enumerate(ends):
        positions.advance(partition, end)
    return positions


def checkpoints(app: Application) -> list[int]:
    return [app.models.checkpoint(p) for p in range(app.log.partitions)]


def test_what_was_published_is_counted_and_what_waits_for_the_relay_is_not(
    app: Application,
) -> None:
    """Each partition up to its own end."""
    ends = [app.log.tail(0), 0]
    assert min(app.log.tail(p) for p in (0, 1)) > 0
    for found in ({0: None}, {}):
        assert count_published(app.projector, published(*ends)) == found
        assert checkpoints(app) == ends
    app.projector.catch_up()
    assert app.verifier.verify().equal


def test_a_partition_that_cannot_go_on_is_told_and_the_others_are_counted(
    app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An event of a newer version, or a log that lacks what it has published."""
    tails = [app.log.tail(p) for p in (0, 1)]
    read = app.log.read

    def newer(partition: int, after: int, limit: int) -> list[Recorded]:
        if partition == 0:
            raise NewerEvent("schema", "9 is of a newer cinestats: upgrade cinestats")
        return list(read(partition, after, limit))

    monkeypatch.setattr(app.log, "read", newer)
    found = count_published(app.projector, published(*tails))
    assert found == {0: "schema: 9 is of a newer cinestats: upgrade cinestats", 1: None}
    assert checkpoints(app) == [0, tails[1]]
    monkeypatch.setattr(app.log, "read", lambda *_: [])
    found = count_published(app.projector, published(*tails))
    assert found.keys() == {0}
    assert "lacks position 1 of partition 0" in str(found[0])
    monkeypatch.setattr(app.log, "read", read)
    assert count_published(app.projector, published(*tails)) == {0: None}
    assert app.verifier.verify().equal
