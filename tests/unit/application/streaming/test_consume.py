"""Consuming a topic: exactly once in effect, whatever the topic brings."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from cinestats.adapters import strict_json
from cinestats.adapters.event_json import encode, parse_event
from cinestats.adapters.memory.dead_letters import MemoryDeadLetters
from cinestats.application.log.ports import NewerEvent
from cinestats.application.streaming.consume import (
    Consumer,
    LogGap,
    Outcome,
    Positions,
    TopicRecord,
)
from cinestats.domain.diary import DeleteMovie, UpdateRating
from tests.unit.application.application import Application

NOW = datetime(2025, 1, 21, tzinfo=UTC)


class Topic:
    """A topic with one partition, and a consumer of it."""

    def __init__(self, app: Application, *, relayed: bool = True) -> None:
        self.app = app
        self.letters = MemoryDeadLetters()
        positions = Positions(app.log if relayed else None)
        self.consumer = Consumer(
            "events",
            1,
            lambda value: parse_event(strict_json.parse(value), UTC),
            positions,
            app.models,
            self.letters,
            lambda: NOW,
        )
        self.records: list[TopicRecord] = []

    def relay(self, *positions: int) -> None:
        """Publish what the log has at these positions."""
        for at in positions:
            (recorded,) = self.app.log.read(0, at - 1, 1)
            assert recorded.event is not None
            self.send(recorded.event.user_id.encode(), encode(recorded.event, at))

    def send(self, key: bytes | None, value: bytes | None) -> None:
        self.records.append(TopicRecord(len(self.records), key, value))

    def consume(self, records: Iterable[TopicRecord] | None = None) -> Outcome:
        return self.consumer.consume(0, self.records if records is None else records)

    def reasons(self) -> list[str]:
        return [letter.reason for letter in self.letters.waiting(100)]


def recorded(films: int = 6) -> Application:
    app = Application()
    adds = [app.add(f"Film {n}") for n in range(films)]
    app.recorder.record_all(adds)
    app.recorder.record(
        UpdateRating(
            event_id="r", user_id="u1", entry_id=adds[0].entry_id, new_rating=2, now=app.now
        )
    )
    app.recorder.record(
        DeleteMovie(event_id="d", user_id="u1", entry_id=adds[1].entry_id, now=app.now)
    )
    return app


def test_what_a_relay_sends_is_counted() -> None:
    """The statistics equal a recompute from the log."""
    topic = Topic(recorded())
    topic.relay(*range(1, 9))
    assert topic.consume() == Outcome(8, 0, 0, 0, 8)
    assert topic.app.verifier.verify().equal
    assert topic.app.total() == 5


def test_records_that_come_again_count_once() -> None:
    """A relay that crashed resends; a driver that crashed reads again (faults 3, 8, 9, 11)."""
    topic = Topic(recorded())
    topic.relay(1, 2, 3, 2, 3, 4)
    assert topic.consume() == Outcome(4, 0, 2, 0, 4)
    assert topic.consume() == Outcome(0, 0, 6, 0, 4)
    topic.relay(5, 6, 7, 8)
    assert topic.consume(topic.records[3:]) == Outcome(4, 0, 3, 0, 8)
    assert topic.app.verifier.verify().equal


def test_a_gap_is_healed_from_the_log() -> None:
    """What the topic lost is read where it was recorded (faults 13 and 14)."""
    topic = Topic(recorded())
    topic.relay(3, 8)
    assert topic.consume() == Outcome(2, 0, 0, 6, 8)
    assert topic.app.verifier.verify().equal


def test_erased_events_are_no_gap() -> None:
    """A relay leaves them out, and the log knows why."""
    app = recorded()
    app.recorder.record(app.add("Other", "u2"))
    app.log.erase("u1", 8)
    topic = Topic(app)
    topic.relay(9)
    assert topic.consume() == Outcome(1, 0, 0, 8, 9)
    assert topic.app.total("u2") == 1


def test_a_gap_that_nothing_heals_stops_the_partition() -> None:
    """Loudly, and with nothing counted."""
    app = recorded()
    topic = Topic(app)
    topic.relay(1, 5)
    app.log.read = lambda *_: []  # type: ignore[method-assign]
    with pytest.raises(LogGap, match="lacks position 2"):
        topic.consume()
    assert app.models.checkpoint(0) == 0


def test_bad_records_are_parked_with_their_bytes_and_the_good_ones_count() -> None:
    """Bad inputs 1 to 9, 12, 16, 18, 20 and 22 to 24, as they come by Kafka."""
    app = recorded()
    topic = Topic(app)
    (first, *_) = app.log.read(0, 0, 1)
    assert first.event is not None
    good = encode(first.event, 1)
    bad: list[tuple[bytes | None, bytes | None, str]] = [
        (b"u1", None, "value: is null"),
        (b"u1", b"\xff\xfe", "not UTF-8"),
        (b"u1", b"{", "not JSON"),
        (b"u1", b"[" * 100_000, "nests deeper"),
        (b"u1", b"9" * 5000, "5,000 digits"),
        (b"u1", good.replace(b'"rating":4.0', b'"rating":NaN'), "NaN"),
        (b"u1", good.replace(b'"rating":4.0', b'"rating":7'), "rating: must be"),
        (b"u1", good.replace(b'"rating":4.0', b'"rating":true'), "rating: must be"),
        (b"u1", good.replace(b'"schema":1', b'"schema":"2"'), "schema: must be 2"),
        (b"u1", good.replace(b'"schema":1', b'"schema":0'), "schema: must be 2"),
        (b"u1", good.replace(b'"ADD"', b"5"), "event_type: must be"),
        (b"u1", good.replace(b'"schema":1', b'"schema":1,"schema":1'), "twice"),
        (b"u1", good.replace(b'"name":"Film 0"', b'"name":" "'), "name: must not be blank"),
        (b"u1", good.replace(b"+00:00", b""), "timestamp: must say its zone"),
        (b"u1", good.replace(b"2025-01-21T", b"9999-01-21T"), "timestamp: must be from"),
        (b"u2", good, "key: is not the user_id"),
        (None, good, "key: is not the user_id"),
        (
            b"u1",
            good.replace(b'"position":1', b'"position":9'),
            "position: 9 is not in the log",
        ),
        (
            b"u1",
            good.replace(b'"position":1', b'"position":0'),
            "position: 0 is not in the log",
        ),
        (b"u1", good.replace(b',"position":1', b""), "position: is missing"),
        (b"u1", good.replace(b'"event_id"', b'"no_id"'), "position: is missing"),
        (b"u1", good.replace(b'"entry_id"', b'"no_id"'), "position: is missing"),
        (b"u1", good.replace(b"Film 0", b"X"), "position: was given to another event too"),
    ]
    topic.relay(1)
    for key, value, _ in bad:
        topic.send(key, value)
    topic.relay(*range(2, 9))
    outcome = topic.consume()
    assert (outcome.counted, outcome.parked, outcome.position) == (8, len(bad), 8)
    letters = sorted(topic.letters.waiting(100), key=lambda letter: letter.offset)
    for letter, (key, value, reason) in zip(letters, bad, strict=True):
        assert reason in letter.reason, letter.reason
        assert (letter.key, letter.value) == (key, value)
        assert (letter.topic, letter.partition, letter.parked_at) == ("events", 0, NOW)
    topic.consume()
    assert len(topic.letters.waiting(100)) == len(bad)
    assert app.verifier.verify().equal


NEWER = [(b'"schema":1', b'"schema":3'), (b'"ADD"', b'"MERGE"')]


@pytest.mark.parametrize(("known", "newer"), NEWER)
def test_an_event_of_a_later_version_stops_a_relayed_partition(
    known: bytes, newer: bytes
) -> None:
    """Fault 30: parked, it would count nowhere, and what follows would take it off."""
    app = recorded()
    topic = Topic(app)
    topic.relay(1, 2)
    topic.records[1] = topic.records[1]._replace(
        value=(topic.records[1].value or b"").replace(known, newer)
    )
    with pytest.raises(NewerEvent, match=r"newer cinestats; this is .*: upgrade cinestats"):
        topic.consume()
    assert app.models.checkpoint(0) == 0
    assert not topic.letters.waiting(1)


@pytest.mark.parametrize(("known", "newer"), NEWER)
def test_an_event_of_a_later_version_is_parked_in_a_topic_without_a_log(
    known: bytes, newer: bytes
) -> None:
    """Bad input 24: nobody else has it, so it waits for the upgrade, and the others go on."""
    topic = Topic(Application(), relayed=False)
    record = (
        b'{"event_type":"ADD","user_id":"u1","movie":{"name":"A","rating":4},"schema":1,'
        b'"timestamp":"2025-01-20T12:00:00+00:00"}'
    )
    topic.send(b"u1", record.replace(known, newer))
    original(topic, "B")
    assert topic.consume() == Outcome(1, 1, 0, 0, 2)
    assert "upgrade cinestats" in topic.reasons()[0]


def test_a_user_in_the_wrong_partition_is_parked() -> None:
    """Only Kafka's own partitioning keeps a user's events in order."""
    app = recorded()
    topic = Topic(app)
    topic.consumer = replace(topic.consumer, partitions=1000)
    topic.relay(1)
    assert topic.consume().parked == 1
    assert topic.reasons() == ["key: 'u1' belongs into another partition"]


def original(topic: Topic, title: str, verb: bytes = b"ADD") -> None:
    topic.send(
        b"u1",
        b'{"event_type":"%s","user_id":"u1","movie":{"name":"%s","rating":4},'
        b'"timestamp":"2025-01-20T12:00:00+00:00"}' % (verb, title.encode()),
    )


def test_a_topic_without_a_log_is_fenced_by_offset() -> None:
    """The original's events count once each, also when they are read again."""
    topic = Topic(Application(), relayed=False)
    for title in ("A", "B", "C"):
        original(topic, title)
    topic.send(b"u1", b"poison")
    original(topic, "B", b"DELETE")
    assert topic.consume() == Outcome(4, 1, 0, 0, 5)
    assert topic.consume() == Outcome(0, 1, 4, 0, 5)
    stored = topic.app.models.user_stats("u1")
    assert stored is not None
    assert (stored.stats.total_watched, stored.position) == (2, 5)


def test_a_relayed_event_has_no_place_in_a_topic_without_a_log() -> None:
    """A topic holds one kind or the other."""
    app = recorded()
    topic = Topic(app, relayed=False)
    topic.relay(1)
    assert topic.consume().parked == 1
    assert topic.reasons() == ["position: is given, in a topic that has no log behind it"]


def test_two_consumers_at_once_count_each_event_once() -> None:
    """The one that loses the race looks again (fault 21)."""
    app = recorded()
    topic, rival = Topic(app), Topic(app)
    topic.relay(*range(1, 9))
    rival.records = topic.records
    checkpoint = app.models.checkpoint
    calls = 0

    def interrupted(partition: int) -> int:
        nonlocal calls
        base = checkpoint(partition)
        calls += 1
        if calls == 1:
            app.models.checkpoint = checkpoint  # type: ignore[method-assign]
            rival.consume(topic.records[:5])
        return base

    app.models.checkpoint = interrupted  # type: ignore[method-assign]
    assert topic.consume() == Outcome(3, 0, 5, 0, 8)
    assert app.verifier.verify().equal
