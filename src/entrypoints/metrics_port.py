"""Metrics of processes that serve nothing else, on a port of their own."""

from collections.abc import Generator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, ProcessCollector, start_http_server
from prometheus_client.registry import Collector

from cinestats.domain.errors import CinestatsError

from .settings import Settings


def registry_of(collector: Collector) -> CollectorRegistry:
    """A registry with the collector and the figures of this process."""
    registry = CollectorRegistry()
    registry.register(collector)
    ProcessCollector(registry=registry)
    return registry


@contextmanager
def metrics_shown(settings: Settings, registry: CollectorRegistry) -> Generator[None]:
    """Show the metrics over HTTP during the block, where the settings name a port for them.

    Raises CinestatsError when the port cannot be had.
    """
    if settings.metrics_port is None:
        yield
        return
    host, port = settings.metrics_host, settings.metrics_port
    try:
        server, thread = start_http_server(port, host, registry)
    except OSError as error:
        raise CinestatsError(
            f"The metrics cannot be shown at {host}:{port}: {error.strerror}."
        ) from error
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
