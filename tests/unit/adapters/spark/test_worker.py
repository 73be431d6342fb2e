"""What a worker does with a partition, on stores in memory."""

import json
import os
from typing import Literal
from zoneinfo import ZoneInfo

import pytest

if os.environ.get("CI") != "true":
    pytest.importorskip("pyarrow", reason="The extra distributed is not installed.")

import pyarrow as pa

from cinestats.adapters.event_json import encode
from cinestats.adapters.memory.stores import MemoryStores
from cinestats.adapters.spark.legacy import process_partition_legacy
from cinestats.adapters.spark.worker import Job, process_partition
from cinestats.application.stores import Stores
from cinestats.application.streaming.ports import PartitionsDiffer, TopicClaim
from tests.contracts.builders import added

ROME = ZoneInfo("Europe/Rome")


@pytest.fixture
def stores() -> Stores:
    stores = MemoryStores()
    stores.topic_claims.put("films", TopicClaim("an id", 1, None))
    return stores


def batch(*values: bytes, first: int = 0) -> object:
    """Records of anna's, as Spark hands them over."""
    offsets = list(range(first, first + len(values)))
    return pa.RecordBatch.from_pydict(
        {
            "partition": pa.array([0] * len(values), pa.int32()),
            "offset": offsets,
            "key": [b"anna"] * len(values),
            "value": list(values),
        }
    )


def told(title: str) -> bytes:
    """An event of another application."""
    movie = {"name": title, "rating": 4, "watched_date": "2025-01-20"}
    moment = "2025-01-21T00:45:00+01:00"
    event = {"event_type": "ADD", "user_id": "anna", "movie": movie, "timestamp": moment}
    return json.dumps(event).encode()


def counted(job: Job, *batches: object) -> dict[str, object]:
    (row,) = process_partition(batches, job)
    return {name: values[0] for name, values in row.to_pydict().items()}


def test_records_of_another_application_are_counted_by_their_place(stores: Stores) -> None:
    """Batches of Arrow may part a partition; a record that comes again is not counted again."""
    job = Job("films", 1, None, stores, ROME)
    row = counted(job, batch(told("Heat"), b"poison"), batch(told("Ali"), first=2))
    assert (row["counted"], row["parked"], row["position"]) == (2, 1, 3)
    claim = stores.topic_claims.get("films")
    assert claim is not None
    assert claim.kind == "foreign"
    again = counted(job, batch(told("Ali"), first=2))
    assert (again["counted"], again["repeated"], again["stopped"]) == (0, 1, None)
    stats = stores.models.user_stats("anna")
    assert stats is not None
    assert stats.stats.total_watched == 2


def test_what_a_topic_lacks_is_read_from_its_log(stores: Stores) -> None:
    """And counted before what follows it."""
    events = [added(n, "anna") for n in (1, 2, 3)]
    stores.log.append(0, 0, events)
    row = counted(Job("films", 1, "log", stores, ROME), batch(encode(events[2], 3)))
    assert (row["counted"], row["healed"], row["stopped"]) == (1, 2, None)


def test_a_gap_that_the_log_cannot_fill_stops_the_partition(
    stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is reported, with the reason, and nothing is counted."""
    events = [added(n, "anna") for n in (1, 2, 3)]
    stores.log.append(0, 0, events)
    monkeypatch.setattr(stores.log, "read", lambda *_: [])
    row = counted(Job("films", 1, "log", stores, ROME), batch(encode(events[2], 3)))
    assert (row["counted"], row["position"]) == (0, -1)
    assert "lacks position 1" in str(row["stopped"])
    assert stores.models.user_stats("anna") is None


def test_no_records_are_no_row(stores: Stores) -> None:
    """A task of an empty partition has nothing to report."""
    job = Job("films", 1, "foreign", stores, ROME)
    assert list(process_partition([], job)) == []
    assert list(process_partition_legacy([batch()], job)) == []


def test_a_log_of_another_size_than_its_topic_is_refused(stores: Stores) -> None:
    """Its events lie in other partitions than they say."""
    job = Job("films", 3, "log", stores, ROME)
    with pytest.raises(PartitionsDiffer, match="3 partitions and its log 1"):
        counted(job, batch(encode(added(1, "anna"), 1)))


@pytest.mark.parametrize("kind", ["log", None])
def test_an_event_of_a_later_version_stops_its_partition(
    stores: Stores, kind: Literal["log"] | None
) -> None:
    """Fault 30: with the sentence to upgrade. After the upgrade its log heals the partition."""
    events = [added(n, "anna") for n in (1, 2)]
    stores.log.append(0, 0, events)
    newer = encode(events[0], 1).replace(b'"ADD"', b'"CORRECT"')
    row = counted(Job("films", 1, kind, stores, ROME), batch(newer))
    assert (row["counted"], row["parked"]) == (0, 0)
    assert str(row["stopped"]).endswith(": upgrade cinestats")
    row = counted(Job("films", 1, "log", stores, ROME), batch(encode(events[1], 2), first=1))
    assert (row["counted"], row["healed"], row["stopped"]) == (1, 1, None)


def test_an_event_of_a_later_version_of_another_application_is_parked(stores: Stores) -> None:
    """Bad input 24: no log has it, so it waits among the dead letters."""
    newer = told("Heat").replace(b"{", b'{"schema":2,', 1)
    row = counted(Job("films", 1, None, stores, ROME), batch(newer, told("Ali")))
    assert (row["counted"], row["parked"], row["stopped"]) == (1, 1, None)
