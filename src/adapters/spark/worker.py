"""What runs in Spark's Python workers: a partition of the topic, from Arrow to the stores."""

import functools
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import repeat
from zoneinfo import ZoneInfo

import pyarrow as pa

from cinestats.adapters.event_json import read_event
from cinestats.adapters.foreign_json import read_foreign
from cinestats.adapters.ids import id_from, new_id
from cinestats.application.figures.project import Projector
from cinestats.application.gc_paused import gc_paused
from cinestats.application.log.ports import EventLog, NewerEvent
from cinestats.application.stores import Stores
from cinestats.application.streaming.append_taken import Appender
from cinestats.application.streaming.claim import refuse_second_topic
from cinestats.application.streaming.consume import (
    Consumer,
    LogGap,
    Outcome,
    Positions,
)
from cinestats.application.streaming.ports import PartitionsDiffer, TopicKind
from cinestats.application.streaming.records import NOWHERE, ReadRecord, TopicRecord
from cinestats.application.streaming.take_in import INTO_THE_LOG, ForeignRules, TakeIn
from cinestats.application.streaming.take_in_loose import LooseRecord, TakeInLoose
from cinestats.domain.errors import CinestatsError
from cinestats.domain.events import Event

from .completion import Completion

RESULT_SCHEMA = (
    "partition int, counted long, parked long, repeated long, healed long, position long,"
    " seconds double, stopped string, left_out map<string,long>"
)

_PROJECTED = 20_000  # events at once: the more, the fewer writes to one document


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
    rules: ForeignRules = INTO_THE_LOG


class Worker:
    """The consumer of one topic in this process."""

    left_out: Counter[str]
    """How often each optional field of the last records was left out."""

    def __init__(self, job: Job) -> None:
        self.left_out = Counter()
        self._job, self._stores = job, job.stores
        self._foreign = job.kind != "log"
        taken_in = job.kind == "taken_in"
        self._take_in = _take_in(job, self._read_and_complete) if taken_in else None
        self._completion: Completion | None = None
        self._consumer = Consumer(
            job.topic,
            job.partitions,
            self._read_and_complete if self._foreign else self._read,
            Positions(None if self._foreign else _log(job)),
            job.stores.models,
            job.stores.dead_letters,
            _now,
        )

    @functools.cached_property
    def _loose(self) -> TakeInLoose:
        job, stores = self._job, self._stores
        how = self._read_and_complete, _appender(job), stores.topic_ways, stores.dead_letters
        return TakeInLoose(job.topic, *how, _now, id_from, new_id)

    def consume(self, partition: int, records: Sequence[TopicRecord]) -> Outcome:
        """As the consumer does. A catalogue may have come since a batch that found none."""
        self._look_for_films()
        self.left_out.clear()
        if self._take_in is None:
            outcome = self._consumer.consume(partition, records)
            if self._foreign:
                end = max(record.offset for record in records) + 1
                self._stores.topic_positions.advance(self._job.topic, partition, end)
            return outcome
        done = self._take_in.take_in(partition, records)
        log = self._stores.log
        alike = log.partitions == self._job.partitions
        self._project([partition] if alike else range(log.partitions))
        position = self._stores.topic_positions.get(self._job.topic, partition)
        return Outcome(done.taken, done.parked, done.repeated, 0, position or 0)

    def take_in_loose(self, records: Iterable[LooseRecord]) -> Outcome:
        """Take events without a place into the log, and count them from there."""
        self._look_for_films()
        self.left_out.clear()
        done, grown = self._loose.take_in(records)
        self._project(grown)
        return Outcome(done.taken, done.parked, done.repeated, 0, NOWHERE)

    def _look_for_films(self) -> None:
        if self._foreign and self._completion is None and self._stores.catalogue.size() > 0:
            self._completion = Completion(self._stores.catalogue)

    def _project(self, partitions: Iterable[int]) -> None:
        """Count from the log what is not counted yet, of the partitions that may have grown."""
        projector = Projector(self._stores.log, self._stores.models, _now, _PROJECTED)
        for each in partitions:
            while projector.step(each):
                pass

    def _read(self, value: bytes) -> tuple[Event, int | None]:
        return read_event(value, self._job.zone)

    def _read_and_complete(self, value: bytes) -> tuple[Event, int | None]:
        """An event of another application, with what it lacks from the catalogue."""
        event, position, notes = read_foreign(value, self._job.zone, _now())
        self.left_out.update(note.field for note in notes)
        if self._completion is not None:
            event = self._completion.event(event)
        return event, position


