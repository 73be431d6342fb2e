"""Writers of the diary on MongoDB that die and stall."""

import os

import pytest

if os.environ.get("CI") != "true":
    pytest.importorskip("pymongo", reason="The extra distributed is not installed.")

from collections.abc import Iterator

from cinestats.adapters.mongo.diary_store import MongoDiaryStore
from cinestats.application.diary.ports import EntryKey
from cinestats.application.upkeep.rebuild import recompute_user
from stack.mongo import Mongo
from tests.contracts.builders import added, deleted, entry, movie, rated, recorded

from .mongo_failpoints import (
    NOW,
    Crash,
    FailingDatabase,
    StoppedDatabase,
    failing_database,
    history,
)


@pytest.fixture
def database(mongo: Mongo) -> Iterator[FailingDatabase]:
    yield from failing_database(mongo)


@pytest.mark.parametrize("size", [1, 2, 13])
@pytest.mark.parametrize("mode", ["before", "after", "part"])
def test_a_diary_that_breaks_off_comes_out_right(
    database: FailingDatabase, size: int, mode: str
) -> None:
    """Killed at every write, then applied again with other bounds (fault 9)."""
    e = entry("again", movie("Heat", 1995))
    events = recorded(
        [
            *history(),
            added(50, "anna", of=e),
            deleted(51, e, "anna"),
            rated(52, e, 3, "anna"),
            added(53, "anna", of=e),
        ]
    )
    database.after, database.part = mode == "after", mode == "part"
    for fatal in range(1000):
        for collection in ("diary", "diary_positions"):
            database.collection(collection).drop()
        diaries = MongoDiaryStore(database)
        database.fatal, database.writes = fatal, 0
        try:
            diaries.apply(0, 0, events)
            break
        except Crash:
            database.fatal = None
        while (base := diaries.position(0)) < len(events):
            diaries.apply(0, base, events[base : base + size])
        for user_id in ("anna", "bruno"):
            mine = [r for r in events if r.event and r.event.user_id == user_id]
            _, plays = recompute_user(user_id, mine, len(events), NOW)
            assert sorted(diaries.entries(user_id), key=lambda x: x.entry_id) == sorted(
                plays.entries, key=lambda x: x.entry_id
            )
    assert fatal >= 2


def test_a_diary_writer_that_was_stopped_brings_nothing_back(database: FailingDatabase) -> None:
    """What was deleted and re-rated meanwhile stays so (fault 21)."""
    gone, kept = entry("gone"), entry("kept", movie("Heat", 1995))
    events = recorded(
        [
            added(1, of=gone),
            added(2, of=kept),
            deleted(3, gone),
            rated(4, kept, 2),
        ]
    )
    diaries = MongoDiaryStore(database)

    stopped = StoppedDatabase(database, 0, lambda: diaries.apply(0, 0, events))
    MongoDiaryStore(stopped).apply(0, 0, events[:2])
    assert [(e.entry_id, e.rating) for e in diaries.entries("u1")] == [("kept", 2)]
    assert diaries.lookup("u1", [EntryKey("entry_id", "gone")]) == []
    assert diaries.position(0) == 4


def test_the_mark_of_a_deleted_entry_names_nobody(database: FailingDatabase) -> None:
    """It keeps a position, and the time from which the server may drop it."""
    event = added(1, "somebody-private")
    diaries = MongoDiaryStore(database)
    diaries.apply(0, 0, recorded([event, deleted(2, event.entry, "somebody-private")]))
    (mark,) = database.find("diary", {})
    assert mark.keys() == {"_id", "position", "deleted_at"}
    assert "somebody" not in str(mark)
