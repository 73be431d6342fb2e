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
from cinestats.adapters.spark.worker import Job
from cinestats.application.stores import Stores
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
        ({"old_rating": 4.0}, {"old_rating": 4.0, "new_rating": None}),
        ({"movie": {"name": "Heat", "old_rating": 1}}, {"old_rating": 1, "new_rating": None}),
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
    for bad in ({"events": [event]}, {"user_id": "u1", "events": "Heat"}):
        with pytest.raises(InvalidInput, match="must have user_id and events"):
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


def test_a_frame_without_rows_reports_nothing(job: Job) -> None:
    assert list(loose.process_loose([], job)) == []
    batch = pa.RecordBatch.from_pylist([added("Heat", timestamp=MOMENT)])
    (row,) = loose.process_loose([batch], job)
    assert row.to_pydict()["counted"] == [1]
