"""Quix Streams: a batching sink that folds what came since the last commit, then writes it.

Chosen: orjson, unordered bulks of 1,000 upserts, a commit every second (the default of 5 s
only lets the end of the topic wait) or 50,000 messages; with ``--processes 2`` two
applications in one consumer group, which is how Quix uses a second core. Recovery: the
group's offsets, committed after the sink has written (at least once, the default; its
exactly-once is for Kafka and not for a database).
"""

import argparse
import subprocess
import sys
from typing import Any

import orjson
from pymongo import MongoClient
from quixstreams import Application
from quixstreams.sinks import BatchingSink, SinkBatch

from .counts import Counts, stamp
from .settings import Settings

_IDLE_SECONDS = 5.0
_SESSION_MS = 10_000  # the default of 45 s only lengthens the wait after a crash


class FoldingSink(BatchingSink):
    """Adds what a batch comes to to MongoDB."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self._began = False

    def setup(self) -> None:
        client = MongoClient[Any](self._settings.mongo)
        self._database = client[self._settings.database]

    def add(self, *args: Any, **kwargs: Any) -> None:
        if not self._began:
            self._began = True
            stamp("begin")
        super().add(*args, **kwargs)

    def write(self, batch: SinkBatch) -> None:
        Counts().fold(item.value for item in batch).write(self._database, ordered=False)
        stamp("wrote")


def run(settings: Settings) -> None:
    """One application, until nothing has come for a while."""
    application = Application(
        broker_address=settings.kafka,
        consumer_group=settings.database,
        auto_offset_reset="earliest",
        commit_interval=1.0,
        commit_every=50_000,
        consumer_extra_config={"session.timeout.ms": _SESSION_MS},
        loglevel="WARNING",
    )
    topic = application.topic(
        settings.topic, key_deserializer="bytes", value_deserializer="bytes"
    )
    frame = application.dataframe(topic).apply(orjson.loads)
    frame.sink(FoldingSink(settings))
    application.run(timeout=_IDLE_SECONDS)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--processes", type=int, default=1)
    others = parser.parse_args().processes - 1
    module = [sys.executable, "-m", "benchmarks.backfill.quix"]
    processes = [subprocess.Popen(module) for _ in range(others)]
    run(Settings.read())
    for process in processes:
        process.wait()


if __name__ == "__main__":
    main()
