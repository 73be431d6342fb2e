"""Taking records in, where the state machine of the contract does not reach."""

import json
from dataclasses import replace
from datetime import UTC
from typing import Any

import pytest

from cinestats.adapters.foreign_json import read_foreign
from cinestats.adapters.ids import id_from
from cinestats.adapters.memory.dead_letters import MemoryDeadLetters
from cinestats.adapters.memory.event_log import MemoryEventLog
from cinestats.adapters.memory.topic_positions import MemoryTakingIn, MemoryTopicPositions
from cinestats.application.log.ports import PositionTaken
from cinestats.application.ports import StoreBusy
from cinestats.application.streaming.append_taken import Appender
from cinestats.application.streaming.records import TopicRecord
from cinestats.application.streaming.take_in import TakeIn
from cinestats.domain.errors import InvalidInput
from cinestats.domain.events import Event
from cinestats.domain.partition import partition_of
from tests.unit.application.application import Application

HEAT = {"name": "Heat", "year": 1995, "rating": 4, "watched_date": "2025-01-20"}


class Taking:
    def __init__(self, partitions: int = 1, *, park_unknown: bool = False) -> None:
        self.app, self.park_unknown = Application(partitions), park_unknown
        self.positions, self.letters = MemoryTopicPositions(), MemoryDeadLetters()
        self.taking_in = MemoryTakingIn(self.positions)
        self.records: list[TopicRecord] = []

    def told(self, kind: str = "ADD", user: str = "u1", **fields: object) -> None:
        event = {"event_type": kind, "user_id": user, "movie": HEAT}
        event["timestamp"] = "2025-01-21T08:00:00+00:00"
        value = json.dumps(event | fields).encode()
        self.records.append(TopicRecord(len(self.records), user.encode(), value))

    def take_in(self, partition: int = 0, log: Any = None) -> tuple[int, int, int]:
        appender = Appender(log or self.app.log, self.app.diaries, self.park_unknown)
        stores = self.positions, self.taking_in, self.letters
        consumer = TakeIn("films", 1, self._read, appender, *stores, self.app.clock, id_from)
        return consumer.take_in(partition, self.records)

    def reasons(self) -> list[str]:
        return [letter.reason for letter in self.letters.waiting(100)]

    def _read(self, value: bytes) -> tuple[Event, int | None]:
        event, position, _ = read_foreign(value, UTC, self.app.now)
        return event, position


def test_ids_of_the_application_are_kept_and_others_follow_from_the_record() -> None:
    """So that a record that comes again makes the same event."""
    taking = Taking()
    taking.told(event_id="theirs", entry_id="play 1")
    taking.told("UPDATE_RATING", old_rating=4, new_rating=5, entry_id="play 1")
    taking.told(timestamp="2025-01-21T09:00:00+00:00")
    assert taking.take_in() == (3, 0, 0)
    first, second, third = (r.event for r in taking.app.log.of_user("u1"))
    assert first
    assert second
    assert third
    assert (first.event_id, first.entry.entry_id) == ("theirs", "play 1")
    assert second.entry.entry_id == "play 1"
    assert third.entry.entry_id == third.event_id != ""
    again = Taking()
    again.records = taking.records
    again.take_in()
    assert list(again.app.log.of_user("u1")) == list(taking.app.log.of_user("u1"))


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"kind": "CORRECT", "corrected": HEAT}, "event_id: is missing, and a CORRECT needs"),
        ({"position": 3, "event_id": "e", "entry_id": "p", "schema": 1}, "position: is given"),
        (
            {"entry_id": "play 1", "event_id": "other"},
            "entry_id: play 1 is a play of the diary",
        ),
    ],
)
def test_what_cannot_be_meant_is_parked(fields: dict[str, Any], reason: str) -> None:
    """With the reason; the position moves past it, for it is kept."""
    taking = Taking()
    taking.told(entry_id="play 1", event_id="first")
    taking.told(**fields)
    assert taking.take_in() == (1, 1, 0)
    (parked,) = taking.reasons()
    assert parked.startswith(reason)
    assert taking.positions.get("films", 0) == 2


