"""What the server and the doctor see of another application's topic."""

from collections.abc import Sequence
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest
from prometheus_client import CollectorRegistry

from cinestats.adapters.kafka.settings import KafkaSettings
from cinestats.adapters.memory.stores import MemoryStores
from cinestats.application.streaming.ports import (
    Bounds,
    Lost,
    TopicClaim,
    TopicFacts,
    TopicKind,
    TransportUnavailable,
)
from cinestats.domain.errors import CinestatsError
from cinestats.entrypoints import topic_watch
from cinestats.entrypoints.cli import doctor_distributed
from cinestats.entrypoints.topic_watch import TopicWatch, look_at_topic

NOON = datetime(2025, 1, 20, 12, tzinfo=UTC)
SETTINGS = KafkaSettings(kafka_topic="films")


class Broker(NamedTuple):
    """A Kafka that answers so; it raises where it has no facts to tell."""

    facts: TopicFacts | TransportUnavailable | None
    bounds: Sequence[Bounds]

    def describe_topic(self, _settings: KafkaSettings) -> TopicFacts | None:
        if isinstance(self.facts, TransportUnavailable):
            raise self.facts
        return self.facts

    def topic_bounds(self, _settings: KafkaSettings, partitions: int) -> Sequence[Bounds]:
        assert partitions == len(self.bounds)
        return self.bounds


def stores_at(*positions: int, kind: TopicKind | None = "taken_in") -> MemoryStores:
    stores = MemoryStores()
    stores.topic_claims.put("films", TopicClaim("id-1", len(positions), kind))
    for partition, offset in enumerate(positions):
        stores.topic_positions.advance("films", partition, offset)
    return stores


def answer(monkeypatch: pytest.MonkeyPatch, broker: Broker) -> None:
    monkeypatch.setattr(topic_watch, "describe_topic", broker.describe_topic)
    monkeypatch.setattr(topic_watch, "topic_bounds", broker.topic_bounds)


@pytest.mark.parametrize(
    ("facts", "bounds", "lag", "lost", "problem"),
    [
        (TopicFacts("id-1", 2), [(0, 9), (0, 7)], [4, 0], [0, 0], None),
        (TopicFacts("id-1", 2), [(8, 9), (0, 7)], [1, 0], [3, 0], "--accept-loss 0:5-7"),
        (TopicFacts("id-1", 2), [(0, 9), (0, 3)], [4, 0], [0, 0], "ends at offset 3"),
        (TopicFacts("id-1", 3), [], [], [], "has 3 partitions, but 2"),
        (TopicFacts("id-2", 2), [], [], [], "was deleted and made again"),
        (TopicFacts("id-1", 2, compacted=True), [], [], [], "Kafka compacts the topic films"),
        (None, [], [], [], "Kafka has no topic films."),
        (TransportUnavailable("Kafka is away."), [], [], [], "Kafka is away."),
    ],
)
def test_what_waits_and_what_is_wrong_is_told(
    monkeypatch: pytest.MonkeyPatch,
    facts: TopicFacts | TransportUnavailable | None,
    bounds: Sequence[tuple[int, int]],
    lag: Sequence[int],
    lost: Sequence[int],
    problem: str | None,
) -> None:
    answer(monkeypatch, Broker(facts, [Bounds(*each) for each in bounds]))
    watch = TopicWatch(SETTINGS, stores_at(5, 7))
    watch.look()
    assert watch.view is not None
    assert (list(watch.view.lag), list(watch.view.lost)) == (lag, lost)
    assert (problem is None) == (watch.view.problem is None)
    assert (problem or "") in (watch.view.problem or "")
    registry = CollectorRegistry()
    registry.register(watch)
    told = registry.get_sample_value("cinestats_foreign_topic_problem")
    assert told == (problem is not None)
    for name, values in (("lag", lag), ("lost", lost)):
        shown = [
            registry.get_sample_value(
                f"cinestats_foreign_topic_{name}_records", {"partition": p}
            )
            for p in "01"[: len(values)]
        ]
        assert shown == values


def test_what_was_given_up_is_no_problem_and_stays_visible(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stores = stores_at(5, 7)
    stores.topic_positions.give_up("films", Lost(0, 5, 7), NOON)
    answer(monkeypatch, Broker(TopicFacts("id-1", 2), [Bounds(8, 9), Bounds(0, 7)]))
    view = look_at_topic(SETTINGS, stores)
    assert view is not None
    assert (view.problem, list(view.lost)) == (None, [0, 0])
    assert [str(lost) for lost, _ in view.given_up] == ["0:5-7"]


def test_the_doctor_tells_partitions_lag_and_losses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also what was given up, for as long as the database is there."""
    stores = stores_at(5, 7)
    broker = Broker(TopicFacts("id-1", 2), [Bounds(8, 19), Bounds(0, 7)])
    answer(monkeypatch, broker)
    monkeypatch.setattr(doctor_distributed, "describe_topic", broker.describe_topic)
    log = SimpleNamespace(partitions=4)
    container: Any = SimpleNamespace(
        settings=lambda: SETTINGS, stores=lambda: stores, log=lambda: log
    )
    with pytest.raises(CinestatsError, match="--accept-loss 0:5-7"):
        doctor_distributed._topic(container)
    stores.topic_positions.give_up("films", Lost(0, 5, 7), NOON)
    told = "2 partitions, 11 records to be counted; given up: 0:5-7"
    assert doctor_distributed._topic(container) == told


@pytest.mark.parametrize("kind", ["log", None])
def test_a_topic_with_a_log_behind_it_needs_no_watch(
    monkeypatch: pytest.MonkeyPatch, kind: TopicKind | None
) -> None:
    """Its lag is the projection's, and Kafka is not asked."""
    answer(monkeypatch, Broker(TransportUnavailable("Kafka was asked."), []))
    assert look_at_topic(SETTINGS, stores_at(5, kind=kind)) is None
    assert look_at_topic(SETTINGS, MemoryStores()) is None
    watch = TopicWatch(SETTINGS, MemoryStores())
    watch.look()
    assert watch.view is None
    assert list(watch.collect()) == []
