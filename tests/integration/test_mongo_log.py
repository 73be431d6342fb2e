"""Writers of the log on MongoDB that die, stall and lose answers."""

import itertools
import multiprocessing
import os
import pickle

import pytest

if os.environ.get("CI") != "true":
    pytest.importorskip("pymongo", reason="The extra distributed is not installed.")

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from cinestats.adapters.mongo.database import MongoDatabase
from cinestats.adapters.mongo.diary_store import MongoDiaryStore
from cinestats.adapters.mongo.event_log import MongoEventLog
from cinestats.application.log.ports import PositionTaken
from cinestats.application.ports import StoreUnavailable
from stack.mongo import Mongo
from tests.contracts.builders import added

from .mongo_failpoints import Crash, FailingDatabase, failing_database, request_of
from .tcp_proxy import TcpProxy


@pytest.fixture
def database(mongo: Mongo) -> Iterator[FailingDatabase]:
    yield from failing_database(mongo)


def test_an_append_whose_answer_is_lost_is_found_in_the_log(mongo: Mongo) -> None:
    """It is refused as taken, so that the writer looks and finds its own events (fault 16)."""
    with TcpProxy(mongo.port) as proxy:
        uri = f"mongodb://127.0.0.1:{proxy.port}"
        through_proxy = MongoDatabase(uri, "through_proxy")
        log = MongoEventLog(through_proxy)
        proxy.drop_answer(request_of("insert", "events"))
        with pytest.raises(PositionTaken):
            log.append(0, 0, [added(1)])
        assert proxy.happened.is_set()
        assert [r.event for r in log.read(0, 0, 10)] == [added(1)]
        through_proxy.drop()
        through_proxy.close()


@pytest.mark.parametrize("after", [False, True])
def test_an_append_that_breaks_off_is_there_as_a_whole_or_not_at_all(
    database: FailingDatabase, after: bool
) -> None:
    """Whoever comes next, reading by any way or writing, finds all events or none."""
    first, second = [added(n) for n in range(3)], [added(n, "u2") for n in range(3, 8)]
    outcomes = set[int]()
    for fatal, look in itertools.product(
        range(6), ("read", "read on", "of_user", "users", "find", "append")
    ):
        database.collection("events").drop()
        database.fatal = None
        MongoEventLog(database).append(0, 0, first)
        log = MongoEventLog(database)
        database.fatal, database.writes, database.after = fatal, 0, after
        with suppress(Crash):
            log.append(0, 3, second)
        database.fatal = None
        log = MongoEventLog(database)
        tail = log.tail(0)
        outcomes.add(tail)
        match look:
            case "read":
                assert [r.event for r in log.read(0, 0, 20)] == [*first, *second][:tail]
            case "read on":
                assert [r.event for r in log.read(0, 5, 20)] == second[2:] * (tail == 8)
            case "of_user":
                assert [r.event for r in log.of_user("u2")] == second[: tail - 3]
            case "users":
                assert log.users() == (["u1"] if tail == 3 else ["u1", "u2"])
            case "find":
                found = log.find("u2", second[-1].event_id)
                assert (found and found.position) == (None if tail == 3 else 8)
            case _:
                log.append(0, tail, [added(99), added(100)])
                assert [r.position for r in log.read(0, 0, 20)] == list(range(1, tail + 3))
    assert outcomes == ({8} if after else {3, 8})


def test_an_unfolding_that_was_stopped_does_not_bring_erased_events_back(
    database: FailingDatabase,
) -> None:
    """It finds their places taken (fault 21)."""
    log = MongoEventLog(database)
    dying = FailingDatabase(database._uri, database.name)
    stopped = MongoEventLog(dying)
    dying.fatal, dying.writes = 1, 0
    with pytest.raises(Crash):
        stopped.append(0, 0, [added(1), added(2), added(3)])
    (head,) = database.find("events", {"open": True})
    assert log.erase("u1", 3) == 3
    dying.fatal = None
    stopped._unfold(head)
    assert [r.event for r in log.read(0, 0, 10)] == [None, None, None]
    assert log.users() == []


def test_a_server_that_is_gone_is_named_within_seconds() -> None:
    """Nobody waits for ever, and the password is not shown."""
    database = MongoDatabase("mongodb://user:secret@127.0.0.1:1/", "x", selection_seconds=0.2)
    began = datetime.now(UTC)
    with pytest.raises(StoreUnavailable, match="cannot be reached") as raised:
        MongoDiaryStore(database)
    assert "secret" not in str(raised.value)
    assert datetime.now(UTC) - began < timedelta(seconds=5)


def test_a_database_travels_to_worker_processes(database: FailingDatabase) -> None:
    """It is sent without its connections; each process makes its own when it needs them."""
    MongoEventLog(database).append(0, 0, [added(1)])
    copy = pickle.loads(pickle.dumps(MongoDatabase(database._uri, database.name)))
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as workers:
        assert workers.submit(_tail, copy).result() == 1


def _tail(database: MongoDatabase) -> int:
    return MongoEventLog(database).tail(0)
