"""For those who run the server: whether it lives, whether it works, and its metrics."""

from collections.abc import Sequence

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from .problems import problem
from .services import Injected

router = APIRouter(tags=["Operations"])


@router.get("/health/live")
async def live() -> dict[str, str]:
    """Answers while the process does."""
    return {"status": "alive"}


@router.get("/health/ready")
def ready(services: Injected) -> JSONResponse:
    """200 when reads, writes and the projection work, else 503 with the reason."""
    failures = services.background.failures()
    if failures:
        return problem(503, f"Not ready: {'; '.join(failures)}", kind="not-ready")
    lag = [
        services.log.tail(p) - services.models.checkpoint(p)
        for p in range(services.log.partitions)
    ]
    document = {"status": "ready", "projection_lag_events": _by_partition(lag)}
    if services.backlog is not None:
        document["relay_backlog_events"] = _by_partition(services.backlog.events())
    return JSONResponse(document)


@router.get("/metrics")
def metrics(services: Injected) -> Response:
    """The metrics in Prometheus' text format."""
    return Response(generate_latest(services.metrics.registry), media_type=CONTENT_TYPE_LATEST)


def _by_partition(numbers: Sequence[int]) -> dict[str, int]:
    return {str(partition): number for partition, number in enumerate(numbers)}
