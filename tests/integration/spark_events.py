"""Events of the original's form, and what they must add up to.

What is expected is worked out here on plain dictionaries, from the events alone: nothing of
the domain takes part in it.
"""

import csv
import json
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cinestats.adapters.kafka.client import open_producer
from cinestats.adapters.kafka.settings import KafkaSettings
from cinestats.adapters.kafka.topics import ensure_topic
from cinestats.adapters.mongo.database import MongoDatabase

Json = dict[str, Any]

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
PARTITIONS = 4
_COUNTED = ("total_watched", "rated_count", "sum_ratings", "watch_time_minutes")
_FIRST_DAY = datetime(2023, 1, 1, 12, tzinfo=UTC)

# Title, year, genres, director, actors, minutes.
_FILMS: list[tuple[str, int | None, list[str], str, list[str], int | None]] = [
    ("The Long Quay", 1971, ["Crime", "Drama"], "Ada Brandt", ["Ugo Neri", "Ida Voss"], 102),
    ("Paper Moons", 1984, ["Comedy"], "Ada Brandt, Leo Fabbri", ["Ida Voss"], 95),
    ("Salt", 1999, ["Sci.Fi", "$gt"], "Leo Fabbri", ["Ugo Neri", "Bo Lind", "Ida Voss"], 131),
    ("Nove vite", 2003, ["Drama", "Romance"], "Rosa Conti", [], 88),
    ("Harbour Lights", 2010, ["Drama"], "P. J. Okoro", ["Bo Lind", "Mia Sand"], 117),
    ("Harbour Lights", 2019, ["Horror"], "Rosa Conti", ["Mia Sand", "Ugo Neri"], 90),
    ("Seven", 2015, ["Crime"], "A B, C D, E F", ["a", "b", "c", "d", "e", "f", "g"], 60),
    ("Untold", None, [], "", ["Bo Lind"], None),
]


def catalogue() -> list[Json]:
    """The ``movie`` of an event, for each film; a small list made by hand."""
    return [
        {
            "name": title,
            "year": year,
            "genres": genres,
            "director": director,
            "actors": actors,
            "duration": minutes,
        }
        for title, year, genres, director, actors, minutes in _FILMS
    ]


def plays(seed: int) -> Iterator[tuple[str, Json, int, datetime]]:
    """User, film, rating and moment, for ever: the real ones where they are to be had."""
    if (DATA / "ratings.csv").exists():
        yield from _real_plays()
    chance, films = random.Random(seed), catalogue()
    for n in range(10**9):
        moment = _FIRST_DAY + timedelta(hours=n % 20_000)
        yield f"user_{chance.randrange(40)}", chance.choice(films), chance.randint(1, 5), moment


