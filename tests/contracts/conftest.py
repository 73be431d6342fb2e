import os
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))  # where the package stack lies

from tests.integration.stack import mongo as stand_in

__all__ = ["stand_in"]


class Server(NamedTuple):
    """A MongoDB that runs already."""

    uri: str


@pytest.fixture(scope="session")
def mongo(request: pytest.FixtureRequest) -> object:
    """The server in ``CINESTATS_TEST_MONGO_URI``, else the stand-in."""
    uri = os.environ.get("CINESTATS_TEST_MONGO_URI")
    return Server(uri) if uri else request.getfixturevalue("stand_in")


@pytest.hookimpl(tryfirst=True)  # before -m chooses
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What runs on the server that stands in for MongoDB starts a program."""
    for item in items:
        if "mongo" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.slow)
