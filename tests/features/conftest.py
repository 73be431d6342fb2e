"""Every scenario runs on each backend that is listed here."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cinestats.entrypoints.container import make_container
from cinestats.entrypoints.settings import Settings

from .world import World


@pytest.fixture(params=["memory", "embedded"], autouse=True)
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """A fresh application on the backend."""
    app = make_container(Settings(backend=request.param, data_dir=tmp_path))
    yield World(app)
    app.close()
