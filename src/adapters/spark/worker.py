"""What runs in Spark's Python workers: a partition of the topic, from Arrow to the stores."""

import functools
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import pyarrow as pa

from cinestats.adapters.event_json import read_event
from cinestats.application.catalogue.recognise import recognise
from cinestats.application.gc_paused import gc_paused
from cinestats.application.stores import Stores
from cinestats.application.streaming.consume import (
    Consumer,
    LogGap,
    LogPositions,
    OffsetPositions,
    Outcome,
    TopicRecord,
)
from cinestats.application.streaming.ports import PartitionsDiffer, TopicKind
from cinestats.domain.errors import CinestatsError
from cinestats.domain.events import Event
from cinestats.domain.movie import Movie

RESULT_SCHEMA = (
    "partition int, counted long, parked long, repeated long, healed long, position long,"
    " seconds double, stopped string"
)


@dataclass(frozen=True, slots=True)
class Job:
    """All that a worker has to know; it travels with the task.

    ``kind`` says what the topic holds; None while no record of it was counted.
    """

    topic: str
    partitions: int
    kind: TopicKind | None
    stores: Stores
    zone: ZoneInfo
    now: datetime


class ArrowBatch(Protocol):
    """A ``pyarrow.RecordBatch``, as far as it is used here."""

    num_rows: int

    def to_pydict(self) -> dict[str, list[Any]]: ...


class Worker:
    """The consumer of one topic in this process; ``begin`` comes before each batch."""

    def __init__(self, job: Job) -> None:
        self._stores, self._zone, self._now = job.stores, job.zone, job.now
        self._foreign = job.kind == "foreign"
        self._has_catalogue = False
        self._films: dict[tuple[str, int | None], Movie] = {}
        self.consumer = Consumer(
            job.topic,
            job.partitions,
            self._read_and_complete if self._foreign else self._read,
            OffsetPositions() if self._foreign else _log_positions(job),
            job.stores.models,
            job.stores.dead_letters,
            lambda: self._now,
        )

    def begin(self, now: datetime) -> None:
        """Take up a batch. A catalogue may have come since one that found none."""
        self._now = now
        if self._foreign and not self._has_catalogue:
            self._films.clear()
            self._has_catalogue = self._stores.catalogue.size() > 0

    def _read(self, value: bytes) -> tuple[Event, int | None]:
        return read_event(value, self._zone)

    def _read_and_complete(self, value: bytes) -> tuple[Event, int | None]:
        """An event of the original's form, with what it lacks from the catalogue."""
        event, position = read_event(value, self._zone)
        movie = event.entry.movie
        if movie.directors and movie.genres and movie.duration:
            return event, position
        key = movie.title, movie.year
        known = self._films.get(key)
        if known is None:
            bare = Movie.create(movie.title, year=movie.year)
            known = (
                recognise(bare, self._stores.catalogue).movie if self._has_catalogue else bare
            )
            self._films[key] = known
        entry = replace(event.entry, movie=movie.completed_by(known))
        return replace(event, entry=entry), position


def _log_positions(job: Job) -> LogPositions:
    log = job.stores.log
    if log.partitions != job.partitions:
        raise PartitionsDiffer(
            f"The topic {job.topic} has {job.partitions} partitions and its log"
            f" {log.partitions}; relay the log to a new topic."
        )
    return LogPositions(log)


@functools.lru_cache(maxsize=4)
def _worker(job: Job) -> Worker:
    return Worker(job)


def process_partition_incremental(
    iterator: Iterable[ArrowBatch], job: Job
) -> Iterator[pa.RecordBatch]:
    """Count a partition in incrementally (V6); yields one row of ``RESULT_SCHEMA``.

    A partition that cannot go on is reported as stopped, with the reason; the others of the
    batch are not held up, and its events are counted once they are to be had again.
    """
    started = time.perf_counter()
    with gc_paused():
        row = _process(iterator, job, started)
    if row is not None:
        yield row


def _process(iterator: Iterable[ArrowBatch], job: Job, started: float) -> pa.RecordBatch | None:
    records: list[TopicRecord] = []
    partition = None
    for batch in iterator:
        columns = batch.to_pydict()
        records += map(TopicRecord, columns["offset"], columns["key"], columns["value"])
        partition = columns["partition"][0] if columns["partition"] else partition
    if partition is None:
        return None
    kind = job.kind or _kind_of(records, job)
    worker = _worker(replace(job, kind=kind, now=_EPOCH))
    worker.begin(job.now)
    stopped = None
    try:
        outcome = worker.consumer.consume(partition, records)
    except LogGap as gap:
        outcome, stopped = Outcome(0, 0, 0, 0, -1), str(gap)
    return result_row(partition, outcome, time.perf_counter() - started, stopped)


def _kind_of(records: Sequence[TopicRecord], job: Job) -> TopicKind:
    """What a new topic holds, as the first good record says, of whichever partition."""
    for record in records:
        try:
            _, position = read_event(record.value or b"", job.zone)
        except CinestatsError:
            continue
        kind: TopicKind = "foreign" if position is None else "log"
        return job.stores.topic_claims.settle(job.topic, kind)
    return "foreign"  # nothing readable yet, so nothing to place either


_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def warm(iterator: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Do nothing. By then the worker has started, and has imported all of this."""
    return iterator


def process_partition(iterator: Iterable[ArrowBatch], job: Job) -> Iterator[pa.RecordBatch]:
    """The way a partition is processed: incrementally."""
    yield from process_partition_incremental(iterator, job)


def result_row(
    partition: int, outcome: Outcome, seconds: float, stopped: str | None
) -> pa.RecordBatch:
    return pa.RecordBatch.from_pydict(
        {
            "partition": pa.array([partition], pa.int32()),
            "counted": [outcome.counted],
            "parked": [outcome.parked],
            "repeated": [outcome.repeated],
            "healed": [outcome.healed],
            "position": [outcome.position],
            "seconds": [seconds],
            "stopped": pa.array([stopped], pa.string()),
        }
    )
