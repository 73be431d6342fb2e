"""A copy of the log that is taken while others write, and put back elsewhere."""

import os
import threading
import uuid
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

if os.environ.get("CI") != "true":
    pytest.importorskip("pymongo", reason="The extra distributed is not installed.")

from cinestats.adapters.ids import id_from, new_id
from cinestats.adapters.memory.catalogue import MemoryCatalogue
from cinestats.adapters.memory.lists import MemoryLists
from cinestats.adapters.mongo.database import MongoDatabase
from cinestats.adapters.mongo.diary_store import MongoDiaryStore
from cinestats.adapters.mongo.event_log import MongoEventLog
from cinestats.adapters.mongo.opening import MongoOpening
from cinestats.adapters.mongo.read_models import MongoReadModels
from cinestats.application.diary.keep import DiaryKeeper
from cinestats.application.diary.record import Recorder
from cinestats.application.figures.project import Projector
from cinestats.application.imports.events import export_events, import_events
from cinestats.application.lists.keep import ListKeeper
from cinestats.application.upkeep.verify import Verifier
from cinestats.domain.diary import AddMovie
from cinestats.domain.entry import Entry
from cinestats.domain.movie import Movie
from stack.mongo import Mongo

NOW = datetime(2025, 3, 1, tzinfo=UTC)


class Store:
    """A log with all that follows it, in a database of its own."""

    def __init__(self, uri: str) -> None:
        self.database = MongoDatabase(uri, f"backup_{uuid.uuid4().hex[:8]}")
        self.log = MongoEventLog(self.database, 1)
        self.diaries = MongoDiaryStore(self.database)
        self.models = MongoReadModels(self.database, ZoneInfo("Europe/Rome"))
        self.recorder = Recorder(self.log, self.diaries)

    def add(self, number: int) -> None:
        event_id, day = f"v{number}", NOW.date()
        movie = Movie.create(f"Film {number}", directors="Michael Mann")
        self.recorder.record(
            AddMovie(
                event_id=event_id,
                user_id="u1",
                entry=Entry(event_id, movie, 8, day, day),
                today=day,
                now=NOW,
            )
        )

    def equals_its_log(self) -> bool:
        log, models = self.log, self.models
        projector = Projector(log, models, lambda: NOW)
        return Verifier(log, models, projector, MongoOpening(models.database)).verify().equal


def test_a_copy_taken_during_writes_is_the_log_up_to_a_position(mongo: Mongo) -> None:
    """Fault 23: what was exported is gapless; imported elsewhere, it equals its recompute."""
    source, target = Store(mongo.uri), Store(mongo.uri)
    for number in range(50):
        source.add(number)
    writer = threading.Thread(target=lambda: [source.add(n) for n in range(50, 250)])
    writer.start()
    copied = [r for r in export_events(source.log) if r.event is not None]
    writer.join()
    assert [r.position for r in copied] == list(range(1, len(copied) + 1))
    assert 50 <= len(copied) <= 250
    keeper = DiaryKeeper(
        recorder=target.recorder,
        history=target.log,
        diaries=target.diaries,
        catalogue=MemoryCatalogue(),
        lists=ListKeeper(MemoryLists(), lambda: datetime.now(UTC), new_id),
        clock=lambda: datetime.now(UTC),
        new_id=new_id,
        id_from=id_from,
        zone=UTC,
    )
    report = import_events(keeper, [(r.position, r.event) for r in copied if r.event])
    assert (report.added, report.rejected) == (len(copied), [])
    assert target.equals_its_log()
    assert source.equals_its_log()
    original = source.log.read(0, 0, len(copied))
    assert [r.event for r in target.log.read(0, 0, 500)] == [r.event for r in original]
    for store in (source, target):
        store.database.drop()
