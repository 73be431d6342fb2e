"""Two topics of other applications in one database, and all that happens to them at once.

    python -m tests.foreign_soak [--events 50000] [--kills 10] [--seed 1]

Three drivers count, two of them the same topic, one of them on two executors. Each is killed
again and again and started anew, while producers that heard no answer send events a second
time, with their ``event_id`` in other bytes or without one in the same, and transactions are
aborted. In the end one topic loses records that nobody counted: its driver has to stop, and
goes on behind those that are given up. Every document is compared with an independent count,
and ``verify`` has to agree. Needs what ``make stack`` needs. Prints what was done, as JSON;
the exit status is 1 when anything differs.
"""

import argparse
import json
import random
import re
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from signal import SIGKILL
from typing import Any

from cinestats.adapters.kafka.client import open_producer
from cinestats.adapters.kafka.settings import KafkaSettings
from cinestats.adapters.kafka.topics import topic_bounds
from cinestats.domain.partition import partition_of
from stack.kafka import start_kafka
from stack.mongo import start_mongo

from .integration.spark_events import PARTITIONS, Json, differences, events, produce_records
from .integration.spark_process import Driver, Setup, cinestats, driver, runs
from .integration.test_spark_faults import delete_records

_TWO_EXECUTORS = {"CINESTATS_SPARK_MASTER": "local-cluster[2,1,1024]"}
_SLICE = 500
_LATE = 300
_LOST = 7


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--events", type=int, default=50_000)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        base = Path(folder)
        kafka = start_kafka(base / "kafka")
        stack.callback(kafka.stop)
        mongo = start_mongo(base / "mongo")
        stack.callback(mongo.stop)
        first = Setup(kafka.bootstrap, mongo.uri, base)
        second = _beside(first, base)
        soak = Soak(first, second, random.Random(options.seed))
        result = soak.run(options.events, options.kills)
    print(json.dumps({"events": options.events, "seed": options.seed} | result))
    sys.exit(1 if result["differences"] or result["verify"] else 0)


def _beside(first: Setup, base: Path) -> Setup:
    """Another topic, counted into the same database."""
    uri = first.environment["CINESTATS_MONGO_URI"]
    setup = Setup(first.environment["CINESTATS_KAFKA_BOOTSTRAP_SERVERS"], uri, base / "second")
    setup.checkpoints.mkdir(parents=True)
    setup.database = first.database
    setup.environment["CINESTATS_MONGO_DATABASE"] = first.database.name
    return setup


