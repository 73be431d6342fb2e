"""Bytewax: partitions of the topic as they come, folded in bulk, written by a sink.

Bytewax and not Faust: both install on Python 3.11 from wheels, but Bytewax hands over a
poll's messages together and ends by itself at the end of a topic, where Faust goes message by
message through asyncio. Chosen: orjson, source batches of 10,000 messages that are folded as
a whole before they enter the flow, unordered bulks of 1,000 upserts, a worker a core as
processes, since threads share Python's lock. Recovery: Bytewax's own, with snapshots of the
source's offsets every 5 s.
"""

import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import bytewax.operators as op
import orjson
from bytewax.connectors.kafka import KafkaError, KafkaSource, KafkaSourceMessage
from bytewax.dataflow import Dataflow
from bytewax.outputs import DynamicSink, StatelessSinkPartition
from pymongo import MongoClient

from .counts import Counts, stamp
from .settings import Settings

Message = (
    KafkaSourceMessage[bytes | None, bytes | None] | KafkaError[bytes | None, bytes | None]
)
"""What the source emits; by default it raises errors instead."""

_BATCH = 10_000
_SNAPSHOT_SECONDS = "5"


class Writer(StatelessSinkPartition[Counts]):
    """Adds counts to MongoDB."""

    def __init__(self, settings: Settings) -> None:
        self._database = MongoClient[Any](settings.mongo)[settings.database]

    def write_batch(self, items: list[Counts]) -> None:
        for counts in items:
            counts.write(self._database, ordered=False)
        stamp("wrote")


class Sink(DynamicSink[Counts]):
    """A writer for each worker."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def build(self, step_id: str, worker_index: int, worker_count: int) -> Writer:  # noqa: ARG002 - Bytewax's signature
        return Writer(self._settings)


def _fold(messages: list[Message]) -> list[Counts]:
    stamp("begin")
    values = (message.value for message in messages if isinstance(message, KafkaSourceMessage))
    return [Counts().fold(orjson.loads(value or b"") for value in values)]


def flow() -> Dataflow:
    """From the topic to the database."""
    settings = Settings.read()
    dataflow = Dataflow("backfill")
    source = KafkaSource([settings.kafka], [settings.topic], tail=False, batch_size=_BATCH)
    folded = op.flat_map_batch("fold", op.input("topic", dataflow, source), _fold)
    op.output("database", folded, Sink(settings))
    return dataflow


def main() -> None:
    recovery = Path(Settings.read().state)
    cores = os.cpu_count() or 1
    if not any(recovery.iterdir()):
        command = [sys.executable, "-m", "bytewax.recovery", str(recovery), str(cores)]
        subprocess.run(command, check=True)
    addresses = ";".join(f"127.0.0.1:{_free_port()}" for _ in range(cores))
    processes = [
        subprocess.Popen(
            [
                *(sys.executable, "-m", "bytewax.run"),
                *("-r", str(recovery), "-s", _SNAPSHOT_SECONDS, "-b", "0"),
                *("-i", str(number), "-a", addresses),
                "benchmarks.backfill.bytewax_side:flow()",
            ]
        )
        for number in range(cores)
    ]
    sys.exit(max(process.wait() for process in processes))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main()
