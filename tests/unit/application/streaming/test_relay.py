"""The relay, on publishers that misbehave on cue."""

import logging
import threading
import time
from collections.abc import Callable, Sequence

import pytest

from cinestats.adapters.memory.event_log import MemoryEventLog
from cinestats.adapters.memory.relay_positions import MemoryRelayPositions
from cinestats.application.log.ports import Recorded
from cinestats.application.ports import StoreBusy
from cinestats.application.streaming import relay as relay_module
from cinestats.application.streaming.ports import PartitionsDiffer, TransportUnavailable
from cinestats.application.streaming.relay import ForeignTopic, Relay, RelayAhead
from tests.contracts.builders import added


class Killed(BaseException):
    """Stands for ``kill -9``."""


class FakePublisher:
    """Keeps what it is given; ``fault`` is asked before each run and may raise or cut it."""

    def __init__(self) -> None:
        self.topic: list[tuple[int, int]] = []
        self.fault: Callable[[int, Sequence[Recorded]], int] = lambda _, events: len(events)
        self.ensured: list[int] = []
        self.refusal: Exception | None = None

    def ensure_topic(self, partitions: int) -> None:
        self.ensured.append(partitions)
        if self.refusal is not None:
            raise self.refusal

    def publish(self, partition: int, events: Sequence[Recorded]) -> int:
        taken = events[: self.fault(partition, events)]
        self.topic += [(partition, event.position) for event in taken]
        assert len(self.topic) < 10_000, "the relay goes round in circles"
        return taken[-1].position

    def first_seen(self, partition: int) -> list[int]:
        return list(dict.fromkeys(at for p, at in self.topic if p == partition))


class World:
    def __init__(self, partitions: int = 1, events: int = 10, batch_size: int = 3) -> None:
        self.log = MemoryEventLog(partitions)
        self.positions = MemoryRelayPositions()
        self.publisher = FakePublisher()
        self.batch_size = batch_size
        for partition in range(partitions):
            self.append(events, partition)

    def append(self, events: int, partition: int = 0) -> None:
        tail = self.log.tail(partition)
        new = [added(tail + n, f"u{partition}") for n in range(1, events + 1)]
        self.log.append(partition, tail, new)

    def relay(self) -> Relay:
        return Relay(self.log, self.positions, self.publisher, self.batch_size)


@pytest.fixture
def world() -> World:
    return World()


def until(good: Callable[[], object], seconds: float = 5) -> None:
    deadline = time.monotonic() + seconds
    while not good():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def running(relay: Relay) -> tuple[threading.Thread, threading.Event]:
    stop = threading.Event()
    thread = threading.Thread(target=relay.run, args=(stop,))
    thread.start()
    return thread, stop


def test_draining_publishes_all_in_order() -> None:
    """Every partition is published to its tail, in runs, and marked."""
    world = World(partitions=2)
    assert world.relay().drain() == 20
    assert [p for p in world.publisher.topic if p[0] == 0] == [(0, n) for n in range(1, 11)]
    assert world.publisher.first_seen(1) == list(range(1, 11))
    assert world.relay().backlog() == [0, 0]
    assert world.publisher.ensured == [2]
    assert world.relay().drain() == 0


class Pauses(threading.Event):
    """A signal that nobody waits for: it notes each wait, and is set at the last one."""

    def __init__(self, number: int, meanwhile: Callable[[], None] = lambda: None) -> None:
        super().__init__()
        self.noted: list[float | None] = []
        self._number, self._meanwhile = number, meanwhile

    def wait(self, timeout: float | None = None) -> bool:
        self.noted.append(timeout)
        self._meanwhile()
        if len(self.noted) == self._number:
            self.set()
        return self.is_set()


def test_what_comes_in_a_pause_goes_together() -> None:
    """Full runs follow at once; behind a short one events gather; without any it rests."""
    world = World(events=10, batch_size=3)
    stop = Pauses(2)
    world.relay().run(stop)
    assert world.publisher.first_seen(0) == list(range(1, 11))
    gather, rest = stop.noted
    assert gather is not None
    assert rest is not None
    assert 0 < gather < rest <= 1
    stop = Pauses(3, lambda: world.append(2))
    world.relay().run(stop)
    assert stop.noted == [rest, gather, gather]


def test_the_backlog_is_what_is_not_marked(world: World) -> None:
    """Events count as waiting until their acknowledgement is marked (faults 4 and 5)."""
    relay = world.relay()
    assert relay.backlog() == [10]
    assert relay.step(0) == 3
    assert relay.backlog() == [7]


