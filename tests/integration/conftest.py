from pathlib import Path

import pytest

from .browser import browser, data_dir, server, user, visit
from .stack import kafka, mongo

__all__ = ["browser", "data_dir", "kafka", "mongo", "server", "user", "visit"]

_HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is here, so that one run takes it together with the distributed tests."""
    for item in items:
        if _HERE in item.path.parents:
            item.add_marker("integration")
