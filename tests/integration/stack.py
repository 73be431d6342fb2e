"""The real components for tests: session fixtures, and what happens where one is missing."""

import importlib.util
import os
from collections.abc import Iterator

import pytest

from stack.errors import StackError
from stack.jars import jars
from stack.java_process import find_java
from stack.kafka import Kafka, start_kafka
from stack.mongo import Mongo, start_mongo

_CLIENTS = {"kafka": "kafka", "mongo": "pymongo", "spark": "pyspark"}


def requires(component: str) -> None:
    """Skip the test where ``kafka``, ``mongo`` or ``spark`` can't run, and say what is missing.

    With ``CI=true`` the test fails with the same sentence.
    """
    missing = _missing(component)
    if missing and os.environ.get("CI") == "true":
        pytest.fail(missing, pytrace=False)
    if missing:
        pytest.skip(missing)


def _missing(component: str) -> str | None:
    client = _CLIENTS[component]
    if importlib.util.find_spec(client) is None:
        return f"The Python package {client} is missing: install the extra distributed."
    try:
        find_java()
        jars(component)
    except StackError as error:
        return str(error)
    return None


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kafka]:
    """One broker for the session; tests that kill a broker start their own."""
    requires("kafka")
    server = start_kafka(tmp_path_factory.mktemp("kafka"))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def mongo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mongo]:
    """One Mongo-wire server for the session; each test takes a database of its own."""
    requires("mongo")
    server = start_mongo(tmp_path_factory.mktemp("mongo"))
    yield server
    server.stop()