def test_a_crash_before_the_mark_sends_again(world: World) -> None:
    """Killed after the acknowledgement, the run is sent twice; nothing is missing (fault 3)."""

    class DiesBeforeMark(MemoryRelayPositions):
        def advance(self, partition: int, position: int) -> None:
            raise Killed

    kept = world.positions
    relay = world.relay()
    relay.step(0)
    world.positions = DiesBeforeMark()
    world.positions._positions = kept._positions
    with pytest.raises(Killed):
        world.relay().step(0)
    world.positions = kept
    world.relay().drain()
    assert world.publisher.topic.count((0, 4)) == 2
    assert world.publisher.first_seen(0) == list(range(1, 11))


def test_a_failed_event_stays_unsent(world: World) -> None:
    """Only the acknowledged part of a run is marked; the rest is sent again (fault 7)."""
    world.publisher.fault = lambda _, events: 2 if events[0].position == 1 else len(events)
    relay = world.relay()
    assert relay.step(0) == 2
    assert world.positions.get(0) == 2
    relay.drain()
    assert world.publisher.topic == [(0, n) for n in range(1, 11)]


def test_draining_without_kafka_says_why(world: World) -> None:
    """The reason is raised, what went through before is marked, the rest waits (fault 4)."""

    def fails(_: int, events: Sequence[Recorded]) -> int:
        if events[0].position > 3:
            raise TransportUnavailable("Kafka is down.")
        return len(events)

    world.publisher.fault = fails
    with pytest.raises(TransportUnavailable, match=r"^Kafka is down\.$"):
        world.relay().drain()
    assert world.relay().backlog() == [7]


@pytest.mark.parametrize("seed", range(5))
def test_two_relays_are_harmless(seed: int) -> None:
    """However two relays interleave, what comes first of each event is in order (fault 8)."""
    world = World(events=200, batch_size=7)
    other = World(events=0)
    other.log, other.positions, other.publisher = world.log, world.positions, world.publisher
    other.batch_size = 5 + seed

    def slowly(_: int, events: Sequence[Recorded]) -> int:
        time.sleep(0.001 * (len(events) % 2))
        return len(events)

    world.publisher.fault = slowly
    relays = [threading.Thread(target=each.relay().drain) for each in (world, other)]
    for relay in relays:
        relay.start()
    for relay in relays:
        relay.join()
    assert world.publisher.first_seen(0) == list(range(1, 201))
    assert world.positions.get(0) == 200


def test_running_publishes_what_is_appended(world: World) -> None:
    """The relay goes on with new events until it is told to stop."""
    thread, stop = running(world.relay())
    until(lambda: world.positions.get(0) == 10)
    world.append(5)
    until(lambda: world.positions.get(0) == 15)
    stop.set()
    thread.join(2)
    assert not thread.is_alive()
    assert world.publisher.first_seen(0) == list(range(1, 16))


