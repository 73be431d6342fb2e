"""Erased means erased: nothing of a user is in any collection of the database."""

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cinestats.application.streaming.dead_letters import DeadLetter
from cinestats.entrypoints.container import Container
from cinestats.entrypoints.settings import Settings
from stack.mongo import Mongo

from . import erasure
from .erasure import NEEDLE, SHARED, USER, lived, started, told

pytestmark = [pytest.mark.distributed, pytest.mark.slow]

_numbers = itertools.count(1)
NEVER_NAMED = {
    *("meta", "checkpoints", "diary_positions", "next_global_days", "next_checkpoints"),
    *("films", "keys", "titles", "words", "shelves", "relay_positions", "catalogue"),
}


@pytest.fixture
def app(mongo: Mongo, tmp_path: Path) -> Iterator[Container]:
    settings = Settings(
        backend="distributed",
        mongo_uri=mongo.uri,
        mongo_database=f"erasure{next(_numbers)}",
        data_dir=tmp_path,
        access="server",
        registration="open",
        public_url=erasure.PUBLIC_URL,
        partitions=1,
    )
    app = started(settings)
    yield app
    app.close()


def collections(app: Container) -> dict[str, bool]:
    """Every collection that holds anything, and whether it names the user."""
    database = app.stores().database  # type: ignore[attr-defined]
    names = database.collection("meta").database.list_collection_names()
    found = {name: database.find(name, {}) for name in names}
    return {name: told(documents) for name, documents in found.items() if documents}


def test_nothing_of_an_erased_user_is_in_any_collection(app: Container) -> None:
    """Every collection that can name a user did so before; the fences of the days stay."""
    parked = DeadLetter(
        "topic", 0, 1, None, f'{{"user_id": "{USER}"'.encode(), "is no JSON", datetime.now(UTC)
    )
    with lived(app):
        app.dead_letters().park([parked])
        before = collections(app)
        assert {name for name, named in before.items() if not named} <= NEVER_NAMED
        others = erasure.figures_of_others(app)
        app.eraser().erase(USER, "command line")
        assert [name for name, named in collections(app).items() if named] == []
        assert erasure.figures_of_others(app) == others
        assert app.verifier().verify().equal
    days = app.stores().database.find("global_days", {})  # type: ignore[attr-defined]
    nameless = [day for day in days if not day["count"]]
    assert nameless
    assert all(set(day) == {"_id", "count", "position"} for day in nameless)
    (shared,) = (day for day in days if day.get("name") == SHARED)
    assert (shared["count"], shared["poster_url"]) == (1, None)
    assert NEEDLE not in repr(app.audit_trail().latest(100)).lower()
