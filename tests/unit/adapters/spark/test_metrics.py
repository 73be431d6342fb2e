"""What the driver's metrics say after a batch."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from cinestats.adapters.spark.metrics import REGISTRY, Query, TopicLag, observe


def value(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(f"cinestats_{name}", labels)


def query(name: str, end: int, latest: int, began: datetime, *, idle: bool = False) -> Query:
    source = SimpleNamespace(
        endOffset=f'{{"films":{{"0":{end}}}}}', latestOffset=f'{{"films":{{"0":{latest}}}}}'
    )
    progress = SimpleNamespace(timestamp=began.isoformat(), sources=[source])
    status = {"isDataAvailable": not idle}
    return SimpleNamespace(name=name, status=status, lastProgress=progress)


def test_a_partition_is_counted_by_outcome() -> None:
    """Counters add up over batches; a partition that stopped is flagged until it goes on."""
    counts = {"counted": 5, "parked": 1, "repeated": 2, "healed": 0, "left_out": {}}
    observe(dict(partition=77, **counts, seconds=0.2, stopped=None))
    observe(dict(partition=77, **counts, seconds=0.4, stopped="Events 3 to 4 are missing."))
    assert value("consumed_events_total", partition="77", outcome="counted") == 10
    assert value("consumed_events_total", partition="77", outcome="parked") == 2
    assert value("batch_seconds_count", partition="77") == 2
    assert value("batch_seconds_sum", partition="77") == pytest.approx(0.6)
    assert value("partition_stopped", partition="77") == 1
    observe(dict(partition=77, **counts, seconds=0.2, stopped=None))
    assert value("partition_stopped", partition="77") == 0


def test_fields_that_were_left_out_are_counted_by_their_name() -> None:
    counts = dict.fromkeys(("counted", "parked", "repeated", "healed"), 0)
    for times in (2, 3):
        row = {"partition": 78, **counts, "seconds": 0.2, "stopped": None}
        observe({**row, "left_out": {"duration": times}})
    assert value("left_out_fields_total", field="duration") == 5


def test_the_lag_is_what_lies_behind_the_batch() -> None:
    """In events as of its beginning; in seconds since the partition was last complete."""
    lag, now = TopicLag(), datetime.now(UTC)
    where = {"stream": "lagging", "partition": "0"}
    lag.look(query("lagging", 10, 10, now - timedelta(seconds=90)))
    assert value("topic_lag_events", **where) == 0
    assert value("topic_lag_seconds", **where) == pytest.approx(90, abs=5)
    lag.look(query("lagging", 20, 50, now - timedelta(seconds=30)))
    assert value("topic_lag_events", **where) == 30
    assert value("topic_lag_seconds", **where) == pytest.approx(90, abs=5)
    lag.look(query("lagging", 50, 50, now))
    assert value("topic_lag_seconds", **where) == pytest.approx(0, abs=5)


def test_an_idle_stream_is_complete() -> None:
    """A topic that nothing comes to is not behind; another stream's lag stays."""
    lag, then = TopicLag(), datetime.now(UTC) - timedelta(seconds=90)
    lag.look(query("idle", 10, 10, then))
    lag.look(query("busy", 10, 10, then))
    lag.look(query("idle", 10, 10, then, idle=True))
    assert value("topic_lag_seconds", stream="idle", partition="0") == pytest.approx(0, abs=5)
    assert value("topic_lag_seconds", stream="busy", partition="0") == pytest.approx(90, abs=5)


def test_a_stream_that_has_not_begun_has_no_lag() -> None:
    """Neither before its first batch, nor where Spark does not know the offsets yet."""
    lag = TopicLag()
    for progress in (
        None,
        SimpleNamespace(
            timestamp=datetime.now(UTC).isoformat(),
            sources=[SimpleNamespace(endOffset="null", latestOffset="null")],
        ),
    ):
        status = {"isDataAvailable": False}
        lag.look(SimpleNamespace(name="new", status=status, lastProgress=progress))
        assert value("topic_lag_events", stream="new", partition="0") is None
