"""The recompute of users from the films of an application, on stores in memory."""

import os

import pytest

if os.environ.get("CI") != "true":
    pytest.importorskip("pyarrow", reason="The extra distributed is not installed.")

import json
from zoneinfo import ZoneInfo

import pyarrow as pa

from cinestats.adapters.memory.stores import MemoryStores
from cinestats.adapters.spark.legacy import NothingToRecompute, recompute_users
from cinestats.adapters.spark.worker import Job, process_partition
from cinestats.application.stores import Stores
from cinestats.application.streaming.ports import TopicClaim
from cinestats.application.streaming.take_in import ForeignRules
from cinestats.domain.affinity import AffinityType

ROME = ZoneInfo("Europe/Rome")
GLADIATOR = {"name": "Gladiator", "year": 2000, "rating": 4, "date": "2025-01-20"}
TYPES: tuple[AffinityType, ...] = ("director", "actor", "genre")


@pytest.fixture
def stores() -> Stores:
    """Where a play of anna's is counted, and no log has it."""
    stores = MemoryStores()
    stores.topic_claims.put("films", TopicClaim("an id", 1, None))
    event = {"event_type": "ADD", "user_id": "anna", "movie": GLADIATOR}
    value = json.dumps(event | {"timestamp": "2025-01-21T00:45:00+01:00"}).encode()
    batch = pa.RecordBatch.from_pydict(
        {
            "partition": pa.array([0], pa.int32()),
            "offset": [0],
            "key": [b"anna"],
            "value": [value],
        }
    )
    job = Job("films", 1, None, stores, ROME, ForeignRules(log=False))
    list(process_partition([batch], job))
    return stores


def figures(stores: Stores) -> object:
    found = stores.models.user_stats("anna")
    assert found is not None
    names = [(a.name, a.affinity) for t in TYPES for a in stores.models.affinities("anna", t)]
    return found.stats, names


def test_films_are_completed_as_events_are(stores: Stores) -> None:
    """Minutes and names that the catalogue added stay."""
    counted = figures(stores)
    assert recompute_users(["anna"], stores, lambda _user: [GLADIATOR]) is None
    assert figures(stores) == counted
    found = stores.models.user_stats("anna")
    assert found is not None
    assert found.stats.watch_time_minutes == 155
    assert stores.models.affinities("anna", "director")


def test_films_that_are_left_out_are_told(
    stores: Stores, caplog: pytest.LogCaptureFixture
) -> None:
    """Of whom, and how many; where none is left, nothing is written."""
    counted, bad = figures(stores), {**GLADIATOR, "rating": "four"}
    with pytest.raises(NothingToRecompute):
        recompute_users(["anna"], stores, lambda _user: [bad])
    assert "Of the 1 films of user anna 1 are left out" in caplog.text
    caplog.clear()
    recompute_users(["anna"], stores, lambda _user: [GLADIATOR, bad, None])
    assert "Film 2, 'Gladiator', is left out: rating" in caplog.text
    assert "Of the 3 films of user anna 2 are left out" in caplog.text
    assert figures(stores) == counted