class Soak:
    """The two topics, and what was done to them."""

    def __init__(self, first: Setup, second: Setup, chance: random.Random) -> None:
        self._setups = first, second
        self._chance = chance
        self._told: Json = {"copies": 0, "aborted": 0, "killed": 0}

    def run(self, number: int, kills: int) -> Json:
        """All of it; returns what was done, and what differs in the end."""
        began = time.monotonic()
        first, second = self._setups
        made = events(number, corrections=0.1)
        mine = [each for each in made if partition_of(each["user_id"], 5) < 3]
        others = [each for each in made if partition_of(each["user_id"], 5) >= 3]
        parts = [self._sent(mine), self._sent(others)]
        for setup in self._setups:
            produce_records(setup.kafka, [])
        again = first.checkpoints.with_name("again")
        ways = [
            (first, {}),
            (first, {"CINESTATS_CHECKPOINT_DIR": str(again)}),
            (second, _TWO_EXECUTORS),
        ]
        with ExitStack() as stack:
            running = [stack.enter_context(driver(setup, **more)) for setup, more in ways]
            for kill in range(kills + 1):
                for setup, records in zip(self._setups, parts, strict=True):
                    share = max(1, len(records) // (kills + 1 - kill))
                    produce_records(setup.kafka, records[:share])
                    del records[:share]
                    self._abort(setup.kafka)
                if kill < kills:
                    at = self._chance.randrange(len(ways))
                    running[at].counts(partitions=1)
                    time.sleep(self._chance.uniform(0, 2))
                    _kill(running[at], alone=kill % 3 == 0)
                    self._told["killed"] += 1
                    setup, more = ways[at]
                    running[at] = stack.enter_context(driver(setup, **more))
            for each in running:
                each.wait_until(lambda: not differences(first.database, made), seconds=900)
                each.terminate()
            for each in running:
                each.wait(300)
        kept = [*made, *self._cut(second)]
        self._told["differences"] = differences(first.database, kept)[:10]
        verified = cinestats(first, "verify")
        self._told["verify"] = verified.returncode and (verified.stdout + verified.stderr)
        return self._told | {"seconds": round(time.monotonic() - began)}

    def _sent(self, made: Sequence[Json]) -> list[tuple[bytes, bytes]]:
        """The records of events, some with an id and some without, and some a second time."""
        records: list[tuple[bytes, bytes]] = []
        late: list[tuple[int, tuple[bytes, bytes]]] = []
        for at, event in enumerate(made):
            sent = {"event_id": f"event {at}", **event} if at % 2 else event
            key = event["user_id"].encode()
            records.append((key, json.dumps(sent).encode()))
            if at % 20 < 2:  # one of each kind
                spaced = json.dumps(sent, indent=1).encode() if at % 2 else records[-1][1]
                late.append((at, (key, spaced)))
        assert len(set(records)) == len(made), "two events look alike"
        self._told["copies"] += len(late)
        for at, copy in reversed(late):
            records.insert(at + self._chance.randrange(1, _SLICE), copy)
        return records

    def _abort(self, kafka: KafkaSettings) -> None:
        """Send plays of somebody in a transaction that is taken back."""
        name = f"{kafka.kafka_topic}-{self._told['aborted']}"
        producer = open_producer(kafka, transactional_id=name)
        sending: Any = producer
        sending.init_transactions()
        sending.begin_transaction()
        for event in events(50):
            ghost = json.dumps(event | {"user_id": "ghost"}).encode()
            producer.send(kafka.kafka_topic, ghost, b"ghost")
        producer.flush(60)
        sending.abort_transaction()
        producer.close(10)
        self._told["aborted"] += 50

    def _cut(self, setup: Setup) -> Iterator[Json]:
        """Lose records of the topic before they are counted; yields those that are left."""
        ends = [bounds.end for bounds in topic_bounds(setup.kafka, PARTITIONS)]
        late = [
            {**each, "user_id": f"late {number}"}
            for number, each in enumerate(_additions(events(2 * _LATE)))
        ]
        produce_records(
            setup.kafka,
            [(each["user_id"].encode(), json.dumps(each).encode()) for each in late],
        )
        delete_records(setup.kafka, [ends[0] + _LOST, ends[1], 0, 0])
        stopped = cinestats(setup, "consume", "--once")
        assert stopped.returncode, "it went on in spite of a loss"
        last = stopped.stderr.strip().splitlines()[-1]
        self._told["loss"] = last
        options = re.findall(r"--accept-loss \d+:\d+-\d+", last)
        done = cinestats(setup, "consume", "--once", *" ".join(options).split())
        assert done.returncode == 0, done.stderr[-2000:]
        in_first = [each for each in late if partition_of(each["user_id"], PARTITIONS) == 0]
        lost = in_first[:_LOST]
        yield from (each for each in late if each not in lost)


def _additions(made: Iterable[Json]) -> Iterator[Json]:
    return (each for each in made if each["event_type"] == "ADD")


def _kill(running: Driver, *, alone: bool) -> None:
    """``kill -9`` it with its JVM and workers, or alone: then these end by themselves."""
    if not alone:
        running.send(SIGKILL)
        return
    left = running.kill_alone()
    deadline = time.monotonic() + 120
    while any(map(runs, left)):
        assert time.monotonic() < deadline, "what a driver left behind goes on"
        time.sleep(0.1)


if __name__ == "__main__":
    main()