def test_running_outlasts_an_outage(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """While Kafka is down the events wait and the failure shows; then all go out (fault 4)."""
    monkeypatch.setattr(relay_module, "_FIRST_BACKOFF_SECONDS", 0.01)
    world.publisher.refusal = TransportUnavailable("Kafka is down.")
    relay = world.relay()
    with caplog.at_level(logging.WARNING):
        thread, stop = running(relay)
        until(lambda: len(world.publisher.ensured) >= 3)
        assert relay.failure == "Kafka is down."
        assert relay.backlog() == [10]
        world.publisher.refusal = None
        until(lambda: world.positions.get(0) == 10)
        until(lambda: relay.failure is None)
        stop.set()
        thread.join(2)
    assert world.publisher.topic == [(0, n) for n in range(1, 11)]
    assert all(record.exc_info is None for record in caplog.records)


def test_an_outage_is_met_with_patience(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Attempts become rarer, so a dead Kafka is not hammered."""
    monkeypatch.setattr(relay_module, "_FIRST_BACKOFF_SECONDS", 0.02)
    world.publisher.refusal = TransportUnavailable("Kafka is down.")
    thread, stop = running(world.relay())
    time.sleep(0.5)
    stop.set()
    thread.join(2)
    assert 3 <= len(world.publisher.ensured) <= 6


def test_one_partition_does_not_hold_up_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that is refused again and again leaves the other partitions alone (fault 7)."""
    monkeypatch.setattr(relay_module, "_FIRST_BACKOFF_SECONDS", 0.001)
    world = World(partitions=3)

    def refuses_the_first(partition: int, events: Sequence[Recorded]) -> int:
        if partition == 0:
            raise StoreBusy("Try again.")
        return len(events)

    world.publisher.fault = refuses_the_first
    relay = world.relay()
    thread, stop = running(relay)
    until(lambda: relay.backlog() == [10, 0, 0])
    stop.set()
    thread.join(2)


@pytest.mark.parametrize("error", [PartitionsDiffer("Six, not four."), ZeroDivisionError()])
def test_what_no_patience_mends_ends_the_relay(world: World, error: Exception) -> None:
    """A changed number of partitions, or a bug, is raised for a supervisor (fault 15)."""
    world.publisher.refusal = error
    with pytest.raises(type(error)):
        world.relay().run(threading.Event())
    assert world.publisher.topic == []


def test_the_topic_is_looked_at_again_after_a_failure(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A topic that came back with other partitions is refused (faults 14 and 15)."""
    monkeypatch.setattr(relay_module, "_FIRST_BACKOFF_SECONDS", 0.01)

    def fails(_: int, events: Sequence[Recorded]) -> int:
        world.publisher.refusal = PartitionsDiffer("Six, not four.")
        raise TransportUnavailable("The topic is gone.")

    world.publisher.fault = fails
    stop = threading.Event()
    patience = threading.Timer(5, stop.set)
    patience.start()
    with pytest.raises(PartitionsDiffer):
        world.relay().run(stop)
    patience.cancel()


def test_an_older_log_is_refused(world: World) -> None:
    """A log that ends before what was published is a log put back: no event takes its place."""
    world.positions.advance(0, 11)
    with pytest.raises(RelayAhead) as refused:
        world.relay().drain()
    assert str(refused.value) == (
        "Partition 0 was published up to position 11, but the log ends at 10: an older log was"
        " put back. Set CINESTATS_KAFKA_TOPIC to a new name and rebuild, so that consumers do"
        " not take new events for old ones."
    )


class Stop(threading.Event):
    """Sleeps for nobody, notes how long it was to be, and is set after so many times."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times
        self.waits: list[float | None] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.waits.append(timeout)
        if len(self.waits) == self.times:
            self.set()
        return self.is_set()


def test_a_relay_rests_only_when_little_is_left() -> None:
    """As long as the partitions together fill a batch it goes on at once."""
    world = World(partitions=2, events=0, batch_size=3)
    world.append(2, 0)
    world.append(1, 1)
    relay, stop = world.relay(), Stop(1)
    relay.run(stop)
    assert (world.positions.get(0), world.positions.get(1), stop.waits) == (2, 1, [0.2])
    world.append(1, 0)
    relay.run(stop := Stop(2))
    assert (world.positions.get(0), stop.waits) == (3, [0.05, 0.2])


def test_a_relay_in_good_health_says_nothing(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    """And looks at the topic once."""
    relay = world.relay()
    assert relay.failure is None
    relay.run(Stop(3))
    assert (relay.failure, caplog.messages, world.publisher.ensured) == (None, [], [1])


def test_a_relay_tries_again_ever_more_slowly_and_says_so(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    """From half a second, twice as long each time, up to five; then from the start again."""
    relay = world.relay()
    world.publisher.refusal = TransportUnavailable("Kafka is away.")
    relay.run(stop := Stop(6))
    assert stop.waits == [0.5, 1, 2, 4, 5, 5]
    assert relay.failure == "Kafka is away."
    assert caplog.messages == ["The relay waits: Kafka is away."] * 6
    caplog.clear()

    class Recovers(Stop):
        def wait(self, timeout: float | None = None) -> bool:
            world.publisher.refusal = None
            return super().wait(timeout)

    relay.run(stop := Recovers(2))
    assert (relay.failure, stop.waits) == (None, [0.5, 0.05])
    assert caplog.messages == [
        "The relay waits: Kafka is away.",
        "The relay goes on; 7 events to go.",
    ]


def test_nothing_is_relayed_into_another_applications_topic() -> None:
    """What came from there must not come back."""
    log = MemoryEventLog()
    log.append(0, 0, [added(1)])
    publisher = FakePublisher()
    relay = Relay(log, MemoryRelayPositions(), publisher, is_foreign=lambda: True)
    sentence = r"^Another application publishes to the topic"
    for begin in (relay.drain, lambda: relay.run(threading.Event()), lambda: relay.step(0)):
        with pytest.raises(ForeignTopic, match=sentence):
            begin()
    assert (publisher.topic, publisher.ensured) == ([], [])