@pytest.mark.parametrize("park", [False, True])
def test_a_copy_in_a_batch_makes_nothing_of_what_follows(park: bool) -> None:
    """An event that was taken in before is none, whatever is decided with it."""
    taking = Taking(park_unknown=park)
    taking.told(entry_id="p", event_id="first")
    taking.told("DELETE", entry_id="p", event_id="gone")
    taking.take_in()
    taking.told(entry_id="p", event_id="first")
    taking.told(entry_id="p", event_id="again")
    assert taking.take_in() == (1, 0, 3)
    taking.told(event_id="other")
    taking.take_in()
    taking.told(event_id="other")
    taking.told("DELETE", event_id="gone")
    taking.told("UPDATE_RATING", event_id="rated", old_rating=4, new_rating=2)
    assert taking.take_in() == (1, 0, 7)
    assert taking.reasons() == []
    assert taking.app.total("u1") == 2


def test_who_is_forgotten_meanwhile_is_not_brought_back_by_a_slower_consumer() -> None:
    """Another has taken the same records in, and the ids that would refuse them are gone."""
    taking = Taking()
    taking.told()
    taking.told(movie={**HEAT, "name": "Ali"})

    class Slow:
        """The log of a consumer that stops for a while before it appends."""

        def append(self, *args: Any) -> None:
            if not taking.app.log.tail(0):
                taking.take_in()
                forgetter = replace(taking.app.forgetter, taking_in=taking.taking_in)
                assert forgetter.forget("u1") == 4
            taking.app.log.append(*args)

        def __getattr__(self, name: str) -> Any:
            return getattr(taking.app.log, name)

    assert taking.take_in(log=Slow()) == (0, 0, 2)
    assert list(taking.app.log.of_user("u1")) == []
    assert taking.app.total("u1") == 0


def test_a_correction_keeps_the_plays_id_rating_and_day_of_the_trends() -> None:
    """Whatever it says of them."""
    taking = Taking()
    taking.told()
    taking.told("UPDATE_RATING", old_rating=4, new_rating=2)
    ali = {**HEAT, "name": "Ali"}
    later = "2025-01-21T08:30:00+00:00"
    taking.told("CORRECT", corrected=ali, event_id="c", timestamp=later)
    assert taking.take_in() == (3, 0, 0)
    (entry,) = taking.app.diaries.entries("u1")
    assert (entry.movie.title, entry.rating) == ("Ali", 4)
    taking.app.projector.catch_up()
    assert taking.app.verifier.verify().equal


def test_users_of_one_topic_partition_may_lie_in_several_of_the_log() -> None:
    """The log's partition is that of the user."""
    taking = Taking(partitions=3)
    users = [f"u{n}" for n in range(9)]
    for user in users:
        taking.told(user=user)
    assert taking.take_in() == (9, 0, 0)
    log = taking.app.log
    tails = [log.tail(partition) for partition in range(3)]
    assert tails == [sum(partition_of(u, 3) == p for u in users) for p in range(3)]
    assert all(tails)


class Small(MemoryEventLog):
    """A log whose appends hold two events."""

    def append(self, partition: int, after: int, events: Any) -> None:
        if len(events) > 2:
            raise InvalidInput("events", "are more than one append can hold")
        super().append(partition, after, events)


def test_more_than_an_append_can_hold_goes_in_several() -> None:
    """In their order, and once."""
    taking = Taking()
    taking.app.log = log = Small()
    for hour in range(7):
        taking.told(timestamp=f"2025-01-21T0{hour}:00:00+00:00")
    assert taking.take_in() == (7, 0, 0)
    hours = [r.event.occurred_at.hour for r in log.read(0, 0, 10) if r.event]
    assert hours == list(range(7))


def test_one_that_no_append_can_hold_is_told() -> None:
    """It is not split for ever."""

    class Full(MemoryEventLog):
        def append(self, partition: int, after: int, events: Any) -> None:
            raise InvalidInput("events", "are more than one append can hold")

    taking = Taking()
    taking.told()
    with pytest.raises(InvalidInput):
        taking.take_in(log=Full())
    assert taking.positions.get("films", 0) is None


def test_a_log_that_others_keep_writing_to_is_busy() -> None:
    """And nothing is marked as taken in."""

    class Taken(MemoryEventLog):
        def append(self, partition: int, after: int, events: Any) -> None:
            raise PositionTaken

    taking = Taking()
    taking.told()
    with pytest.raises(StoreBusy, match="try again"):
        taking.take_in(log=Taken())
    assert taking.positions.get("films", 0) is None
