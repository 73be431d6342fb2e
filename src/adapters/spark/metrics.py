"""What the driver tells Prometheus: what each batch did, and how far the topic is behind."""

import json
import time
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)

_events = Counter(
    "cinestats_consumed_events",
    "Events of the topic by what became of them: counted, parked, repeated or healed.",
    ("partition", "outcome"),
    registry=REGISTRY,
)
_batches = Histogram(
    "cinestats_batch_seconds",
    "How long a partition's part of a batch took.",
    ("partition",),
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120),
    registry=REGISTRY,
)
_left_out = Counter(
    "cinestats_left_out_fields",
    "Optional fields of another application's records that could not be read, by their name.",
    ("field",),
    registry=REGISTRY,
)
_given_up = Gauge(
    "cinestats_topic_given_up_records",
    "Records of another application's topic that were lost, and that an operator gave up.",
    ("partition",),
    registry=REGISTRY,
)
_stopped = Gauge(
    "cinestats_partition_stopped",
    "1 while a partition cannot go on; the log says why.",
    ("partition",),
    registry=REGISTRY,
)
_lag = Gauge(
    "cinestats_topic_lag_events",
    "Records behind the last batch, as it began.",
    ("stream", "partition"),
    registry=REGISTRY,
)
_age = Gauge(
    "cinestats_topic_lag_seconds",
    "Seconds since everything in the partition was counted.",
    ("stream", "partition"),
    registry=REGISTRY,
)


def observe_given_up(partition: int, records: int) -> None:
    """Note how many records of a partition were given up, ever."""
    _given_up.labels(str(partition)).set(records)


def observe(result: Mapping[str, Any]) -> None:
    """Note what became of a partition in a batch, by the fields of ``RESULT_SCHEMA``."""
    partition = str(result["partition"])
    for outcome in ("counted", "parked", "repeated", "healed"):
        _events.labels(partition, outcome).inc(result[outcome])
    _batches.labels(partition).observe(result["seconds"])
    for field, times in result["left_out"].items():
        _left_out.labels(field).inc(times)
    observe_stop(result["partition"], result["stopped"])


def observe_stop(partition: int, reason: str | None) -> None:
    """Note why a partition cannot go on, or with None that it does."""
    _stopped.labels(str(partition)).set(reason is not None)


class Query(Protocol):
    """What is looked at of a ``StreamingQuery``; it was given a name."""

    @property
    def name(self) -> str: ...

    @property
    def status(self) -> dict[str, Any]: ...

    @property
    def lastProgress(self) -> Any: ...


class TopicLag:
    """Keeps the lag of every stream, by partition.

    The driver has it look again and again. A listener of Spark's would be told at once, but in
    Python it costs the JVM more than the batches do.
    """

    def __init__(self) -> None:
        self._complete_at: dict[tuple[str, str], float] = {}

    def look(self, query: Query) -> None:
        """Note how far the stream's last batch got, or that nothing has come since."""
        progress = query.lastProgress
        if progress is None:
            return
        idle = not query.status["isDataAvailable"]
        began = datetime.fromisoformat(progress.timestamp).timestamp()
        for source in progress.sources:
            reached = offsets_of(source.endOffset)
            for partition, latest in offsets_of(source.latestOffset).items():
                behind = max(latest - reached.get(partition, 0), 0)
                _lag.labels(query.name, partition).set(behind)
                key = query.name, partition
                if key not in self._complete_at:
                    _age.labels(*key).set_function(partial(self._seconds, key))
                    self._complete_at[key] = began
                if behind == 0:
                    self._complete_at[key] = time.time() if idle else began

    def _seconds(self, key: tuple[str, str]) -> float:
        return max(time.time() - self._complete_at[key], 0)


def offsets_of(text: str | None) -> dict[str, int]:
    """Offsets by partition, of the one topic in ``{"topic": {"0": 17}}``; none in ``null``."""
    topics: dict[str, dict[str, int]] = json.loads(text or "null") or {}
    return {p: offset for offsets in topics.values() for p, offset in offsets.items()}
