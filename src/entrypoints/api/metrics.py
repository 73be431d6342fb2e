"""Prometheus metrics: how far the projection is, and how requests fare."""

from collections.abc import Iterator
from time import perf_counter

from prometheus_client import (
    CollectorRegistry,
    Histogram,
    ProcessCollector,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cinestats.application.ports import EventLog, ReadModels

_METHODS = frozenset({"GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS"})


class Metrics:
    """The metrics of one app."""

    def __init__(self, log: EventLog, models: ReadModels) -> None:
        self.registry = CollectorRegistry()
        self.registry.register(_Positions(log, models))
        ProcessCollector(registry=self.registry)
        self.requests = Histogram(
            "cinestats_http_request_seconds",
            "Requests and how long they took, by the template of their route.",
            ("method", "route", "status"),
            registry=self.registry,
        )


class _Positions(Collector):
    """Positions of log and read models, read when they are asked for.

    They only grow and outlive the process, so they are the right counters of events, whoever
    wrote or projected them.
    """

    def __init__(self, log: EventLog, models: ReadModels) -> None:
        self._log = log
        self._models = models

    def collect(self) -> Iterator[Metric]:
        label = ["partition"]
        appended = CounterMetricFamily(
            "cinestats_events_appended", "Events in the log.", labels=label
        )
        projected = CounterMetricFamily(
            "cinestats_events_projected", "Events that the read models hold.", labels=label
        )
        lag = GaugeMetricFamily(
            "cinestats_projection_lag_events", "Events still to be projected.", labels=label
        )
        for partition in range(self._log.partitions):
            checkpoint, tail = self._models.checkpoint(partition), self._log.tail(partition)
            name = [str(partition)]
            appended.add_metric(name, tail)
            projected.add_metric(name, checkpoint)
            lag.add_metric(name, max(tail - checkpoint, 0))
        yield from (appended, projected, lag)


class Measure:
    """Counts and times every request to ``app``."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = perf_counter()
        status = 500

        async def send_and_note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, send_and_note)
        finally:
            method = scope["method"] if scope["method"] in _METHODS else "other"
            # Never the raw path: it would make a new time series for every user.
            route = getattr(scope.get("route"), "path", "none")
            self._metrics.requests.labels(method, route, status).observe(perf_counter() - began)
