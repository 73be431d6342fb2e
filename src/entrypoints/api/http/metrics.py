"""Prometheus metrics: how far everything is, and how requests fare."""

from time import perf_counter

from prometheus_client import CollectorRegistry, Histogram, ProcessCollector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

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