def _real_plays() -> Iterator[tuple[str, Json, int, datetime]]:
    with (DATA / "catalog.csv").open(encoding="utf-8-sig", newline="") as file:
        films = {row["movie_id"]: _film_of(row) for row in csv.DictReader(file)}
    with (DATA / "ratings.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for copy in range(4):
        for row in rows:
            stars = max(1, round(float(row["rating"])))
            moment = datetime.fromtimestamp(int(row["timestamp"]), UTC)
            yield f"user_{copy}_{row['user_id']}", films[row["movie_id"]], stars, moment


def _film_of(row: dict[str, str]) -> Json:
    names = {k: [n for n in row[k].split("|") if n] for k in ("genres", "directors", "actors")}
    minutes = int(float(row["duration"] or 0))
    return {
        "name": row["title"],
        "year": int(row["year"]) if row["year"] else None,
        "genres": names["genres"],
        "director": ", ".join(names["directors"]),
        "actors": names["actors"],
        "duration": minutes if minutes > 0 else None,
    }


def events(count: int, seed: int = 1) -> list[Json]:
    """So many events: of each user some 10 % UPDATE_RATING and 5 % DELETE, the rest ADD."""
    chance = random.Random(seed)
    alive: defaultdict[str, list[Json]] = defaultdict(list)
    made: list[Json] = []
    for user_id, film, stars, moment in plays(seed):
        if len(made) == count:
            break
        mine, kind = alive[user_id], chance.random()
        event: Json = {"user_id": user_id, "timestamp": moment.isoformat()}
        if kind < 0.10 and mine:
            movie = chance.choice(mine)
            event |= {"event_type": "UPDATE_RATING", "movie": dict(movie)}
            event |= {"old_rating": movie["rating"], "new_rating": stars}
            movie["rating"] = stars
        elif kind < 0.15 and mine:
            movie = mine.pop(chance.randrange(len(mine)))
            event |= {"event_type": "DELETE", "movie": movie}
        else:
            movie = {**film, "rating": stars, "watched_date": moment.date().isoformat()}
            mine.append(dict(movie))
            event |= {"event_type": "ADD", "movie": movie}
        made.append(event)
    return made


def produce(
    settings: KafkaSettings, made: Iterable[Json], partitions: int = PARTITIONS
) -> None:
    """Send the events to the topic as another application would, with their user as key."""
    produce_records(
        settings,
        ((event["user_id"].encode(), json.dumps(event).encode()) for event in made),
        partitions,
    )


def produce_records(
    settings: KafkaSettings,
    records: Iterable[tuple[bytes | None, bytes | None]],
    partitions: int = PARTITIONS,
    to: int | None = None,
) -> None:
    """Send keys and values as they are, to the partition ``to`` or where the key belongs."""
    ensure_topic(settings, partitions)
    producer = open_producer(settings, linger_ms=20, batch_size=262_144)
    try:
        sent: list[Any] = [
            producer.send(settings.kafka_topic, value, key, partition=to)  # type: ignore[arg-type]
            for key, value in records
        ]
        producer.flush(60)
        assert all(each.succeeded() for each in sent)
    finally:
        producer.close(10)


def differences(database: MongoDatabase, made: Iterable[Json]) -> list[str]:
    """Every field of every document that is not what the events add up to."""
    stats, affinities = _expected(made)
    found: list[str] = []
    stored = {document["_id"]: document for document in database.find("user_stats", {})}
    found += [f"user_stats {_id}: missing or too many" for _id in stored.keys() ^ stats.keys()]
    for user_id in stored.keys() & stats.keys():
        document, wanted = stored[user_id], stats[user_id]
        months = {
            f"{year}-{month}": n
            for year, in_year in document["monthly_counts"].items()
            for month, n in in_year.items()
        }
        got = {
            **{field: document[field] for field in _COUNTED},
            "ratings": _nonzero(document["rating_distribution"]),
            "months": _nonzero(months),
        }
        if got != wanted:
            found.append(f"user_stats {user_id}: {got} instead of {wanted}")
    kept = {
        (d["user_id"], d["type"], d["name"]): d for d in database.find("user_affinities", {})
    }
    found += [f"affinity {key}: missing or too many" for key in kept.keys() ^ affinities.keys()]
    for key in kept.keys() & affinities.keys():
        document, (count, total) = kept[key], affinities[key]
        voti = 0 if key[1] == "genre" else total
        got_here = tuple(
            document[f] for f in ("count", "rated_count", "rating_sum", "sum_voti")
        )
        if got_here != (count, count, total, voti):
            found.append(f"affinity {key}: {got_here} instead of {(count, count, total, voti)}")
    return found


def _expected(made: Iterable[Json]) -> tuple[dict[str, Json], dict[tuple[str, str, str], Any]]:
    counts: defaultdict[str, Json] = defaultdict(lambda: dict.fromkeys(_COUNTED, 0))
    ratings: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    months: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    affinities: defaultdict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0])
    for event in made:
        user_id, movie = event["user_id"], event["movie"]
        if event["event_type"] == "UPDATE_RATING":
            plays, stars = 0, event["new_rating"] - event["old_rating"]
            ratings[user_id][str(event["old_rating"])] -= 1
            ratings[user_id][str(event["new_rating"])] += 1
        else:
            plays = 1 if event["event_type"] == "ADD" else -1
            stars = plays * movie["rating"]
            ratings[user_id][str(movie["rating"])] += plays
            months[user_id][movie["watched_date"][:7]] += plays
        mine = counts[user_id]
        mine["total_watched"] += plays
        mine["rated_count"] += plays
        mine["sum_ratings"] += stars
        mine["watch_time_minutes"] += plays * (movie["duration"] or 0)
        for type_, name in _credited(movie):
            affinities[user_id, type_, name][0] += plays
            affinities[user_id, type_, name][1] += stars
    stats = {
        user_id: {
            **mine,
            "ratings": _nonzero(ratings[user_id]),
            "months": _nonzero(months[user_id]),
        }
        for user_id, mine in counts.items()
    }
    return stats, {key: tuple(sums) for key, sums in affinities.items()}


def _credited(movie: Json) -> Iterator[tuple[str, str]]:
    """Two directors and five actors at most, each name once."""
    directors = [name for name in movie["director"].split(", ") if name]
    yield from (("director", name) for name in list(dict.fromkeys(directors))[:2])
    yield from (("actor", name) for name in list(dict.fromkeys(movie["actors"][:5])))
    yield from (("genre", name) for name in dict.fromkeys(movie["genres"]))


def _nonzero(counts: dict[str, int]) -> dict[str, int]:
    return {key: n for key, n in counts.items() if n}
