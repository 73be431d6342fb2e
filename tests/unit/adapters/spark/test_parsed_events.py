"""Events that another program has parsed, and events without a place in the topic."""

import os

import pytest

if os.environ.get("CI") != "true":
    pytest.importorskip("pyarrow", reason="The extra distributed is not installed.")

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from cinestats.adapters.memory.stores import MemoryStores
from cinestats.adapters.plain_values import plain_value, text_of
from cinestats.adapters.spark import loose
from cinestats.adapters.spark.parsed_events import (
    as_records,
    events_in,
    grouped_events,
    parsed_event,
)
from cinestats.adapters.spark.worker import Job, process_partition
from cinestats.application.stores import Stores
from cinestats.application.streaming.ways import WaysMixed, settle_placed
from cinestats.domain.errors import InvalidInput

NOW = datetime(2025, 3, 1, 12, tzinfo=UTC)
ROME = ZoneInfo("Europe/Rome")
MOMENT = "2025-01-21T00:45:00+01:00"


class Row:
    """A row of Spark's, as far as it is looked at."""

    def __init__(self, **fields: object) -> None:
        self._fields = fields

    def asDict(self, recursive: bool = False) -> dict[str, object]:
        return self._fields


def told(fields: Any) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(parsed_event(fields, NOW).value)
    return document


@pytest.mark.parametrize(
    ("fields", "movie"),
    [
        ({"name": "Heat", "year": 1995}, {"name": "Heat", "year": 1995}),
        ({"movie": Row(name="Heat", year=None)}, {"name": "Heat", "year": None}),
        ({"movie": {"name": b"Heat"}, "name": "Ali"}, {"name": "Heat"}),
        (
            {"name": "Heat", "director": '["A, Jr.", "B"]', "actors": "[x"},
            {"name": "Heat", "director": ["A, Jr.", "B"], "actors": "[x"},
        ),
        (
            {"name": "Heat", "date": date(2025, 1, 20), "rating": Decimal("4.5")},
            {"name": "Heat", "date": "2025-01-20", "rating": 4.5},
        ),
        ({"name": "Heat", "rating": float("nan")}, {"name": "Heat"}),
        ({"name": "Heat", "partition": 1, "offset": 7, "topic": "t"}, {"name": "Heat"}),
    ],
)
def test_a_film_is_whole_or_in_columns(fields: Any, movie: Any) -> None:
    """Rows, bytes, days and decimals become values of JSON; what is null is not there."""
    event = told({"event_type": "ADD", "user_id": 7, **fields})
    assert event["movie"] == movie
    assert event["user_id"] == "7"


def test_an_event_without_a_time_happened_now_on_no_day() -> None:
    """And another like it may be a new one; one with a time or an id is known again."""
    event = {"event_type": "ADD", "user_id": "u1", "name": "Heat"}
    assert told(event)["timestamp"] == NOW.isoformat()
    assert told(event)["schema"] == 1
    assert not parsed_event(event, NOW).known_again
    assert "schema" not in told(event | {"timestamp": MOMENT})
    assert parsed_event(event | {"timestamp": MOMENT}, NOW).known_again
    assert parsed_event(event | {"event_id": "7"}, NOW).known_again


@pytest.mark.parametrize(
    ("ratings", "expected"),
    [
        ({"old_rating": 4.0, "new_rating": 5.0}, {"old_rating": 4.0, "new_rating": 5.0}),
        ({"old_rating": None, "new_rating": 5.0}, {"old_rating": None, "new_rating": 5.0}),
        ({"old_rating": 4.0, "rating": 2.0}, {"old_rating": 4.0, "new_rating": 2.0}),
        ({"old_rating": 4.0, "new_rating": None}, {"old_rating": 4.0, "new_rating": None}),
        ({"old_rating": 4.0}, {"old_rating": 4.0}),
        ({"movie": {"name": "Heat", "old_rating": 1}}, {"old_rating": 1}),
        (
            {"movie": Row(name="Heat", old_rating=1, new_rating=None)},
            {"old_rating": 1, "new_rating": None},
        ),
        ({"old_rating": None, "new_rating": None}, {}),
        ({"rating": 2.0}, {}),
    ],
)
def test_a_rating_that_is_null_before_is_none(ratings: Any, expected: Any) -> None:
    event = told({"event_type": "UPDATE_RATING", "user_id": "u1", "name": "Heat", **ratings})
    assert {k: v for k, v in event.items() if k.endswith("_rating")} == expected
    assert not any(name.endswith("_rating") for name in event["movie"])


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        (None, "must be a mapping or a row"),
        ([1], "must be a mapping or a row"),
        ({"name": "Heat"}, "user_id: must be text, not absent or null"),
        ({"user_id": b"\xff"}, "is not UTF-8"),
        ({"user_id": 4.5}, "user_id: must be text, not 4.5"),
        ({"user_id": True}, "user_id: must be text, not True"),
        ({"user_id": "u", "name": "x", "year": 2**70}, "is no JSON"),
        ({"value": "nonsense"}, "is not JSON"),
    ],
)
def test_what_is_no_event_is_refused(fields: Any, reason: str) -> None:
    with pytest.raises(InvalidInput, match=reason):
        parsed_event(fields, NOW)


