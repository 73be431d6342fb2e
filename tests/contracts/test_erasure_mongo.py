"""Erased means erased: nothing of a user is in any collection of the database."""

import os

import pytest

if os.environ.get("CI") != "true":
    pytest.importorskip("pymongo", reason="The extra distributed is not installed.")

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from pymongo import InsertOne

from cinestats.adapters.mongo.fenced_additions import additions_to
from cinestats.adapters.mongo.read_models import MongoReadModels
from cinestats.application.catalogue.ports import FilmQuery, Found
from cinestats.application.figures.project import net_changes
from cinestats.application.streaming.dead_letters import DeadLetter
from cinestats.domain.projections import FILM_DAYS
from cinestats.entrypoints.container import Container
from cinestats.entrypoints.settings import Settings
from stack.mongo import Mongo

from . import erasure
from .builders import added, deleted, recorded
from .erasure import NEEDLE, SHARED, USER, lived, started, told
from .read_models import batch

pytestmark = [pytest.mark.distributed, pytest.mark.slow]

_numbers = itertools.count(1)
NEVER_NAMED = {
    *("meta", "checkpoints", "diary_positions", "next_global_days", "next_checkpoints"),
    *("relay_positions", "topic_positions"),
}


@pytest.fixture
def app(mongo: Mongo, tmp_path: Path) -> Iterator[Container]:
    settings = Settings(
        backend="distributed",
        mongo_uri=mongo.uri,
        mongo_database=f"test_erasure{next(_numbers)}",
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
    assert isinstance(app.catalogue().find(FilmQuery(SHARED, 1999)), Found)
    days = app.stores().database.find("global_days", {})  # type: ignore[attr-defined]
    nameless = [day for day in days if not day["count"]]
    assert nameless
    assert all(set(day) == {"_id", "count", "position"} for day in nameless)
    (shared,) = (day for day in days if day.get("name") == SHARED)
    assert (shared["count"], shared["poster_url"]) == (1, None)
    assert NEEDLE not in repr(app.audit_trail().latest(100)).lower()


def test_a_projector_that_was_stopped_brings_no_name_back(app: Container) -> None:
    """The document without names still keeps out what it has counted (fault 21)."""
    models = app.stores().models
    assert isinstance(models, MongoReadModels)
    event = added(1, USER)
    first = recorded([event])
    late = [
        InsertOne(each.document())
        for projection, changes in net_changes(first)
        if projection is FILM_DAYS
        for each in additions_to(projection, changes, 0, "", models.secret)
    ]
    models.apply(batch(first))
    models.apply(batch(recorded([deleted(2, event.entry, USER)], after=1), base=1))
    (key,) = FILM_DAYS.keys(event)
    models.forget_user(USER, 0, {"global_days": {key: None}})
    assert len(models.database.write_all("global_days", late).kept_out) == len(late) == 1
    (day,) = models.database.find("global_days", {})
    assert day == {"_id": day["_id"], "count": 0, "position": 2}
    assert models.counts(FILM_DAYS, 0) == {}
    models.apply(batch(recorded([added(3, "bruno")], after=2), base=2))
    (day,) = models.database.find("global_days", {})
    assert (day["name"], day["count"], day["position"]) == ("Inception", 1, 3)
