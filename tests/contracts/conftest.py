import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))  # where the package stack lies

from tests.integration.stack import mongo

__all__ = ["mongo"]


@pytest.hookimpl(tryfirst=True)  # before -m chooses
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What runs on the server that stands in for MongoDB starts a program."""
    for item in items:
        if "mongo" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.slow)