def test_rows_of_every_kind_hold_events() -> None:
    """Grouped, parsed, or Kafka's value alone."""
    event = {"event_type": "ADD", "name": "Heat"}
    rows = [
        {"user_id": "u1", "events": [event, Row(**event)]},
        {"user_id": "u1", "events": None},
        {"user_id": "u1", **event, "offset": 7},
        {"value": json.dumps({"user_id": "u1", **event}).encode(), "key": b"u1"},
    ]
    found = [json.loads(parsed_event(each, NOW).value) for each in events_in(rows)]
    assert len(found) == 4
    assert all(each == found[0] for each in found)
    for bad in ({"user": "u1"}, {}, None, "u1", [event]):
        with pytest.raises(InvalidInput, match=r"^row: must (have user_id and events|be a)"):
            list(grouped_events([bad]))


def test_parsed_rows_become_records_at_their_places() -> None:
    """The key is kept where it is there; what is no event stays at its place, to be parked."""
    rows = [
        {"partition": 1, "offset": 7, "event_type": "ADD", "user_id": "u1", "name": "Heat"},
        {"partition": 1, "offset": 8, "event_type": "ADD", "user_id": None, "name": "Ali"},
    ]
    (batch,) = as_records([pa.RecordBatch.from_pylist(rows)], NOW)
    columns = batch.to_pydict()
    assert (columns["partition"], columns["offset"]) == ([1, 1], [7, 8])
    assert columns["key"] == [b"u1", b""]
    assert json.loads(columns["value"][1])["name"] == "Ali"
    assert columns["problem"] == [None, "user_id: must be text, not absent or null"]
    keyed = [{**row, "key": b"other"} for row in rows]
    (batch,) = as_records([pa.RecordBatch.from_pylist(keyed)], NOW)
    assert batch.to_pydict()["key"] == [b"other", b"other"]


def test_values_of_other_kinds() -> None:
    assert plain_value({1: (bytearray(b"a"), {3})}) == {"1": ["a", [3]]}
    assert plain_value(datetime(2025, 1, 20)) == "2025-01-20T00:00:00+00:00"  # noqa: DTZ001
    assert text_of(memoryview(b"a"), "x") == "a"


# ── Into the log ─────────────────────────────────────────────────────────────────────────


@pytest.fixture
def job() -> Job:
    loose.warn_of_repetition.cache_clear()
    stores: Stores = MemoryStores()
    return Job("films", stores.log.partitions, "taken_in", stores, ROME)


def added(title: str, **more: object) -> dict[str, Any]:
    return {"event_type": "ADD", "user_id": "anna", "name": title, "rating": 4, **more}


def total(job: Job) -> int:
    stored = job.stores.models.user_stats("anna")
    return 0 if stored is None else stored.stats.total_watched


def test_an_event_with_its_time_or_an_id_counts_once(job: Job) -> None:
    """Whatever comes again; and its diary, log and figures say the same."""
    made = [added("Heat", timestamp=MOMENT), added("Ali", event_id="7")]
    for _ in range(2):
        outcome = loose.take_in(made, job)
    assert (outcome.counted, outcome.repeated, outcome.parked) == (0, 2, 0)
    assert total(job) == 2
    gone = {**made[0], "event_type": "DELETE", "timestamp": NOW.isoformat()}
    assert loose.take_in([gone], job).counted == 1
    assert total(job) == 1


