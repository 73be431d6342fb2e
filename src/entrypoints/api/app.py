"""The application: every route, the page, and what stands around them."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles

import cinestats
from cinestats.entrypoints.container import Container

from . import imports, movies, operations, problems, schemas, statistics, stream
from .guard import Guard
from .metrics import Measure
from .services import make_services

_STATIC = Path(str(files("cinestats.entrypoints.web"))) / "static"


def create_app(container: Container) -> FastAPI:
    """The HTTP interface over the container's objects.

    While its lifespan lasts, a background thread keeps the read models up to date.
    """
    services = make_services(container)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
        services.background.start()
        try:
            yield
        finally:
            services.background.stop()

    app = FastAPI(
        title="cinestats",
        summary="Exact statistics from the event log of a film diary.",
        version=cinestats.__version__,
        lifespan=lifespan,
        docs_url=None,  # FastAPI's own page loads its scripts from another host
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.services = services
    problems.install(app)
    for module in (movies, imports, statistics, stream, operations, schemas):
        app.include_router(module.router)
    app.mount("/static", StaticFiles(directory=_STATIC), name="static")

    @app.get("/", include_in_schema=False)
    @app.get("/u/{rest:path}", include_in_schema=False)
    async def page() -> FileResponse:
        return FileResponse(_STATIC / "index.html")

    @app.get("/docs", include_in_schema=False)
    async def reference() -> FileResponse:
        return FileResponse(_STATIC / "docs.html")

    app.add_middleware(Guard, host=container.settings().host)
    app.add_middleware(Measure, metrics=services.metrics)
    return app
