"""JSON has no infinity: an infinite rating is impossible, and never none."""

import os

import pytest

if os.environ.get("CI") != "true":
    pytest.importorskip("pyspark", reason="The extra distributed is not installed.")

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import bson
import numpy as np
import pyarrow as pa
from pyspark.sql import Row

from cinestats.adapters.foreign_json import read_foreign
from cinestats.adapters.memory.stores import MemoryStores
from cinestats.adapters.spark import loose
from cinestats.adapters.spark.parsed_events import as_records
from cinestats.adapters.spark.worker import Job
from cinestats.application.stores import Stores
from cinestats.domain.errors import InvalidInput

NOW = datetime(2025, 3, 1, 12, tzinfo=UTC)
INFINITE = [
    *(float("inf"), float("-inf"), np.float64("inf"), np.float32("-inf"), Decimal("Infinity")),
    *(Decimal("-Infinity"), Decimal("1e400"), bson.Decimal128("Infinity")),
]
NONE = [None, float("nan"), np.float64("nan"), Decimal("NaN"), bson.Decimal128("NaN")]
RATINGS = ("rating", "old_rating", "new_rating")


def event(name: str, rating: Any) -> dict[str, Any]:
    verb = "ADD" if name == "rating" else "UPDATE_RATING"
    return {"event_type": verb, "user_id": "u", "name": "Heat", "rating": 4, name: rating}


def row(name: str, rating: Any) -> Row:
    return Row(**event(name, rating))


def of_the_film(name: str, rating: Any) -> dict[str, Any]:
    film = event(name, rating)
    outside = {each: film.pop(each) for each in ("event_type", "user_id")}
    return {**outside, "movie": film}


@pytest.mark.parametrize("made", [event, row, of_the_film])
@pytest.mark.parametrize("name", RATINGS)
@pytest.mark.parametrize("rating", INFINITE, ids=repr)
def test_an_event_without_a_place_is_parked(made: Any, name: str, rating: Any) -> None:
    stores: Stores = MemoryStores()
    job = Job("films", stores.log.partitions, "taken_in", stores, ZoneInfo("Europe/Rome"))
    outcome = loose.take_in([made(name, rating)], job)
    assert (outcome.counted, outcome.parked) == (0, 1)
    (letter,) = stores.dead_letters.waiting(9)
    assert letter.reason.startswith(f"{name}: must be a number from 0.5 to 5")


@pytest.mark.parametrize("rating", NONE, ids=repr)
def test_what_is_no_number_is_no_rating(rating: Any) -> None:
    stores: Stores = MemoryStores()
    job = Job("films", stores.log.partitions, "taken_in", stores, ZoneInfo("Europe/Rome"))
    assert loose.take_in([event("rating", rating)], job).counted == 1
    stored = stores.models.user_stats("u")
    assert stored is not None
    assert dict(stored.stats.rating_distribution) == {}


@pytest.mark.parametrize("name", RATINGS)
@pytest.mark.parametrize("rating", [float("inf"), float("-inf")])
def test_a_parsed_row_with_its_place_is_parked(name: str, rating: float) -> None:
    """Its record is refused where the consumer reads it."""
    rows = [{"partition": 0, "offset": 7, **event(name, rating)}]
    (batch,) = as_records([pa.RecordBatch.from_pylist(rows)], NOW)
    (value,) = batch.to_pydict()["value"]
    with pytest.raises(InvalidInput, match=f"^{name}: must be a number from 0.5 to 5"):
        read_foreign(value, UTC, NOW)