def test_an_event_without_either_counts_each_time_and_it_says_so_once(
    job: Job, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(3):
        loose.take_in([added("Heat", date="2025-01-20")], job)
    assert total(job) == 3
    assert caplog.text.count("EVENTS MAY COUNT TWICE") == 1


def test_what_is_wrong_is_parked_and_the_rest_counts(job: Job) -> None:
    """An impossible rating, no user, a record of our own relay, a correction without an id."""
    wrong = [
        added("Heat", rating=11),
        {"event_type": "ADD", "name": "Heat"},
        added("Heat", timestamp=MOMENT, position=3),
        {**added("Heat", timestamp=MOMENT, corrected=added("Ali")), "event_type": "CORRECT"},
    ]
    outcome = loose.take_in([*wrong, added("Ali")], job)
    assert (outcome.counted, outcome.parked) == (1, 4)
    letters = job.stores.dead_letters.waiting(9)
    assert {(each.partition, each.offset) for each in letters} == {(-1, -1)}
    reasons = sorted(each.reason.partition(":")[0] for each in letters)
    assert reasons == ["event_id", "position", "rating", "user_id"]


@pytest.mark.parametrize("verb", ["UPDATE", "UPDATE_RATING"])
def test_a_change_of_rating_that_says_none_is_parked(job: Job, verb: str) -> None:
    """Whatever form it has; a null takes the rating away where it can be told from nothing."""
    heat = {"event_type": verb, "user_id": "anna", "name": "Heat", "timestamp": MOMENT}
    record = {"event_type": verb, "user_id": "anna", "timestamp": MOMENT}
    record["movie"] = {"name": "Heat"}  # type: ignore[assignment]

    def ratings() -> dict[str, int]:
        stored = job.stores.models.user_stats("anna")
        return {} if stored is None else dict(stored.stats.rating_distribution)

    loose.take_in([added("Heat", timestamp=MOMENT)], job)
    before = ratings()
    says_none = [heat, heat | {"new_rating": None}, heat | {"rating": None, "old_rating": None}]
    said = [*says_none, {"value": json.dumps(record)}]
    assert loose.take_in(said, job).parked == len(said)
    assert ratings() == before
    letters = job.stores.dead_letters.waiting(9)
    assert all(each.reason.startswith("new_rating: must be the rating") for each in letters)
    null = {"value": json.dumps(record | {"new_rating": None})}
    for gone in (null, heat | {"old_rating": 4, "new_rating": None, "event_id": "gone"}):
        assert loose.take_in([gone], job).counted == 1
        assert sum(ratings().values()) == 0
        loose.take_in([{**heat, "rating": 4, "event_id": f"again {id(gone)}"}], job)
        assert ratings() == before


class Broken:
    """An array as NumPy has them, of a class that cannot be read or shown."""

    def tolist(self) -> object:
        raise ValueError("no \ud800")

    def __repr__(self) -> str:
        raise RuntimeError


LOOP: list[object] = []
LOOP.append(LOOP)
GOOD = added("Ali", timestamp=MOMENT)
BAD_EVENTS: list[tuple[object, str]] = [
    (None, "event: must be a mapping or a row, not None"),
    ("Heat", "event: must be a mapping or a row, not 'Heat'"),
    (4.5, "event: must be a mapping or a row, not 4.5"),
    ({}, "event_type: must be ADD"),
    (added("Heat", rating=11), "rating: must be a number from 0.5 to 5"),
    (added("Heat", name=b"\xff"), "not UTF-8"),
    (added("Heat", year=2**70), "event: is no JSON: Integer exceeds 64-bit range"),
    (added("Lone \ud800"), "event: is no JSON: str is not valid UTF-8"),
    (
        added("Heat", genres=Broken()),
        "genres: cannot be read: a value of Broken without a repr",
    ),
    (added("Heat", actors=LOOP), "actors: holds itself, or nests deeper than 64 levels"),
    (added("Heat", timestamp=7.5j), "timestamp: must be a time"),
]


@pytest.mark.parametrize(("bad", "reason"), BAD_EVENTS)
def test_an_event_that_is_none_is_parked_and_costs_no_other(
    job: Job, bad: object, reason: str
) -> None:
    """Whatever stands there, before or behind good ones; with whose it is, and why."""
    rows = [
        {"user_id": "anna", "events": [bad, GOOD, bad]},
        Row(user_id="bruno", events=[GOOD]),
    ]
    outcome = loose.count_rows(rows, job)
    assert (outcome.counted, outcome.parked) == (2, 2)
    assert total(job) == 1
    letters = job.stores.dead_letters.waiting(9)
    assert all(reason.lower() in each.reason.lower() for each in letters), letters
    assert all(each.value is not None and b"anna" in each.value for each in letters)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"user_id": None, "events": [GOOD]}, "user_id: must be text, not absent or null"),
        ({"events": [{**GOOD, "user_id": None}]}, "user_id: must be text, not absent or null"),
        ({"user_id": "\ud800", "events": [GOOD]}, "event: is no JSON: str is not valid UTF-8"),
        ({"user_id": b"\xff", "events": [GOOD]}, "not UTF-8"),
        (
            {"user_id": "bruno", "events": "Heat"},
            "events: must be a list of events, not 'Heat'",
        ),
        ({"user_id": "bruno", "events": GOOD}, "events: must be a list of events, not {"),
        ({"user_id": "bruno"}, "event_type: must be ADD"),
    ],
)
def test_a_row_that_is_wrong_is_parked_and_costs_no_other(
    job: Job, row: object, reason: str
) -> None:
    outcome = loose.count_rows([row, {"user_id": "anna", "events": [GOOD]}], job)
    assert (outcome.counted, outcome.parked, total(job)) == (1, 1, 1)
    (letter,) = job.stores.dead_letters.waiting(9)
    assert reason in letter.reason
    assert letter.value


