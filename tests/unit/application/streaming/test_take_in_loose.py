"""Events that no longer say where they lay in a topic."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cinestats.adapters.event_json import read_event
from cinestats.adapters.ids import id_from
from cinestats.adapters.memory.stores import MemoryStores
from cinestats.application.stores import Stores
from cinestats.application.streaming import append_taken
from cinestats.application.streaming.append_taken import Appender
from cinestats.application.streaming.take_in_loose import LooseRecord, TakeInLoose
from cinestats.application.streaming.ways import WaysMixed
from cinestats.domain.events import MovieAdded

NOW = datetime(2025, 3, 1, tzinfo=UTC)
MOMENT = "2025-01-21T00:45:00+01:00"


@pytest.fixture
def stores() -> Stores:
    return MemoryStores()


@pytest.fixture
def loose(stores: Stores) -> TakeInLoose:
    numbers: Iterator[int] = count(1)
    return TakeInLoose(
        "films",
        lambda value: read_event(value, ZoneInfo("Europe/Rome")),
        Appender(stores.log, stores.diaries),
        stores.topic_ways,
        stores.dead_letters,
        lambda: NOW,
        id_from,
        lambda: f"new {next(numbers)}",
    )


def record(title: str = "Heat", *, known_again: bool = True, **more: Any) -> LooseRecord:
    event = {"event_type": "ADD", "user_id": "anna", "timestamp": MOMENT}
    event |= {"movie": {"name": title, "rating": 4}, **more}
    return LooseRecord(b"anna", json.dumps(event).encode(), known_again)


def log(stores: Stores) -> list[MovieAdded]:
    events = [each.event for each in stores.log.read(0, 0, 100)]
    return [event for event in events if isinstance(event, MovieAdded)]


def test_alike_events_are_one_where_they_are_known_again(
    loose: TakeInLoose, stores: Stores
) -> None:
    """In one go and in the next; another topic's are others."""
    done, grown = loose.take_in([record(), record("Ali"), record()])
    assert (tuple(done), grown) == ((2, 0, 1), {0})
    done, _ = loose.take_in([record()])
    assert tuple(done) == (0, 0, 1)
    same = id_from("topic", "films", "anna", record().value.decode())
    assert log(stores)[0].event_id == same
    assert log(stores)[0].entry.entry_id == same


def test_an_event_id_goes_before_everything(loose: TakeInLoose, stores: Stores) -> None:
    done, _ = loose.take_in([record(event_id="7"), record("Ali", event_id="7")])
    assert tuple(done) == (1, 0, 1)
    assert [event.event_id for event in log(stores)] == ["7"]


def test_others_are_new_each_time(loose: TakeInLoose, stores: Stores) -> None:
    """Nothing tells a repetition from another play."""
    loose.take_in([record(known_again=False), record(known_again=False)])
    assert [event.event_id for event in log(stores)] == ["new 1", "new 2"]


def test_what_is_wrong_is_parked_with_its_reason(loose: TakeInLoose, stores: Stores) -> None:
    """Also what only the diary can refuse; nothing else is held up."""
    corrected = {"name": "Ali", "rating": 4}
    wrong = [
        LooseRecord(b"", b"nonsense", known_again=False),
        record(position=3, event_id="7", entry_id="8"),
        record(event_type="CORRECT", corrected=corrected, schema=2),
    ]
    twice = record("Jaws", event_id="9", entry_id="8"), record(event_id="10", entry_id="8")
    done, grown = loose.take_in([*wrong, *twice])
    assert (tuple(done), grown) == ((1, 4, 0), {0})
    letters = {each.reason.partition(":")[0]: each for each in stores.dead_letters.waiting(9)}
    assert set(letters) == {"body", "position", "event_id", "entry_id"}
    letter = letters["event_id"]
    assert (letter.topic, letter.partition, letter.offset) == ("films", -1, -1)
    assert (letter.key, letter.value, letter.parked_at) == (b"anna", wrong[2].value, NOW)
    assert letter.reason == "event_id: is missing, and a CORRECT needs one"
    known = "position: is given: its event is in our own log already, which relays the topic"
    assert letters["position"].reason == known


def test_nothing_is_nothing(loose: TakeInLoose, stores: Stores) -> None:
    """What is parked is in no log, so it leaves the topic's other way open."""
    done, grown = loose.take_in([])
    assert (tuple(done), grown) == ((0, 0, 0), frozenset())
    assert loose.take_in([record(rating=11, movie={})])[0].parked == 1
    assert stores.topic_ways.get("films") is None


def test_the_way_is_written_down_before_the_first_event(
    loose: TakeInLoose, stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that dies in between leaves a way that nothing has come in by."""

    def dies(*_: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(Appender, "append", dies)
    with pytest.raises(ConnectionError):
        loose.take_in([record()])
    assert stores.topic_ways.get("films") == "loose"


def test_events_of_a_topic_that_is_taken_in_by_place_are_refused(
    loose: TakeInLoose, stores: Stores
) -> None:
    """Also in a task that looked before the driver began: nothing is appended or parked."""
    stores.topic_ways.settle("films", "placed")
    with pytest.raises(WaysMixed, match="hand over both columns"):
        loose.take_in([record(), record(movie={})])
    assert log(stores) == []
    assert stores.dead_letters.waiting(9) == []


def test_many_go_into_the_log_in_parts(
    loose: TakeInLoose, stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In their order, none left out at a seam."""
    monkeypatch.setattr(append_taken, "_CHUNK", 3)
    titles = [f"Film {n}" for n in range(10)]
    done, _ = loose.take_in(record(title) for title in titles)
    assert done.taken == 10
    assert [event.entry.movie.title for event in log(stores)] == titles
