"""Quotas where events are decided."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from cinestats.adapters.sqlite.diary_store import SqliteDiaryStore
from cinestats.adapters.sqlite.event_log import SqliteEventLog
from cinestats.application.diary.record import Recorder
from cinestats.application.diary.room import Bound, Room
from cinestats.application.ports import QuotaReached
from cinestats.domain.diary import AddMovie
from cinestats.domain.entry import Entry
from cinestats.domain.movie import Movie
from tests.contracts.builders import added, deleted, entry
from tests.unit.application.application import TODAY, Application

LIMIT = 10


def addition(app: Application, n: int) -> AddMovie:
    movie = Movie(f"Film {n}", 2000, f"film {n}|2000")
    entry = Entry(f"e{n}", movie, None, TODAY, TODAY)
    return AddMovie(
        event_id=f"add-{n}", user_id="u1", now=app.now, cause=None, entry=entry, today=TODAY
    )


def test_writers_at_once_do_not_pass_a_quota(tmp_path: Path) -> None:
    """Two recorders on one store, as two processes are, and many threads of each."""
    app, path = Application(), tmp_path
    log = SqliteEventLog(path / "log.db")
    diaries = SqliteDiaryStore(path / "diary.db")

    def room_of(user_id: str) -> Room:
        return Room(entries=Bound("entries", LIMIT, diaries.count(user_id)))

    recorders = [Recorder(log, diaries, room_of) for _ in range(2)]

    def record(n: int) -> bool:
        try:
            recorders[n % 2].record(addition(app, n))
        except QuotaReached:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        went_in = sum(pool.map(record, range(4 * LIMIT)))
    assert went_in == LIMIT == diaries.count("u1") == log.tail(0)


def test_a_command_again_gets_its_first_receipt() -> None:
    """Also when the quota is reached by then: it asks for nothing more."""
    app = Application()

    def room_of(user_id: str) -> Room:
        return Room(entries=Bound("entries", 1, app.diaries.count(user_id)))

    recorder = Recorder(app.log, app.diaries, room_of)
    first = recorder.record(addition(app, 1))
    assert recorder.record(addition(app, 1)) == first
    (refused,) = recorder.record_all([addition(app, 2)])
    assert isinstance(refused, QuotaReached)
    assert recorder.record_all([addition(app, 1), addition(app, 2)])[0] == first


def test_what_counts_as_published_is_no_entry() -> None:
    """It neither takes a place in the diary nor gives one back."""
    room = Room(entries=Bound("entries", 1, 1))
    play = entry("e1")
    for event in (added(1, of=play), deleted(2, play)):
        room.take(replace(event, as_published=True))
    with pytest.raises(QuotaReached):
        room.take(added(3))
