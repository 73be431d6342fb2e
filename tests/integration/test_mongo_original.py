"""Documents that the original wrote: they have no position."""

import os

import pytest

if os.environ.get("CI") != "true":
    pytest.importorskip("pymongo", reason="The extra distributed is not installed.")

from collections.abc import Iterator

from cinestats.adapters.mongo.database import MongoDatabase
from cinestats.adapters.mongo.original import adopt_original
from cinestats.adapters.mongo.read_models import MongoReadModels
from cinestats.application.figures.ports import Batch
from cinestats.application.log.ports import Recorded
from cinestats.application.ports import StoreUnavailable
from cinestats.application.upkeep.rebuild import recompute_user
from stack.mongo import Mongo
from tests.contracts.builders import added, entry, movie, recorded

from .mongo_failpoints import (
    NOW,
    ROME,
    FailingDatabase,
    check,
    failing_database,
    history,
    project,
)


@pytest.fixture
def database(mongo: Mongo) -> Iterator[FailingDatabase]:
    yield from failing_database(mongo)


def test_documents_of_the_original_are_not_added_to(database: FailingDatabase) -> None:
    """They have no position, so nobody can tell what they count: that is said, loudly."""
    database.collection("user_stats").insert_one({"_id": "anna", "total_watched": 7})
    models = MongoReadModels(database, ROME)
    with pytest.raises(StoreUnavailable, match="no position"):
        models.apply(Batch(0, 0, recorded(history()), NOW))
    assert database.find("user_stats", {"_id": "anna"})[0]["total_watched"] == 7


def test_a_rebuild_takes_documents_of_the_original_over(database: FailingDatabase) -> None:
    """What they count is recomputed from the log, not added to it."""
    _put_original_documents(database)
    events = recorded(history())
    models = MongoReadModels(database, ROME)
    replacement = models.replacement()
    for user_id in ("anna", "bruno"):
        mine = [r for r in events if r.event and r.event.user_id == user_id]
        replacement.documents.put_user(0, 0, recompute_user(user_id, mine, 0, NOW)[0])
    replacement.documents.apply(Batch(0, 0, events, NOW))
    assert replacement.adopt()
    project(models, events, 4)
    check(database, events)


def test_documents_of_the_original_can_be_counted_on(database: FailingDatabase) -> None:
    """Adopted at the position up to which the original had counted, they go on from there."""
    _put_original_documents(database)
    adopt_original(database, [10])
    models = MongoReadModels(database, ROME)
    assert models.checkpoint(0) == 10
    event = Recorded(0, 11, added(1, "anna", of=entry("x", movie(directors=["R. Scott"]))))
    models.apply(Batch(0, 10, [event], NOW))
    stored = models.user_stats("anna")
    assert stored is not None
    assert (stored.stats.total_watched, stored.stats.sum_ratings) == (3, 26)
    (scott,) = models.affinities("anna", "director")
    assert (scott.affinity.plays, scott.affinity.rating_sum) == (3, 26)


def _put_original_documents(database: MongoDatabase) -> None:
    database.collection("user_stats").insert_one(
        {
            "_id": "anna",
            "user_id": "anna",
            "total_watched": 2,
            "sum_ratings": 9,
            "watch_time_minutes": 200,
            "rating_distribution": {"5": 1, "4": 1},
            "monthly_counts": {"2025": {"01": 2}},
            "stats_version": "6.0_flat_affinities",
            "updated_at": "2025-01-31T10:00:00+01:00",
        }
    )
    database.collection("user_affinities").insert_one(
        {
            "_id": "anna_director_R_Scott",
            "user_id": "anna",
            "type": "director",
            "name": "R. Scott",
            "name_key": "R_Scott",
            "count": 2,
            "sum_voti": 9,
            "updated_at": "2025-01-31T10:00:00+01:00",
        }
    )
