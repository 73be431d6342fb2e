"""Backfill: drain a topic into MongoDB, beside a bare bulk_write of the same net documents.

    eval "$(make -s stack)"
    python benchmarks/backfill.py [FOLDER] [--events 200000] [--repeat 3]

FOLDER holds ratings.csv and catalog.csv. The events have the original producer's form; the
floor writes what they come to, in unordered chunks of 1,000 upserts, from one process. Both
sides run in turn, each into a new database. Seconds of ours run from the begin of the first
batch to the end of the last; start-up is told apart. Nothing is pass or fail.
"""

import argparse
import csv
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import uuid
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

from kafka import KafkaAdminClient, KafkaProducer  # type: ignore[import-untyped]
from pymongo import MongoClient, UpdateOne

PARTITIONS = 4
CHUNK = 1000
KAFKA = os.environ.get("CINESTATS_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:9092")
MONGO = os.environ.get("CINESTATS_MONGO_URI", "mongodb://127.0.0.1:27017")

Event = dict[str, Any]


def events(folder: Path, count: int) -> Iterator[Event]:
    """Additions as the ratings say, in whole stars, with 10 % re-ratings and 5 % deletions."""
    with (folder / "catalog.csv").open(encoding="utf-8", newline="") as file:
        films = {row["movie_id"]: row for row in csv.DictReader(file)}
    with (folder / "ratings.csv").open(encoding="utf-8", newline="") as file:
        ratings = list(csv.DictReader(file))
    chance, present = Random(1), defaultdict[str, list[Event]](list)
    for n in range(count):
        row = ratings[n % len(ratings)]
        user = f"{n // len(ratings)}-{row['user_id']}"
        moment = datetime.fromtimestamp(int(row["timestamp"]), UTC)
        event: Event = {"user_id": user, "timestamp": moment.isoformat()}
        kind, mine = chance.random(), present[user]
        if kind < 0.10 and mine:
            movie = chance.choice(mine)
            new = chance.randint(1, 5)
            event |= {"event_type": "UPDATE_RATING", "movie": dict(movie)}
            event |= {"old_rating": movie["rating"], "new_rating": new}
            movie["rating"] = new
        elif kind < 0.15 and mine:
            event |= {"event_type": "DELETE", "movie": mine.pop(chance.randrange(len(mine)))}
        else:
            movie = _movie(films[row["movie_id"]], float(row["rating"]), moment)
            mine.append(movie)
            event |= {"event_type": "ADD", "movie": dict(movie)}
        yield event


def _movie(film: dict[str, str], rating: float, moment: datetime) -> Event:
    def names(column: str) -> list[str]:
        return [name for name in film[column].split("|") if name]

    return {
        "name": film["title"],
        "year": int(film["year"]) if film["year"] else None,
        "rating": max(1, min(5, int(rating + 0.5))),
        "genres": names("genres"),
        "actors": names("actors"),
        "director": names("directors"),
        "duration": int(float(film["duration"] or 0)) or None,
        "watched_date": moment.date().isoformat(),
    }


def net_documents(stream: Iterator[Event]) -> dict[str, dict[str, dict[str, float]]]:
    """What the events come to, per collection and document, as increments."""
    net: dict[str, dict[str, dict[str, float]]] = {
        "user_stats": defaultdict(lambda: defaultdict(float)),
        "user_affinities": defaultdict(lambda: defaultdict(float)),
        "global_days": defaultdict(lambda: defaultdict(float)),
    }
    for event in stream:
        movie, user = event["movie"], event["user_id"]
        sign = {"ADD": 1, "DELETE": -1, "UPDATE_RATING": 0}[event["event_type"]]
        change = sign * movie["rating"] if sign else event["new_rating"] - event["old_rating"]
        stats = net["user_stats"][user]
        stats["total_watched"] += sign
        stats["sum_ratings"] += change
        stats["watch_time_minutes"] += sign * (movie["duration"] or 0)
        if sign:
            stats[f"rating_distribution.{movie['rating']}"] += sign
            stats[f"monthly_counts.{movie['watched_date'][:7].replace('-', '.')}"] += sign
        else:
            stats[f"rating_distribution.{event['old_rating']}"] -= 1
            stats[f"rating_distribution.{event['new_rating']}"] += 1
        for type_, names in (
            ("director", movie["director"][:2]),
            ("actor", movie["actors"][:5]),
            ("genre", movie["genres"]),
        ):
            for name in names:
                key = name.replace(" ", "_").replace(".", "")
                affinity = net["user_affinities"][f"{user}_{type_}_{key}"]
                affinity["rated_count"] += sign
                affinity["rating_sum"] += change
                affinity["count"] += sign
                affinity["sum_voti"] += change
        day = net["global_days"][f"{event['timestamp'][:10]}|{movie['name']}|{movie['year']}"]
        day["count"] += sign
    return net


