from pathlib import Path

import pytest

from .browser import browser, data_dir, server, user, visit
from .stack import kafka, mongo

__all__ = ["browser", "data_dir", "kafka", "mongo", "server", "user", "visit"]

_HERE = Path(__file__).parent
_LONGEST = ("test_spark_", "test_original_", "test_features", "test_distributed_")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is here, so that one run takes it together with the distributed tests.

    The files that take longest begin, so that in the end no processor waits for one of them.
    """
    for item in items:
        if _HERE in item.path.parents:
            item.add_marker("integration")
    items.sort(key=lambda item: not item.path.name.startswith(_LONGEST))
