"""The opening balance in MongoDB is recorded once, whatever dies and whoever comes late."""

import os
from collections.abc import Iterator, Sequence

import pytest

if os.environ.get("CI") != "true":
    pytest.importorskip("pymongo", reason="The extra distributed is not installed.")

from cinestats.adapters.mongo.database import MongoDatabase
from cinestats.adapters.mongo.opening import MongoOpening
from cinestats.adapters.mongo.read_models import MongoReadModels
from cinestats.application.figures.ports import Batch
from cinestats.application.log.ports import Recorded
from cinestats.domain.events import Event
from stack.mongo import Mongo
from tests.contracts.builders import added, recorded

from .mongo_failpoints import (
    NOW,
    ROME,
    Crash,
    FailingDatabase,
    StoppedDatabase,
    failing_database,
)

BEFORE: Sequence[Event] = [*(added(n, "anna") for n in range(3)), added(3, "bruno")]
SINCE: Sequence[Event] = [added(4, "anna"), added(5, "carla"), added(6, "bruno")]


@pytest.fixture
def database(mongo: Mongo) -> Iterator[FailingDatabase]:
    yield from failing_database(mongo)


def counted(database: MongoDatabase) -> MongoReadModels:
    """Read models that hold what was counted at offsets."""
    models = MongoReadModels(database, ROME)
    at_offsets = [Recorded(0, 7 + n, event) for n, event in enumerate(BEFORE)]
    models.apply(Batch(0, 0, at_offsets, NOW))
    return models


def totals(models: MongoReadModels) -> list[int]:
    found = (models.user_stats(user) for user in ("anna", "bruno", "carla"))
    return [each.stats.total_watched if each else 0 for each in found]


def opened(database: MongoDatabase) -> dict[str, int]:
    balance = MongoOpening(database)
    assert sum(n for (n,) in balance.states(0)["global_days"].values()) == 4
    return {
        user: balance.states(user)["user_stats"][user,].total_watched
        for user in balance.users()
    }


@pytest.mark.parametrize(("after", "part"), [(False, False), (False, True), (True, False)])
def test_recording_is_broken_off_anywhere_and_repeated(
    database: FailingDatabase, after: bool, part: bool
) -> None:
    """Before, in the middle of, and right after every write."""
    database.after, database.part = after, part
    fatal = 0
    while True:
        database.fatal = None
        database.drop()
        models = counted(database)
        database.fatal, database.writes = fatal, 0
        try:
            MongoOpening(database).record(1)
            break
        except Crash:
            database.fatal = None
        MongoOpening(database).record(1)
        assert opened(database) == {"anna": 3, "bruno": 1}
        assert models.checkpoint(0) == 0
        models.apply(Batch(0, 0, recorded(list(SINCE)), NOW))
        MongoOpening(database).record(1)
        assert (totals(models), models.checkpoint(0)) == ([4, 2, 1], 3)
        assert opened(database) == {"anna": 3, "bruno": 1}
        fatal += 1
    assert fatal >= 6


@pytest.mark.parametrize("stop", range(6))
def test_who_comes_late_opens_nothing_that_the_log_has_counted(
    database: FailingDatabase, stop: int
) -> None:
    """A process stands still in the middle, while another one ends it and counts on."""
    models = counted(database)

    def meanwhile() -> None:
        MongoOpening(database).record(1)
        models.apply(Batch(0, 0, recorded(list(SINCE)), NOW))

    MongoOpening(StoppedDatabase(database, stop, meanwhile)).record(1)
    assert opened(database) == {"anna": 3, "bruno": 1}
    if models.checkpoint(0) == 0:  # the other one never came
        models.apply(Batch(0, 0, recorded(list(SINCE)), NOW))
    assert (totals(models), models.checkpoint(0)) == ([4, 2, 1], 3)
