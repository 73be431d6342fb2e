"""Live: seconds from an accepted write to visible statistics, through the whole engine.

    eval "$(make -s stack)"
    python benchmarks/live.py [--triggers 5 1] [--writes 60]

Runs the HTTP interface, the relay and the Spark driver as processes, once for each trigger
(seconds), writes at random moments and waits until the user's document in MongoDB holds the
write's position. Prints median, p99 and the longest; nothing is pass or fail.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles

import httpx2
from pymongo import MongoClient

KAFKA = os.environ.get("CINESTATS_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:9092")
MONGO = os.environ.get("CINESTATS_MONGO_URI", "mongodb://127.0.0.1:27017")
CINESTATS = str(Path(sys.executable).parent / "cinestats")


@contextmanager
def running(environment: dict[str, str], *arguments: str) -> Generator[subprocess.Popen[str]]:
    """A process of the engine; SIGTERM ends it."""
    process = subprocess.Popen(
        [CINESTATS, *arguments], env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def measure(trigger: float, writes: int) -> list[float]:
    """Seconds from each answer to the position being visible."""
    name = f"live_{uuid.uuid4().hex[:8]}"
    with tempfile.TemporaryDirectory() as checkpoints:
        environment = {
            **os.environ,
            "CINESTATS_BACKEND": "distributed",
            "CINESTATS_KAFKA_BOOTSTRAP_SERVERS": KAFKA,
            "CINESTATS_KAFKA_TOPIC": name,
            "CINESTATS_MONGO_URI": MONGO,
            "CINESTATS_MONGO_DATABASE": name,
            "CINESTATS_CHECKPOINT_DIR": checkpoints,
            "CINESTATS_STATS_TRIGGER_SECONDS": str(trigger),
            "CINESTATS_PORT": "0",
        }
        with (
            running(environment, "serve") as server,
            running(environment, "relay"),
            running(environment, "consume"),
        ):
            assert server.stdout is not None
            url = server.stdout.readline().split()[-1].rstrip("/")
            documents = MongoClient[dict[str, int]](MONGO)[name]["user_stats"]
            with httpx2.Client(base_url=url, timeout=30) as http:
                seconds = [_write(http, documents, n) for n in range(writes + 3)]
    MongoClient[dict[str, int]](MONGO).drop_database(name)
    return seconds[3:]  # the first ones wait for Spark to start


def _write(http: httpx2.Client, documents: object, number: int) -> float:
    time.sleep(random.uniform(0, 1.5))
    answer = http.post("/users/me/movies", json={"name": f"Film {number}", "rating": 4})
    accepted = time.perf_counter()
    position = answer.raise_for_status().json()["position"]
    while time.perf_counter() - accepted < 120:
        found = documents.find_one({"_id": "me"}, {"position": 1})  # type: ignore[attr-defined]
        if found and found["position"] >= position:
            return time.perf_counter() - accepted
        time.sleep(0.02)
    raise TimeoutError(f"Position {position} did not become visible.")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--triggers", type=float, nargs="+", default=[5.0, 1.0])
    parser.add_argument("--writes", type=int, default=60)
    args = parser.parse_args()
    print(f"{'trigger s':>9} {'median':>7} {'p99':>7} {'longest':>8}")
    results: dict[float, list[float]] = {}
    for trigger in args.triggers:
        seconds = results[trigger] = measure(trigger, args.writes)
        p99 = quantiles(seconds, n=100)[98]
        print(f"{trigger:>9} {median(seconds):>7.2f} {p99:>7.2f} {max(seconds):>8.2f}")
    print(json.dumps({"benchmark": "live", "seconds": results}))


if __name__ == "__main__":
    main()