def _appender(job: Job) -> Appender:
    return Appender(job.stores.log, job.stores.diaries, job.rules.park_unknown)


def _take_in(job: Job, read: ReadRecord) -> TakeIn:
    stores = job.stores
    return TakeIn(
        job.topic,
        job.partitions,
        read,
        _appender(job),
        stores.topic_positions,
        stores.taking_in,
        stores.dead_letters,
        _now,
        id_from,
    )


def _now() -> datetime:
    return datetime.now(UTC)


def _log(job: Job) -> EventLog:
    log = job.stores.log
    if log.partitions != job.partitions:
        raise PartitionsDiffer(
            f"The topic {job.topic} has {job.partitions} partitions and its log"
            f" {log.partitions}; relay the log to a new topic."
        )
    return log


@functools.lru_cache(maxsize=4)
def worker_of(job: Job) -> Worker:
    """The worker of this process for the job."""
    return Worker(job)


def process_partition_incremental(
    iterator: Iterable[pa.RecordBatch], job: Job
) -> Iterator[pa.RecordBatch]:
    """Count a partition in incrementally (V6); yields one row of ``RESULT_SCHEMA``.

    A partition that cannot go on is reported as stopped, with the reason; the others of the
    batch are not held up, and its events are counted once they are to be had again.
    """
    row = _count(iterator, job)
    if row is not None:
        yield row


process_partition = process_partition_incremental
"""The way a partition is processed."""


@gc_paused()
def _count(iterator: Iterable[pa.RecordBatch], job: Job) -> pa.RecordBatch | None:
    """Count all records of a partition in; None when there are none."""
    started = time.perf_counter()
    records: list[TopicRecord] = []
    partition = stopped = None
    for batch in iterator:
        columns = batch.to_pydict()
        problems = columns.get("problem") or repeat(None)
        record = columns["offset"], columns["key"], columns["value"], problems
        records += map(TopicRecord, *record)
        partition = columns["partition"][0] if columns["partition"] else partition
    if partition is None:
        return None
    if partition >= job.partitions:
        raise PartitionsDiffer(
            f"The topic {job.topic} has got more partitions than the {job.partitions} that were"
            " counted so far; cinestats consume says what to do."
        )
    worker = worker_of(replace(job, kind=job.kind or _kind_of(records, job)))
    try:
        outcome = worker.consume(partition, records)
    except (LogGap, NewerEvent) as reason:
        outcome, stopped = Outcome(0, 0, 0, 0, -1), str(reason)
    seconds = time.perf_counter() - started
    return result_row(partition, outcome, seconds, stopped, worker.left_out)


def _kind_of(records: Sequence[TopicRecord], job: Job) -> TopicKind:
    """What a new topic holds, as the first good record says, of whichever partition."""
    for record in records:
        value = record.value or b""
        if record.problem is not None:
            continue
        try:
            event = read_foreign(value, job.zone, datetime.now(UTC))
            has_position = event.position is not None
        except NewerEvent:
            has_position = b'"position":' in value  # whatever else it says
        except CinestatsError:
            continue
        foreign: TopicKind = "taken_in" if job.rules.log else "foreign"
        kind: TopicKind = "log" if has_position else foreign
        refuse_second_topic(job.topic, kind, job.stores.topic_claims)
        return job.stores.topic_claims.settle(job.topic, kind)
    return "foreign"  # nothing readable yet, so nothing to place either


def warm(iterator: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Do nothing. By then the worker has started, and has imported all of this."""
    return iterator


def result_row(
    partition: int,
    outcome: Outcome,
    seconds: float,
    stopped: str | None,
    left_out: Mapping[str, int],
) -> pa.RecordBatch:
    return pa.RecordBatch.from_pydict(
        {
            "partition": pa.array([partition], pa.int32()),
            **{name: [value] for name, value in outcome._asdict().items()},
            "seconds": [seconds],
            "stopped": pa.array([stopped], pa.string()),
            "left_out": pa.array([list(left_out.items())], pa.map_(pa.string(), pa.int64())),
        }
    )
