"""For those who run the server: whether it lives, whether it works, and its metrics."""

from collections.abc import Sequence
from typing import Literal

from anyio import move_on_after, to_thread
from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import Field
from starlette.exceptions import HTTPException

import cinestats
from cinestats.adapters.documents.fields import Answer
from cinestats.entrypoints.api.http.answers import PROBLEMS, answer
from cinestats.entrypoints.api.http.callers import Caller
from cinestats.entrypoints.api.http.peer import is_this_machine
from cinestats.entrypoints.api.http.problems import problem
from cinestats.entrypoints.api.http.services import Injected, Services

CANARY_SECONDS = 2.0
_NOBODY = "nobody"

router = APIRouter(tags=["Operations"])

_VERSION = Field(examples=["0.2.0"])


class AliveAnswer(Answer):
    """That the process answers, and of which version of cinestats it is."""

    status: Literal["alive"] = Field(examples=["alive"])
    version: str = _VERSION


class ReadyAnswer(Answer):
    """How many events wait in each partition: to be projected, and to be published.

    ``topic_lag_events`` tells it of another application's topic, as it was some seconds ago,
    and ``topic_problem`` why its consumer cannot go on, where that is so. ``backup_failure``
    says why the last scheduled backup failed, where it did.
    """

    status: Literal["ready"] = Field(examples=["ready"])
    version: str = _VERSION
    projection_lag_events: dict[str, int] = Field(examples=[{"0": 0, "1": 2}])
    relay_backlog_events: dict[str, int] | None = Field(
        default=None, examples=[{"0": 0, "1": 0}]
    )
    topic_lag_events: dict[str, int] | None = Field(default=None, examples=[{"0": 3}])
    topic_problem: str | None = Field(default=None, examples=["Kafka has no topic films."])
    backup_failure: str | None = Field(
        default=None, examples=["There is no room left to write log.db."]
    )


@router.get("/health/live")
async def get_liveness() -> AliveAnswer:
    """Say whether the process is alive."""
    return AliveAnswer(status="alive", version=cinestats.__version__)


@router.get("/health/ready", response_model=ReadyAnswer, responses={503: PROBLEMS[503]})
async def get_readiness(services: Injected) -> JSONResponse:
    """Say whether reads, writes and the projection work. If not, 503 says why.

    A read is tried as a user's is, with the same threads, and has 2 s.
    """
    failures = [*services.background.failures()]
    lag: Sequence[int] = ()
    with move_on_after(CANARY_SECONDS) as canary:
        hindrance, lag = await to_thread.run_sync(_read, services, abandon_on_cancel=True)
        failures += [hindrance] if hindrance else []
    if canary.cancelled_caught:
        failures.append(f"a read took longer than {CANARY_SECONDS:g} s")
    if failures:
        return problem(503, f"Not ready: {'; '.join(failures)}", kind="not-ready")
    document: dict[str, object] = {
        "status": "ready",
        "version": cinestats.__version__,
        "projection_lag_events": _by_partition(lag),
    }
    if services.backlog is not None:
        document["relay_backlog_events"] = _by_partition(services.backlog.events())
    if services.topic is not None and (view := services.topic.view) is not None:
        document["topic_lag_events"] = _by_partition(view.lag)
        if view.problem is not None:
            document["topic_problem"] = view.problem
    if services.backup_worker is not None and services.backup_worker.failure is not None:
        # The server works without; whoever watches it has to know.
        document["backup_failure"] = services.backup_worker.failure
    return JSONResponse(document)


def _read(services: Services) -> tuple[str | None, Sequence[int]]:
    """Ask each store that a page needs.

    Returns why nothing can be written, where that is so, and what waits to be projected.
    """
    services.accounts.get(_NOBODY)
    services.models.user_stats(_NOBODY)
    services.diary_reader.position(_NOBODY)
    partitions = range(services.log.partitions)
    # A checkpoint may have moved since, or be one of a topic that no log is behind.
    lag = [max(services.log.tail(p) - services.models.checkpoint(p), 0) for p in partitions]
    return services.container.stores().hindrance(), lag


async def _may_see_metrics(request: Request, caller: Caller) -> None:
    if "admin" in caller.scopes or is_this_machine(request.scope):
        return
    if caller.kind == "anonymous":
        raise HTTPException(
            401, "Scrape from this machine, or show a token.", {"WWW-Authenticate": "Bearer"}
        )
    raise HTTPException(404)


_EXAMPLE = 'cinestats_events_appended_total{partition="0"} 417.0\n'
_METRICS = answer("The metrics.", "text/plain", {"type": "string"}, _EXAMPLE)


@router.get(
    "/metrics",
    response_class=Response,
    responses={**PROBLEMS, 200: _METRICS},
    dependencies=[Depends(_may_see_metrics)],
)
def get_metrics(services: Injected) -> Response:
    """The metrics in Prometheus' text format, for this machine and for tokens of an admin."""
    return Response(generate_latest(services.metrics.registry), media_type=CONTENT_TYPE_LATEST)


def _by_partition(numbers: Sequence[int]) -> dict[str, int]:
    return {str(partition): number for partition, number in enumerate(numbers)}
