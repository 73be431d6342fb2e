"""Prometheus metrics of positions: how far the log, its relay and its projection are."""

from collections.abc import Iterator
from datetime import UTC, datetime

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from cinestats.application.figures.ports import ReadModels
from cinestats.application.log.ports import EventLog

from .backlog import Backlog

_PARTITION = ["partition"]


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
        appended = _counter("cinestats_events_appended", "Events in the log.")
        projected = _counter("cinestats_events_projected", "Events that the read models hold.")
        lag = _gauge("cinestats_projection_lag_events", "Events still to be projected.")
        lag_age = _gauge(
            "cinestats_projection_lag_seconds", "Age of the oldest event to be projected."
        )
        published = _counter("cinestats_events_published", "Events in the topic.")
        backlog = _gauge("cinestats_relay_backlog_events", "Events still to be published.")
        backlog_age = _gauge(
            "cinestats_relay_backlog_seconds", "Age of the oldest event to be published."
        )
        for partition in range(self._log.partitions):
            checkpoint = self._models.checkpoint(partition)
            sent = None if self._backlog is None else self._backlog.published(partition)
            tail = self._log.tail(partition)
            name = [str(partition)]
            appended.add_metric(name, tail)
            projected.add_metric(name, checkpoint)
            lag.add_metric(name, max(tail - checkpoint, 0))
            lag_age.add_metric(name, self._age(partition, checkpoint))
            if sent is not None:
                published.add_metric(name, sent)
                backlog.add_metric(name, max(tail - sent, 0))
                backlog_age.add_metric(name, self._age(partition, sent))
        yield from (appended, projected, lag, lag_age)
        if self._backlog is not None:
            yield from (published, backlog, backlog_age)

    def _age(self, partition: int, position: int) -> float:
        """How long ago the event behind a position happened; 0 without one."""
        for _, _, event in self._log.read(partition, position, 1):
            if event is not None:
                return max((datetime.now(UTC) - event.occurred_at).total_seconds(), 0)
        return 0


def _counter(name: str, text: str) -> CounterMetricFamily:
    return CounterMetricFamily(name, text, labels=_PARTITION)


def _gauge(name: str, text: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, text, labels=_PARTITION)
