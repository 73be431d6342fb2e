"""Webhooks and relay after an older log was put back (fault 28)."""

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cinestats.adapters.memory.event_log import MemoryEventLog
from cinestats.adapters.memory.relay_positions import MemoryRelayPositions
from cinestats.adapters.sqlite.backup import back_up_all
from cinestats.adapters.sqlite.data_folder import DataFolder
from cinestats.adapters.sqlite.event_log import SqliteEventLog
from cinestats.adapters.sqlite.relay_positions import SqliteRelayPositions
from cinestats.adapters.sqlite.restore import restore
from cinestats.adapters.sqlite.webhooks import SqliteWebhooks
from cinestats.application.log.ports import Recorded
from cinestats.application.streaming.relay import Relay, RelayAhead
from cinestats.application.webhooks.deliver import WebhookDelivery
from cinestats.application.webhooks.subscriptions import Answer, Progress, Webhook
from tests.contracts.builders import added

NOW = datetime(2025, 3, 1, tzinfo=UTC)
KINDS = frozenset({"added", "deleted", "rated"})


class World:
    """A folder with a log, a webhook of user ``a``, and a relay; all that was told is kept."""

    def __init__(self, path: Path) -> None:
        self.folder = DataFolder(path / "data")
        self.backups = path
        self.told: list[str] = []
        self.published: list[str] = []
        hooks = SqliteWebhooks(self.folder.webhooks)
        progress = Progress(0, NOW)
        hooks.add(Webhook("w", "a", "https://a.example", b"k", KINDS, NOW, progress), 9)
        hooks.close()

    def append(self, *numbers: int) -> None:
        log = SqliteEventLog(self.folder.log)
        for number in numbers:
            log.append(0, log.tail(0), [added(number, "a")])
        log.close()

    def tell(self) -> None:
        """What the server does: deliver to the webhook, until nothing waits."""
        log, hooks = SqliteEventLog(self.folder.log), SqliteWebhooks(self.folder.webhooks)
        WebhookDelivery(log, hooks, self._send, lambda: NOW, "h", lambda: 0).deliver(
            "w", lambda: False
        )
        log.close()
        hooks.close()

    def publish(self) -> None:
        """What the relay does: drain the log into the topic."""
        log, kept = (
            SqliteEventLog(self.folder.log),
            SqliteRelayPositions(self.folder.relay, "t"),
        )
        try:
            Relay(log, kept, Topic(self.published)).drain()
        finally:
            log.close()
            kept.close()

    def backup(self, name: str, *, everything: bool = False) -> Path:
        target = self.backups / name
        if everything:
            back_up_all(self.folder, target, NOW, {})
        else:
            log = SqliteEventLog(self.folder.log)
            log.backup(target)
            log.close()
        return target

    def _send(self, _: Webhook, recorded: Recorded, __: datetime) -> Answer:
        assert recorded.event is not None
        self.told.append(recorded.event.event_id)
        return Answer(200)


class Topic:
    """Stands for Kafka: everything is acknowledged."""

    def __init__(self, published: list[str]) -> None:
        self.published = published

    def ensure_topic(self, partitions: int) -> None:
        assert partitions == 1

    def publish(self, _: int, events: Sequence[Recorded]) -> int:
        self.published += [r.event.event_id for r in events if r.event]
        return events[-1].position


def ids(*numbers: int) -> list[str]:
    return [added(n, "a").event_id for n in numbers]


@pytest.fixture(params=[False, True], ids=["log", "all"])
def everything(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_fault_28_nothing_is_told_twice_and_nothing_skipped(
    world: World, everything: bool
) -> None:
    """New events at positions that were told before are told; old ones are not told again."""
    world.append(1, 2)
    world.tell()
    world.append(3)
    backup = world.backup("early", everything=everything)
    world.append(4, 5, 6)
    world.tell()
    restore(world.folder, backup)
    world.tell()
    world.append(7, 8, 9, 10)
    world.tell()
    assert world.told == ids(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)


def test_fault_28_a_webhook_that_was_behind_goes_on_where_it_was(
    world: World, everything: bool
) -> None:
    """What it has not got yet of the restored log comes."""
    world.append(1, 2)
    world.tell()
    world.append(3, 4)
    backup = world.backup("early", everything=everything)
    world.append(5)
    restore(world.folder, backup)
    world.tell()
    assert world.told == ids(1, 2, 3, 4)


def test_fault_28_damage_in_the_old_log_tells_nothing_twice(world: World) -> None:
    """A damaged event is no other event; where the log is gone, its end was that of the new."""
    world.append(1, 2, 3)
    backup = world.backup("early")
    world.tell()
    log = sqlite3.connect(world.folder.log)
    log.execute("UPDATE events SET body = zeroblob(9) WHERE place = 2")
    log.commit()
    log.close()
    restore(world.folder, backup)
    world.tell()
    world.folder.log.unlink()
    restore(world.folder, backup)
    world.append(4)
    world.tell()
    assert world.told == ids(1, 2, 3, 4)


def test_fault_28_another_history_is_told_from_where_they_part(world: World) -> None:
    """The restored log goes another way from position 2 on: that is what comes."""
    world.append(1)
    early = world.backup("early")
    world.append(2, 3)
    late = world.backup("late")
    restore(world.folder, early)
    world.append(4, 5, 6)
    world.tell()
    restore(world.folder, late)
    world.tell()
    assert world.told == ids(1, 4, 5, 6, 2, 3)


def test_fault_28_a_topic_that_holds_more_than_the_log_is_refused(world: World) -> None:
    """Also once the new log is longer: consumers would take its events for old ones."""
    world.append(1, 2, 3)
    backup = world.backup("early")
    world.append(4, 5)
    world.publish()
    restore(world.folder, backup)
    for more in ((), (6, 7), (8, 9, 10)):
        world.append(*more)
        with pytest.raises(RelayAhead, match="CINESTATS_KAFKA_TOPIC"):
            world.publish()
    assert world.published == ids(1, 2, 3, 4, 5)


def test_fault_28_a_topic_that_holds_no_more_goes_on(world: World) -> None:
    """What was published is in the restored log at the same positions."""
    world.append(1, 2)
    world.publish()
    world.append(3)
    backup = world.backup("early")
    world.append(4)
    restore(world.folder, backup)
    world.append(5)
    world.publish()
    assert world.published == ids(1, 2, 3, 5)


def test_an_exchanged_log_is_refused_by_the_relay() -> None:
    """However it was exchanged: the hash that was noted is of another log."""
    published: list[str] = []
    positions = MemoryRelayPositions()
    logs = [MemoryEventLog(), MemoryEventLog()]
    for log in logs:
        log.append(0, 0, [added(1, "a"), added(2, "a")])
    assert Relay(logs[0], positions, Topic(published)).drain() == 2
    assert Relay(logs[0], positions, Topic(published)).drain() == 0
    with pytest.raises(RelayAhead, match="from another log"):
        Relay(logs[1], positions, Topic(published)).drain()
