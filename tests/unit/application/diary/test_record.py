"""Recording commands."""

import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cinestats.adapters.memory.event_log import MemoryEventLog
from cinestats.adapters.sqlite.diary_store import SqliteDiaryStore
from cinestats.adapters.sqlite.event_log import SqliteEventLog
from cinestats.application.diary.record import EventIdReused, Receipt, Recorder
from cinestats.application.log.ports import PositionTaken
from cinestats.application.ports import StoreBusy, StoreFull
from cinestats.domain.diary import DeleteMovie, UpdateRating
from cinestats.domain.errors import AlreadyInDiary, EntryNotFound
from cinestats.domain.events import Event
from tests.unit.application.application import Application


def test_a_receipt_names_the_position_and_the_event() -> None:
    """The caller can wait for that position in any read model."""
    app = Application()
    first = app.recorder.record(app.add("Heat"))
    second = app.recorder.record(app.add("Ali"))
    assert (first.position, second.position) == (1, 2)
    assert second.event is not None
    assert second.event.entry.movie.title == "Ali"


def test_a_command_sent_again_gets_the_first_receipt() -> None:
    """Fault 2: a client that never heard the answer asks again; nothing counts twice."""
    app = Application()
    add = app.add()
    rate = UpdateRating(
        event_id="r", user_id="u1", entry_id=add.entry_id, new_rating=4, now=app.now
    )
    delete = DeleteMovie(event_id="d", user_id="u1", entry_id=add.entry_id, now=app.now)
    commands = [add, rate, delete]
    receipts = [app.recorder.record(command) for command in commands]
    assert [app.recorder.record(command) for command in commands] == receipts
    assert app.log.tail(0) == 3


def test_a_re_rating_sent_again_late_does_not_overwrite_a_newer_one() -> None:
    """The retry answers with what it did then."""
    app = Application()
    add = app.add()
    app.recorder.record(add)
    old = UpdateRating(
        event_id="old", user_id="u1", entry_id=add.entry_id, new_rating=4, now=app.now
    )
    receipt = app.recorder.record(old)
    app.recorder.record(
        UpdateRating(
            event_id="new", user_id="u1", entry_id=add.entry_id, new_rating=10, now=app.now
        )
    )
    assert app.recorder.record(old) == receipt
    assert app.diaries.entries("u1")[0].rating == 10


def test_an_id_used_for_something_else_is_refused() -> None:
    """Bad input 20."""
    app = Application()
    add = app.add(event_id="same")
    app.recorder.record(add)
    others = [
        app.add("Ali", event_id="same"),
        replace(add, entry=replace(add.entry, rating=2)),
        UpdateRating(
            event_id="same", user_id="u1", entry_id=add.entry_id, new_rating=2, now=app.now
        ),
        DeleteMovie(event_id="same", user_id="u1", entry_id=add.entry_id, now=app.now),
    ]
    for command in others:
        with pytest.raises(EventIdReused, match="same was already used"):
            app.recorder.record(command)
    assert app.log.tail(0) == 1


def test_a_refused_command_leaves_the_others_in_a_batch_alone() -> None:
    """Outcomes come in the order of the commands."""
    app = Application(partitions=3)
    good, twice, other = app.add(), app.add(), app.add("Ali", "somebody else")
    unknown = DeleteMovie(event_id="d", user_id="u1", entry_id="nope", now=app.now)
    outcomes = app.recorder.record_all([good, twice, unknown, other])
    kinds = [type(outcome) for outcome in outcomes]
    assert kinds == [Receipt, AlreadyInDiary, EntryNotFound, Receipt]


def test_the_same_command_twice_in_a_batch_happens_once() -> None:
    """Both get the same receipt."""
    app = Application()
    add = app.add()
    first, second = app.recorder.record_all([add, add])
    assert first == second
    assert app.log.tail(0) == 1


def test_a_command_that_changes_nothing_records_nothing() -> None:
    """Its receipt names the position at which its effect is there already."""
    app = Application()
    add = app.add(rating=6)
    app.recorder.record(add)
    same = UpdateRating(
        event_id="r", user_id="u1", entry_id=add.entry_id, new_rating=6, now=app.now
    )
    assert app.recorder.record(same) == Receipt(1, None)


def test_a_diary_that_lags_is_caught_up_first() -> None:
    """Fault: a crash between the append and the diary loses nothing."""
    app = Application()
    event = app.recorder.record(app.add()).event
    assert event is not None
    late = Application()
    late.log.append(0, 0, [event])
    with pytest.raises(AlreadyInDiary):
        late.recorder.record(late.add(event_id="another"))


class ContestedLog(MemoryEventLog):
    """A log to which somebody else always appends first."""

    def append(self, partition: int, after: int, events: Sequence[Event]) -> None:
        raise PositionTaken


def test_a_writer_that_never_gets_a_turn_says_so() -> None:
    """The wait is bounded, and nothing is recorded."""
    app = Application()
    log = ContestedLog()
    recorder = Recorder(log, app.diaries)
    with pytest.raises(
        StoreBusy, match=r"^Others keep writing to the same partition .*again\.$"
    ):
        recorder.record(app.add())


@pytest.mark.parametrize("error", [StoreBusy, StoreFull])
def test_what_is_in_the_log_is_recorded_though_the_diary_is_not_yet(
    error: type[Exception],
) -> None:
    """The next command brings the diary up to it."""
    app = Application()
    apply = app.diaries.apply
    faults = iter([error("Not now.")])

    def failing(*arguments: Any) -> None:
        if fault := next(faults, None):
            raise fault
        apply(*arguments)

    app.diaries.apply = failing  # type: ignore[method-assign]
    assert app.recorder.record(app.add("Heat")).position == 1
    assert app.diaries.entries("u1") == []
    app.recorder.record(app.add("Ali"))
    assert [e.movie.title for e in app.diaries.entries("u1")] == ["Heat", "Ali"]


def test_many_threads_write_to_one_file(tmp_path: Path) -> None:
    """Each command is recorded once, whoever comes first, and the diary agrees."""
    log = SqliteEventLog(tmp_path / "log.db")
    diaries = SqliteDiaryStore(tmp_path / "diary.db")
    app = Application()
    recorder = Recorder(log, diaries)
    shared = app.add("Shared")
    receipts: list[Receipt] = []

    def write(n: int) -> None:
        for i in range(5):
            recorder.record(app.add(f"Film {n}-{i}"))
        receipts.append(recorder.record(shared))

    threads = [threading.Thread(target=write, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert log.tail(0) == 21
    assert len(diaries.entries("u1")) == 21
    assert len({receipt.position for receipt in receipts}) == 1
    assert len(receipts) == 4
    log.close()
    diaries.close()
