"""Rebuilds on MongoDB while reads and writes go on, and rebuilds that die (fault 24)."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pytest

if os.environ.get("CI") != "true":
    pytest.importorskip("pymongo", reason="The extra distributed is not installed.")

from cinestats.adapters.mongo.database import Document, MongoDatabase, WriteModel, Written
from cinestats.adapters.mongo.event_log import MongoEventLog
from cinestats.adapters.mongo.opening import MongoOpening
from cinestats.adapters.mongo.read_models import MongoReadModels
from cinestats.application.figures.ports import Batch, Fenced
from cinestats.application.figures.project import ProjectedElsewhere
from cinestats.application.upkeep.rebuild import Rebuilder, recompute_user
from stack.mongo import Mongo

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
)


@pytest.fixture
def database(mongo: Mongo) -> Iterator[FailingDatabase]:
    yield from failing_database(mongo)


class BusyDatabase(MongoDatabase):
    """Lets ``meanwhile`` happen before each of its reads and bulks."""

    meanwhile: Callable[[], None]

    def write_all(self, collection: str, writes: Sequence[WriteModel]) -> Written:
        self.meanwhile()
        return super().write_all(collection, writes)

    def find(
        self, collection: str, condition: Mapping[str, Any], *rest: Any, **options: Any
    ) -> list[Document]:
        self.meanwhile()
        return super().find(collection, condition, *rest, **options)


def rebuilder(log: MongoEventLog, models: MongoReadModels) -> Rebuilder:
    elsewhere = ProjectedElsewhere(log, models, lambda: NOW)
    return Rebuilder(log, models, elsewhere, lambda: NOW, MongoOpening(models.database))


def rebuild(log: MongoEventLog, database: MongoDatabase) -> None:
    models = MongoReadModels(database, ROME)
    rebuilder(log, models).rebuild()


def damage(database: MongoDatabase) -> None:
    """Wrong counts, a document too many and one too few; positions stay."""
    database.collection("user_stats").update_one({"_id": "anna"}, {"$inc": {"sum_ratings": 7}})
    affinities = database.collection("user_affinities")
    affinities.update_many({"type": "actor"}, {"$inc": {"count": 3}})
    affinities.delete_one({"type": "director", "user_id": "bruno"})
    noir = affinities.find_one({"type": "genre", "user_id": "anna"})
    assert noir is not None
    affinities.insert_one({**noir, "_id": "anna_genre_Noir", "name": "Noir", "count": 5})
    database.collection("global_days").update_many({}, {"$inc": {"count": 1}})


def test_reads_and_writes_go_on_during_a_rebuild(database: FailingDatabase) -> None:
    """An event is appended and projected at every step of it, and nobody sees a hole."""
    log = MongoEventLog(database)
    events = history()
    log.append(0, 0, events[:6])
    live = MongoReadModels(database, ROME)
    project(live, list(log.read(0, 0, 99)), 4)
    damage(database)
    coming = iter(events[6:])
    looks = 0

    def meanwhile() -> None:
        nonlocal looks
        looks += 1
        if looks % 3 == 0 and (event := next(coming, None)):
            log.append(0, log.tail(0), [event])
            project(live, list(log.read(0, 0, 99)), 4)
        for user_id in ("anna", "bruno"):
            stored = live.user_stats(user_id)
            assert stored is not None
            assert stored.stats.total_watched > 0
            assert live.affinities(user_id, "actor")

    busy = BusyDatabase(database._uri, database.name)
    busy.meanwhile = meanwhile
    rebuild(log, busy)
    assert next(coming, None) is None, "all events came during the rebuild"
    recorded = list(log.read(0, 0, 99))
    project(live, recorded, 4)
    check(database, recorded)
    assert not database.find("next_user_stats", {})


@pytest.mark.parametrize("after", [False, True])
def test_a_rebuild_that_breaks_off_anywhere_leaves_figures_to_go_on_from(
    database: FailingDatabase, after: bool
) -> None:
    """What was replaced is right, what was not is as before; the next rebuild does the rest."""
    log = MongoEventLog(MongoDatabase(database._uri, database.name))
    events = history()
    log.append(0, 0, events)
    recorded = list(log.read(0, 0, 99))
    database.after = after
    for fatal in range(99):
        database.fatal = None
        empty(database)
        live = MongoReadModels(database, ROME)
        live.apply(Batch(0, 0, recorded[:7], NOW))
        damage(database)
        database.fatal, database.writes = fatal, 0
        try:
            rebuild(log, database)
        except Crash:
            database.fatal = None
            project(live, recorded, 2)
            rebuild(log, database)
            check(database, recorded)
        else:
            database.fatal = None
            project(live, recorded, 2)
            check(database, recorded)
            break
    assert fatal > 10


@pytest.mark.parametrize("stop", range(8))
def test_a_projector_that_was_stopped_before_a_rebuild_changes_nothing_after_it(
    database: FailingDatabase, monkeypatch: pytest.MonkeyPatch, stop: int
) -> None:
    """Not even where the rebuild found nothing left to count (faults 21 and 24)."""
    monkeypatch.setattr("cinestats.adapters.mongo.database.CHUNK", 3)
    log = MongoEventLog(database)
    log.append(0, 0, history())
    recorded = list(log.read(0, 0, 99))
    live = MongoReadModels(database, ROME)
    live.apply(Batch(0, 0, recorded[:2], NOW))

    def meanwhile() -> None:
        rebuild(log, MongoDatabase(database._uri, database.name))
        project(live, recorded, 5)

    stopped = StoppedDatabase(database, stop, meanwhile)
    try:
        MongoReadModels(stopped, ROME).apply(Batch(0, 2, recorded[2:9], NOW))
    except Fenced:
        check(database, recorded)
    else:
        assert stop > 4, "the batch took fewer bulks than it should"


def test_a_document_that_is_ahead_is_not_set_back(database: FailingDatabase) -> None:
    """A batch that broke off has reached it already; the rebuild has to start over."""
    log = MongoEventLog(database)
    log.append(0, 0, history())
    recorded = list(log.read(0, 0, 99))
    live = MongoReadModels(database, ROME)
    live.apply(Batch(0, 0, recorded[:2], NOW))
    database.fatal, database.writes, database.after = 0, 0, True
    with pytest.raises(Crash):
        live.apply(Batch(0, 2, recorded[2:9], NOW))
    before = live.user_stats("anna")
    documents, _ = recompute_user("anna", log.of_user("anna"), 2, NOW)
    with pytest.raises(Fenced):
        live.put_user(0, 2, documents)
    assert live.user_stats("anna") == before
    project(live, recorded, 4)
    check(database, recorded)


def test_a_user_can_be_rebuilt_while_events_are_projected(database: FailingDatabase) -> None:
    """Where a document is ahead, the rebuild starts over from where it stands."""
    log = MongoEventLog(database)
    log.append(0, 0, history())
    recorded = list(log.read(0, 0, 99))
    live = MongoReadModels(database, ROME)
    live.apply(Batch(0, 0, recorded[:7], NOW))
    damage(database)
    database.collection("global_days").update_many({}, {"$inc": {"count": -1}})
    steps = iter(range(8, len(recorded) + 1))

    def meanwhile() -> None:
        if end := next(steps, None):
            live.apply(Batch(0, end - 1, recorded[end - 1 : end], NOW))

    busy = BusyDatabase(database._uri, database.name)
    busy.meanwhile = meanwhile
    models = MongoReadModels(busy, ROME)
    for user_id in ("anna", "bruno"):
        rebuilder(log, models).rebuild_user(user_id)
    project(live, recorded, 4)
    check(database, recorded)