def run_floor(net: dict[str, dict[str, dict[str, float]]]) -> dict[str, float]:
    """A bare bulk_write of documents that are ready: the time of the database alone."""
    client: MongoClient[Event] = MongoClient(MONGO)
    database = client[f"floor_{uuid.uuid4().hex[:8]}"]
    moment = datetime.now(UTC).isoformat()
    operations = {
        name: [
            UpdateOne(
                {"_id": _id},
                {
                    "$inc": inc,
                    "$set": {"updated_at": moment, "position": 200_000},
                    "$setOnInsert": _constant(name, _id),
                },
                upsert=True,
            )
            for _id, inc in docs.items()
        ]
        for name, docs in net.items()
    }
    started = time.perf_counter()
    for name, writes in operations.items():
        for at in range(0, len(writes), CHUNK):
            database[name].bulk_write(writes[at : at + CHUNK], ordered=False)
    seconds = time.perf_counter() - started
    client.drop_database(database.name)
    return {"seconds": seconds, "documents": sum(map(len, net.values()))}


def _constant(collection: str, _id: str) -> Event:
    """Fields beside the counts, of the number and size that the documents have."""
    if collection == "user_affinities":
        user, type_, key = _id.split("_", 2)
        return {"user_id": user, "type": type_, "name": key, "name_key": key}
    if collection == "global_days":
        day, title, year = _id.split("|", 2)
        return {"day": day, "film_key": _id, "name": title, "year": year, "genres": ["Drama"]}
    return {"user_id": _id, "stats_version": "6.0_flat_affinities"}


def run_ours(topic: str) -> dict[str, float]:
    """``consume --once`` in processes of its own, timed by what its log says."""
    database = f"ours_{uuid.uuid4().hex[:8]}"
    with tempfile.TemporaryDirectory() as checkpoints:
        started = time.time()
        done = subprocess.run(
            [sys.executable, "-m", "cinestats.entrypoints.spark_driver", "--once"],
            env={
                **os.environ,
                "CINESTATS_KAFKA_BOOTSTRAP_SERVERS": KAFKA,
                "CINESTATS_KAFKA_TOPIC": topic,
                "CINESTATS_MONGO_URI": MONGO,
                "CINESTATS_MONGO_DATABASE": database,
                "CINESTATS_CHECKPOINT_DIR": checkpoints,
            },
            capture_output=True,
            text=True,
            check=True,
        )
        whole = time.time() - started
    MongoClient[Event](MONGO).drop_database(database)
    lines = [json.loads(line) for line in done.stderr.splitlines() if line.startswith("{")]
    rows = [line for line in lines if line["message"] == "partition counted in"]
    ends = [datetime.fromisoformat(row["time"]).timestamp() for row in rows]
    begins = [line["time"] for line in lines if line["message"] == "batch begins"]
    first = datetime.fromisoformat(min(begins)).timestamp()
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return {
        "seconds": max(ends) - first,
        "start_up": first - started,
        "whole": whole,
        "events": sum(row["counted"] for row in rows),
        "largest_process_mb": children,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    default = Path(__file__).parents[2] / "shared" / "data"
    parser.add_argument("folder", type=Path, nargs="?", default=default)
    parser.add_argument("--events", type=int, default=200_000)
    parser.add_argument("--repeat", type=int, default=3)
    args = parser.parse_args()
    topic = f"backfill-{uuid.uuid4().hex[:8]}"
    admin = KafkaAdminClient(bootstrap_servers=KAFKA)
    admin.create_topics({topic: {"num_partitions": PARTITIONS}}, wait_for_metadata=True)
    producer = KafkaProducer(bootstrap_servers=KAFKA, linger_ms=50, batch_size=262_144)
    for event in events(args.folder, args.events):
        producer.send(topic, key=event["user_id"].encode(), value=json.dumps(event).encode())
    producer.flush()
    net = net_documents(events(args.folder, args.events))
    pairs = [(run_floor(net), run_ours(topic)) for _ in range(args.repeat)]
    print(f"{'':>8} {'seconds':>8} {'spread':>13} {'events/s':>9} {'ratio':>6}")
    floor = median(pair[0]["seconds"] for pair in pairs)
    for side, name in enumerate(("floor", "ours")):
        times = sorted(pair[side]["seconds"] for pair in pairs)
        middle = median(times)
        print(
            f"{name:>8} {middle:>8.1f} {times[0]:>6.1f}-{times[-1]:<6.1f}"
            f" {args.events / middle:>9.0f} {middle / floor:>6.2f}"
        )
    start_up = median(pair[1]["start_up"] for pair in pairs)
    print(f"{pairs[0][0]['documents']:,} net documents; start-up of ours {start_up:.1f} s")
    print(json.dumps({"benchmark": "backfill", "events": args.events, "pairs": pairs}))
    admin.delete_topics([topic])


if __name__ == "__main__":
    main()
