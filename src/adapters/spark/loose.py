"""Events without a place in the topic, in a worker: into the log, and counted from there."""

import functools
import logging
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from cinestats.application.gc_paused import gc_paused
from cinestats.application.streaming.consume import Outcome
from cinestats.application.streaming.records import NOWHERE

from .arrow_rows import rows_of
from .parsed_events import events_in, grouped_events, loose_record
from .worker import Job, result_row, worker_of

_logger = logging.getLogger(__name__)


def process_loose(batches: Iterable[pa.RecordBatch], job: Job) -> Iterator[pa.RecordBatch]:
    """Take the events of a frame's rows in; yields one row of ``RESULT_SCHEMA``."""
    started = time.perf_counter()
    outcomes, left_out = list[Outcome](), Counter[str]()
    for batch in batches:
        if batch.num_rows:
            outcomes.append(take_in(events_in(rows_of(batch)), job))
            left_out.update(worker_of(job).left_out)
    if outcomes:
        counted, parked, repeated, healed, _ = map(sum, zip(*outcomes, strict=True))
        outcome = Outcome(counted, parked, repeated, healed, NOWHERE)
        seconds = time.perf_counter() - started
        yield result_row(NOWHERE, outcome, seconds, None, left_out)


def count_rows(rows: Iterable[Any], job: Job) -> Outcome:
    """Take the events of grouped rows in; see ``grouped_events``."""
    return take_in(grouped_events(rows), job)


@gc_paused()
def take_in(events: Iterable[Any], job: Job) -> Outcome:
    """Take events in by their fields, each as ``parsed_event`` reads it."""
    now = datetime.now(UTC)
    records = [loose_record(fields, now) for fields in events]
    if not all(record.known_again or record.problem for record in records):
        warn_of_repetition(known_again=False)
    return worker_of(job).take_in_loose(records)


@functools.lru_cache(maxsize=2)
def warn_of_repetition(*, known_again: bool) -> None:
    """Say once in a process how an event that comes again is told from a new one."""
    if known_again:
        _logger.warning(
            "These events do not say where they lay in the topic: two of a user that are alike,"
            " timestamp included, count as one unless an event_id tells them apart. Hand over"
            " partition and offset, and each record counts once."
        )
    else:
        _logger.warning(
            "EVENTS MAY COUNT TWICE: they have neither partition and offset, nor event_id, nor"
            " timestamp, so one that comes again cannot be told from a new one. That is as safe"
            " as the original was. Hand over Kafka's own columns, and each event counts once."
        )
