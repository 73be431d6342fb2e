"""Prometheus metrics of positions: how far the log, its relay and its projection are."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from cinestats.application.figures.ports import ReadModels
from cinestats.application.log.ports import EventLog

from .backlog import Backlog


class Positions(Collector):
    """Positions of log, topic and read models, read when they are asked for.

    They only grow and outlive the process, so they are the right counters of events, whoever
    wrote, published or projected them; a lag in seconds is the age of the oldest event that
    waits. ``backlog`` is None where there is no topic.
    """

    def __init__(self, log: EventLog, models: ReadModels, backlog: Backlog | None) -> None:
        self._log = log
        self._models = models
        self._backlog = backlog

    def collect(self) -> Iterator[Metric]:
        partitions = range(self._log.partitions)
        # The log's tails come last: nothing is ahead of them then.
        projected = [self._models.checkpoint(p) for p in partitions]
        published = (
            [] if self._backlog is None else [self._backlog.published(p) for p in partitions]
        )
        tails = [self._log.tail(p) for p in partitions]
        yield _counter("cinestats_events_appended", "Events in the log.", tails)
        yield _counter(
            "cinestats_events_projected", "Events that the read models hold.", projected
        )
        yield from self._lag("cinestats_projection_lag", "projected", projected, tails)
        if published:
            yield _counter("cinestats_events_published", "Events in the topic.", published)
            yield from self._lag("cinestats_relay_backlog", "published", published, tails)

    def _lag(
        self, name: str, what: str, reached: Sequence[int], tails: Sequence[int]
    ) -> Iterator[Metric]:
        events = (max(tail - at, 0) for at, tail in zip(reached, tails, strict=True))
        yield _gauge(f"{name}_events", f"Events still to be {what}.", events)
        ages = (self._age(partition, at) for partition, at in enumerate(reached))
        yield _gauge(f"{name}_seconds", f"Age of the oldest event to be {what}.", ages)

    def _age(self, partition: int, position: int) -> float:
        """How long ago the event behind a position happened; 0 without one."""
        for _, _, event in self._log.read(partition, position, 1):
            if event is not None:
                return max((datetime.now(UTC) - event.occurred_at).total_seconds(), 0)
        return 0


def _counter(name: str, text: str, values: Iterable[float]) -> Metric:
    return _filled(CounterMetricFamily(name, text, labels=["partition"]), values)


def _gauge(name: str, text: str, values: Iterable[float]) -> Metric:
    return _filled(GaugeMetricFamily(name, text, labels=["partition"]), values)


def _filled(family: CounterMetricFamily | GaugeMetricFamily, values: Iterable[float]) -> Metric:
    """The family with a value for each partition in turn."""
    for partition, value in enumerate(values):
        family.add_metric([str(partition)], value)
    return family