def test_rows_of_every_user_count_beside_a_null_group(job: Job) -> None:
    """What ``groupBy("user_id")`` makes of records that ``from_json`` could not read."""
    nothing = dict.fromkeys(GOOD)
    grouped = [{"user_id": "anna", "events": [GOOD]}, {"user_id": None, "events": [nothing]}]
    for rows in (grouped, [GOOD, nothing]):
        (row,) = loose.process_loose([pa.RecordBatch.from_pylist(rows)], job)
        row = row.to_pydict()
        assert (row["counted"][0] + row["repeated"][0], row["parked"][0]) == (1, 1)
    assert total(job) == 1


def test_a_value_that_python_has_not_costs_its_row_alone(job: Job) -> None:
    """Spark casts bytes to a text that is none, and has times behind the year 9999."""
    raw = json.dumps(GOOD | {"movie": {"name": "Ali"}}).encode()
    texts = pa.array([raw, b"\xff"], pa.binary()).view(pa.string())
    (row,) = loose.process_loose([pa.RecordBatch.from_arrays([texts], ["value"])], job)
    assert (row.to_pydict()["counted"], row.to_pydict()["parked"]) == ([1], [1])
    times = pa.array([1_700_000_000_000_000, 2**62], pa.timestamp("us", "UTC"))
    films = pa.StructArray.from_arrays([pa.array([b"Heat", b"\xff"]).view("string")], ["name"])
    same = [pa.array([each] * 2) for each in ("ADD", "anna")]
    names = ["event_type", "user_id", "movie", "timestamp"]
    batch = pa.RecordBatch.from_arrays([*same, films, times], names)
    (row,) = loose.process_loose([batch], job)
    assert (row.to_pydict()["counted"], row.to_pydict()["parked"]) == ([1], [1])
    reasons = [each.reason for each in job.stores.dead_letters.waiting(9)]
    assert all("not UTF-8 at byte 0" in reason for reason in reasons), reasons


def test_at_its_place_an_event_that_is_none_is_parked_for_its_own_reason(job: Job) -> None:
    rows = [
        {"partition": 0, "offset": 0, **GOOD},
        {"partition": 0, "offset": 1, **GOOD, "user_id": None},
        {"partition": 0, "offset": 2, **GOOD, "name": b"\xff"},
    ]
    fields = [(name, pa.scalar(value).type) for name, value in rows[0].items()]
    fields = [(name, pa.binary() if name == "name" else type_) for name, type_ in fields]
    rows[0]["name"] = b"Ali"
    batch = pa.RecordBatch.from_pylist(rows, pa.schema(fields))
    (row,) = process_partition(as_records([batch], NOW), job)
    assert (row.to_pydict()["counted"], row.to_pydict()["parked"]) == ([1], [2])
    letters = sorted(job.stores.dead_letters.waiting(9), key=lambda each: each.offset)
    assert letters[0].reason == "user_id: must be text, not absent or null"
    assert "not UTF-8 at byte 0" in letters[1].reason


def test_what_came_in_without_a_place_does_not_come_by_it(job: Job) -> None:
    """Also where no driver and no Kafka was there to claim the topic."""
    loose.count_rows([{"user_id": "anna", "events": [added("Heat", timestamp=MOMENT)]}], job)
    with pytest.raises(WaysMixed, match=r"^The events of films were taken in without"):
        settle_placed("films", job.stores.topic_ways)


def test_a_frame_without_rows_reports_nothing(job: Job) -> None:
    assert list(loose.process_loose([], job)) == []
    batch = pa.RecordBatch.from_pylist([added("Heat", timestamp=MOMENT)])
    (row,) = loose.process_loose([batch], job)
    assert row.to_pydict()["counted"] == [1]
