"""Prometheus metrics: how far everything is, and how requests fare."""

from collections.abc import Iterator
from time import perf_counter

from prometheus_client import CollectorRegistry, Histogram, ProcessCollector
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cinestats.entrypoints.backup_worker import BackupWorker
from cinestats.entrypoints.position_metrics import Positions

_METHODS = frozenset({"GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS"})


class Metrics:
    """The metrics of one app."""

    def __init__(self, positions: Positions) -> None:
        self.registry = CollectorRegistry()
        self.registry.register(positions)
        ProcessCollector(registry=self.registry)
        self.requests = Histogram(
            "cinestats_http_request_seconds",
            "Requests and how long they took, by the template of their route.",
            ("method", "route", "status"),
            registry=self.registry,
        )


class BackupMetrics(Collector):
    """When the last scheduled backup was made, and whether the last attempt failed."""

    def __init__(self, worker: BackupWorker) -> None:
        self._worker = worker

    def collect(self) -> Iterator[Metric]:
        last = self._worker.last()
        yield GaugeMetricFamily(
            "cinestats_backup_last_success_timestamp_seconds",
            "When the last scheduled backup was made; 0 without one.",
            value=last.timestamp() if last else 0,
        )
        yield GaugeMetricFamily(
            "cinestats_backup_failed",
            "1 when the last attempt at a scheduled backup failed.",
            value=self._worker.failure is not None,
        )


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
