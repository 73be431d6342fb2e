"""The application: every route, and what stands around them."""

from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from fastapi import Depends, FastAPI

from cinestats.entrypoints.api.access.access import Access
from cinestats.entrypoints.api.http.body_budget import BodyBudget
from cinestats.entrypoints.api.http.compress import Compress
from cinestats.entrypoints.api.http.guard import Guard
from cinestats.entrypoints.api.http.metrics import Measure
from cinestats.entrypoints.api.http.openapi import DocumentedApi
from cinestats.entrypoints.api.http.principal import Identify
from cinestats.entrypoints.api.http.rate_limit import Buckets, RateLimit
from cinestats.entrypoints.api.http.routing import HeadAsGet, WholeNames
from cinestats.entrypoints.api.http.services import Services
from cinestats.entrypoints.api.http.turns import Lines, fair_share
from cinestats.entrypoints.container import Container

from . import pages
from .access import accounts, privacy, provider, quotas, session, tokens
from .diary import (
    catalogue,
    completion,
    corrections,
    entries,
    export,
    history,
    lists,
    movies,
    posters,
    review,
)
from .figures import comparison, credits, overview, statistics, stream
from .http.answers import PROBLEMS
from .http.problems import HANDLERS
from .imports import imports
from .operations import admin, health, schemas
from .webhooks import incoming, outgoing

_DIARY = (
    movies,
    corrections,
    completion,
    review,
    entries,
    lists,
    history,
    catalogue,
    posters,
    imports,
    export,
)
_FIGURES = overview, credits, comparison, statistics
_OTHERS = incoming, outgoing, session, provider, accounts, privacy, quotas, tokens, admin


def create_app(container: Container) -> FastAPI:
    """The HTTP interface over the container's objects.

    While its lifespan lasts, a background thread keeps the read models up to date.
    """
    settings = container.settings()
    services, access = Services(container), Access(container)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
        services.background.start()
        try:
            yield
        finally:
            services.background.stop()
            services.webhook_workers.stop()
            services.follow_worker.stop()
            services.source_worker.stop()
            if services.backup_worker is not None:
                services.backup_worker.stop()

    app = DocumentedApi(lifespan=lifespan, redirect_slashes=False, exception_handlers=HANDLERS)
    app.state.services = services
    app.state.access = access
    app.state.shell = pages.page_shell(settings)
    app.state.streams = Counter()
    app.state.lines = Lines(access.address)
    # The owner of a home is alone, and has all threads.
    shares = [Depends(fair_share, scope="function")] if settings.access == "server" else []
    for module in (*_DIARY, *_FIGURES, *_OTHERS):
        app.include_router(module.router, responses=PROBLEMS, dependencies=shares)
    app.include_router(stream.router, responses=PROBLEMS)  # has its own limit, and no thread
    for module in (health, schemas, pages):
        app.include_router(module.router)
    app.mount("/static", pages.PageFiles(directory=pages.STATIC), name="static")

    # The last one added is the first that a request meets.
    per_minute = settings.rate_limit_per_minute
    app.add_middleware(BodyBudget, address=access.address)
    app.add_middleware(Compress)
    app.add_middleware(WholeNames)
    app.add_middleware(HeadAsGet)
    app.add_middleware(RateLimit, per_minute, access.address, Buckets())
    app.add_middleware(Identify, callers=access.callers)
    app.add_middleware(Guard, host=settings.host, public_url=settings.public_url)
    app.add_middleware(Measure, metrics=services.metrics)
    return app
