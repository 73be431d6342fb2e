"""Projectors on MongoDB that die, stall and lose answers: each event is counted once."""

import itertools
import os

import pytest

if os.environ.get("CI") != "true":
    pytest.importorskip("pymongo", reason="The extra distributed is not installed.")

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from cinestats.adapters.mongo.database import Document, MongoDatabase
from cinestats.adapters.mongo.read_models import MongoReadModels
from cinestats.application.figures.ports import Batch, Fenced
from stack.mongo import Mongo
from tests.contracts.builders import recorded

from .mongo_failpoints import (
    NOW,
    ROME,
    Crash,
    FailingDatabase,
    StoppedDatabase,
    check,
    empty,
    failing_database,
    history,
    project,
    request_of,
)
from .tcp_proxy import TcpProxy


@pytest.fixture
def database(mongo: Mongo) -> Iterator[FailingDatabase]:
    yield from failing_database(mongo)


@pytest.mark.parametrize("mode", ["before", "after", "part"])
@pytest.mark.parametrize("sizes", [(13, 13), (13, 2), (3, 5), (13, 7), (1, 13)])
def test_a_batch_that_breaks_off_anywhere_counts_once(
    database: FailingDatabase,
    monkeypatch: pytest.MonkeyPatch,
    sizes: tuple[int, int],
    mode: str,
) -> None:
    """Killed at every write, replayed with the same and with other bounds (faults 9, 17)."""
    monkeypatch.setattr("cinestats.adapters.mongo.database.CHUNK", 3)
    events = recorded(history())
    database.after, database.part = mode == "after", mode == "part"
    for fatal in range(1000):
        empty(database)
        database.fatal, database.writes = fatal, 0
        models = MongoReadModels(database, ROME)
        try:
            project(models, events, sizes[0])
            break
        except Crash:
            database.fatal = None
            project(models, events, sizes[1])
            check(database, events)
    assert fatal > 8, "every chunk and the checkpoint had their turn"


def test_a_projector_that_was_stopped_in_a_batch_changes_nothing_when_it_goes_on(
    database: FailingDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another took over and went further meanwhile, with other bounds (fault 21)."""
    monkeypatch.setattr("cinestats.adapters.mongo.database.CHUNK", 3)
    events = recorded(history())
    for size, stop, base in itertools.product((1, 4, 6), range(12), (0, 1)):
        empty(database)
        project(MongoReadModels(database, ROME), events[:base], 1)

        def meanwhile(size: int = size) -> None:
            project(MongoReadModels(database, ROME), events, size)

        stopped = StoppedDatabase(database, stop, meanwhile)
        try:
            MongoReadModels(stopped, ROME).apply(Batch(0, base, events[base:7], NOW))
        except Fenced:
            check(database, events)
        else:
            assert stop >= 5, "the batch took fewer bulks than it should"


def test_a_projector_that_was_stopped_while_it_caught_up_changes_nothing_when_it_goes_on(
    database: FailingDatabase,
) -> None:
    """What it had read of documents that were ahead is out of date by then (fault 21)."""
    events = recorded(history())
    caught_up = 0
    for stop in range(1, 9):
        empty(database)
        dying = FailingDatabase(database._uri, database.name)
        dying.fatal, dying.after = 2, True
        with pytest.raises(Crash):
            MongoReadModels(dying, ROME).apply(Batch(0, 0, events[:4], NOW))
        stopped = StoppedDatabase(
            database, stop, lambda: project(MongoReadModels(database, ROME), events, 5)
        )
        with suppress(Fenced):
            MongoReadModels(stopped, ROME).apply(Batch(0, 0, events[:9], NOW))
            caught_up += 1
            project(MongoReadModels(database, ROME), events, 5)
        check(database, events)
    assert caught_up < 4, "the batch took fewer bulks than it should"


def test_affinities_of_a_newcomer_are_inserted_unasked(
    database: FailingDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Anna's first events come in a later batch; what a killed attempt left counts once."""
    events = recorded(history())
    database.after = True
    models = MongoReadModels(database, ROME)
    models.apply(Batch(0, 0, events[:1], NOW))  # of Bruno
    annas = events[1:3]
    assert all(each.event and each.event.user_id == "anna" for each in annas)
    asked: list[str] = []
    find = database.find

    def listening(collection: str, *arguments: Any, **options: Any) -> list[Document]:
        asked.append(collection)
        return find(collection, *arguments, **options)

    monkeypatch.setattr(database, "find", listening)
    database.fatal, database.writes = 1, 0  # her affinities
    with pytest.raises(Crash):
        models.apply(Batch(0, 1, annas, NOW))
    assert "user_stats" in asked
    assert "user_affinities" not in asked
    database.collection("user_stats").delete_one({"_id": "anna"})  # as if it was not there yet
    database.fatal = None
    models.apply(Batch(0, 1, events[1:], NOW))
    check(database, events)


def test_two_projectors_that_interleave_count_once(database: FailingDatabase) -> None:
    """The slower one is ahead in some documents, behind in others."""
    events = recorded(history())
    for fatal in range(1, 4):
        empty(database)
        dying = FailingDatabase(database._uri, database.name)
        dying.fatal = fatal
        with pytest.raises(Crash):
            MongoReadModels(dying, ROME).apply(Batch(0, 0, events[:9], NOW))
        project(MongoReadModels(database, ROME), events, 2)
        check(database, events)


def test_a_batch_whose_answers_are_lost_counts_once(mongo: Mongo) -> None:
    """The driver does not know whether a write arrived, and sends it again (fault 16)."""
    events = recorded(history())
    for collection in ("user_stats", "user_affinities", "global_days", "checkpoints"):
        with TcpProxy(mongo.port) as proxy:
            through_proxy = MongoDatabase(f"mongodb://127.0.0.1:{proxy.port}", "through_proxy")
            models = MongoReadModels(through_proxy, ROME)
            models.apply(Batch(0, 0, events[:5], NOW))
            proxy.drop_answer(request_of("update", collection))
            models.apply(Batch(0, 5, events[5:], NOW))
            assert proxy.happened.is_set()
            check(through_proxy, events)
            through_proxy.drop()
            through_proxy.close()


def test_a_connection_cut_in_a_bulk_costs_nothing(mongo: Mongo) -> None:
    """Half a request arrives; all of it is sent again (fault 17)."""
    events = recorded(history())
    with TcpProxy(mongo.port) as proxy:
        uri = f"mongodb://127.0.0.1:{proxy.port}"
        through_proxy = MongoDatabase(uri, "through_proxy")
        models = MongoReadModels(through_proxy, ROME)
        proxy.cut_request(b"user_affinities", pass_bytes=700)
        models.apply(Batch(0, 0, events, NOW))
        assert proxy.happened.is_set()
        check(through_proxy, events)
        through_proxy.drop()
        through_proxy.close()
