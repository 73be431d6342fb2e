"""Every scenario runs on each backend that is listed here."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cinestats.entrypoints.container import Container, make_container
from cinestats.entrypoints.settings import Settings
from tests.integration.stack import kafka, mongo

from .distributed import distributed_app, spark
from .world import World

__all__ = ["distributed_app", "kafka", "mongo", "spark"]

_DISTRIBUTED = pytest.param("distributed", marks=pytest.mark.distributed)


@pytest.fixture(params=["memory", "embedded", _DISTRIBUTED], autouse=True)
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """A fresh application on the backend."""
    if request.param == "distributed":
        app: Container = request.getfixturevalue("distributed_app")
        yield World(app)
    else:
        app = make_container(Settings(backend=request.param, data_dir=tmp_path))
        yield World(app)
        app.close()
