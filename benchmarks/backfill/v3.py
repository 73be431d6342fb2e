"""V3: for every user that a batch names, read the whole history and compute all anew.

The history is the ``movies`` collection that the application keeps, filled before the clock
starts: one document a user, as the stand-in for MongoDB has no indexes but unique ones.
Chosen: one find for 100 users, whole documents replaced in unordered bulks of 1,000; per-day
film counts have no history to be recomputed from and are incremented, as in the original.
Recovery: Spark's checkpoint; recomputed documents come out the same again, incremented ones
do not. (Names that a user has no more keep their old document: the original leaves them, too.)
"""

import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from pymongo import MongoClient, ReplaceOne
from pymongo.database import Database
from pyspark.sql import DataFrame, Row
from pyspark.sql import functions as F

from .counts import CHUNK, Counts, name_key
from .events import Event, events
from .settings import Settings
from .spark import drain

_USERS = 100


def main() -> None:
    settings = Settings.read()
    with MongoClient[Any](settings.mongo) as client:
        if not client[settings.database]["movies"].find_one():
            _fill(client[settings.database], Path(sys.argv[1]), int(sys.argv[2]))

    def write(rows: Iterable[Row]) -> None:
        users: set[str] = set()
        days = Counts()
        for row in rows:
            users.add(row.user_id)
            days.fold(event.asDict() for event in row.events)
        with MongoClient[Any](settings.mongo) as client:
            _recompute(client[settings.database], sorted(users))
            _only_days(days).write(client[settings.database], ordered=True)

    def process_batch(batch: DataFrame, _: int) -> None:
        by_user = batch.groupBy("user_id").agg(
            F.collect_list(F.struct(*batch.columns)).alias("events")
        )
        by_user.foreachPartition(write)

    drain(settings, process_batch)


def _recompute(database: Database[Any], users: list[str]) -> None:
    waiting = iter(users)
    while some := list(islice(waiting, _USERS)):
        counts, now = Counts(), datetime.now(UTC).isoformat()
        for history in database["movies"].find({"_id": {"$in": some}}):
            counts.fold(_added(history["_id"], movie, now) for movie in history["movies"])
        documents = {
            "user_stats": _user_documents(counts, now),
            "user_affinities": _affinity_documents(counts, now),
        }
        for name, replacements in documents.items():
            while chunk := list(islice(replacements, CHUNK)):
                database[name].bulk_write(chunk, ordered=False)


def _user_documents(counts: Counts, now: str) -> Iterator[ReplaceOne[Any]]:
    for user, fields in counts.users.items():
        document: dict[str, Any] = {"user_id": user, "updated_at": now}
        for path, n in fields.items():
            *parents, field = path.split(".")
            target = document
            for parent in parents:
                target = target.setdefault(parent, {})
            target[field] = n
        yield ReplaceOne({"_id": user}, document, upsert=True)


def _affinity_documents(counts: Counts, now: str) -> Iterator[ReplaceOne[Any]]:
    for (user, type_, name), (plays, ratings) in counts.affinities.items():
        document = {
            "user_id": user,
            "type": type_,
            "name": name,
            "name_key": name_key(name),
            "count": plays,
            "rated_count": plays,
            "rating_sum": ratings,
            "sum_voti": 0 if type_ == "genre" else ratings,
            "updated_at": now,
        }
        _id = f"{user}_{type_}_{document['name_key']}"
        yield ReplaceOne({"_id": _id}, document, upsert=True)


def _only_days(counts: Counts) -> Counts:
    counts.users.clear()
    counts.affinities.clear()
    return counts


def _added(user: str, movie: Event, now: str) -> Event:
    return {"event_type": "ADD", "user_id": user, "movie": movie, "timestamp": now}


def _fill(database: Database[Any], folder: Path, count: int) -> None:
    """Each user's films as they are after all events, as the application has them."""
    films: dict[str, list[Event]] = {}
    for event in events(folder, count):
        mine, movie = films.setdefault(event["user_id"], []), event["movie"]
        if event["event_type"] == "ADD":
            mine.append(movie)
            continue
        mine.remove(movie)
        if event["event_type"] == "UPDATE_RATING":
            mine.append(movie | {"rating": event["new_rating"]})
    database["movies"].insert_many({"_id": user, "movies": m} for user, m in films.items())


if __name__ == "__main__":
    main()
