"""Events of the original's form, and what they must add up to.

What is expected is worked out here on plain dictionaries, from the events alone: nothing of
the domain takes part in it but what names a film and a partition.
"""

import csv
import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from cinestats.adapters.kafka.client import open_producer
from cinestats.adapters.kafka.settings import KafkaSettings
from cinestats.adapters.kafka.topics import ensure_topic
from cinestats.adapters.mongo.database import MongoDatabase
from cinestats.domain.movie import film_key_of
from cinestats.domain.partition import partition_of

Json = dict[str, Any]

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
PARTITIONS = 4
_COUNTED = ("total_watched", "rated_count", "sum_ratings", "watch_time_minutes")
_OF_AFFINITY = ("user_id", "type", "name", "count", "rated_count", "rating_sum", "sum_voti")
_FIRST_DAY = datetime(2023, 1, 1, 12, tzinfo=UTC)
_ZONE = ZoneInfo("Europe/Rome")

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


class _Play(NamedTuple):
    """A play as its user's diary has it, and the day it was added."""

    movie: Json
    added_on: str


def events(count: int, seed: int = 1, *, corrections: float = 0) -> list[Json]:
    """So many events: of each user some 10 % UPDATE_RATING and 5 % DELETE, the rest ADD.

    With a share of ``corrections`` so many are CORRECT, of the film, the day, the tags or all
    of them. Events also say on which day their play was added: nothing moves it. A user sees no
    film twice a day, so that film and day name a play.
    """
    chance = random.Random(seed)
    alive: defaultdict[str, list[_Play]] = defaultdict(list)
    made: list[Json] = []
    for user_id, film, stars, moment in plays(seed):
        if len(made) == count:
            break
        mine, kind = alive[user_id], chance.random()
        day = moment.date().isoformat()
        event: Json = {"user_id": user_id, "timestamp": moment.isoformat()}
        if kind < 0.10 and mine:
            play = chance.choice(mine)
            event |= {"event_type": "UPDATE_RATING", "movie": dict(play.movie)}
            event |= {"old_rating": play.movie["rating"], "new_rating": stars}
            play.movie["rating"] = stars
        elif kind < 0.15 and mine:
            play = mine.pop(chance.randrange(len(mine)))
            event |= {"event_type": "DELETE", "movie": play.movie}
        elif kind < 0.15 + corrections and mine:
            play = chance.choice(mine)
            event |= {"event_type": "CORRECT", "movie": dict(play.movie)}
            changed = _correction(chance, film, day)
            if _place(play.movie | changed) in map(_place, (each.movie for each in mine)):
                changed = {"tags": ["again"]}
            play.movie.update(changed)
            event |= {"corrected": dict(play.movie), "event_id": f"correction {len(made)}"}
        else:
            movie = {**film, "rating": stars, "watched_date": day}
            if _place(movie) in map(_place, (each.movie for each in mine)):
                continue
            play = _Play(dict(movie), day)
            mine.append(play)
            event |= {"event_type": "ADD", "movie": movie}
        event["added_on"] = play.added_on
        made.append(event)
    return made


def _place(movie: Json) -> tuple[Any, ...]:
    """What names a play of a user."""
    return movie["name"], movie["year"], movie["watched_date"]


def _correction(chance: random.Random, film: Json, day: str) -> Json:
    """What a play was in truth: never its rating."""
    tags = {"tags": [f"tag {chance.randrange(3)}"]}
    watched = {"watched_date": day}
    return dict(chance.choice([film, watched, tags, film | watched | tags]))


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


def differences(
    database: MongoDatabase, made: Iterable[Json], partitions: int = PARTITIONS
) -> list[str]:
    """Every field of every document that is not what the events add up to."""
    stats, affinities, days = _expected(made, partitions)
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
        (d["user_id"], d["type"], d["name"]): d
        for d in database.find("user_affinities", {}, dict.fromkeys(_OF_AFFINITY, 1))
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
    told = {
        (d["day"], d["partition"], d["film_key"]): d["count"]
        for d in database.find("global_days", {})
    }
    found += [
        f"global_days {key}: {told.get(key)} instead of {days.get(key)}"
        for key in told.keys() | days.keys()
        if told.get(key) != days.get(key)
    ]
    return found


class _Expected(NamedTuple):
    """What documents have to say: of users, of their affinities, of films on a day."""

    stats: dict[str, Json]
    affinities: dict[tuple[str, str, str], tuple[int, int]]
    days: dict[tuple[str, int, str], int]


def _expected(made: Iterable[Json], partitions: int) -> _Expected:
    counts: defaultdict[str, Json] = defaultdict(lambda: dict.fromkeys(_COUNTED, 0))
    ratings: defaultdict[str, Counter[str]] = defaultdict(Counter)
    months: defaultdict[str, Counter[str]] = defaultdict(Counter)
    affinities: defaultdict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0])
    days: Counter[tuple[str, int, str]] = Counter()
    for event in made:
        user_id = event["user_id"]
        partition, added_on = partition_of(user_id, partitions), _added_on(event)
        for sign, movie in _moves(event):
            mine, stars = counts[user_id], sign * movie["rating"]
            mine["total_watched"] += sign
            mine["rated_count"] += sign
            mine["sum_ratings"] += stars
            mine["watch_time_minutes"] += sign * (movie["duration"] or 0)
            ratings[user_id][str(movie["rating"])] += sign
            months[user_id][movie["watched_date"][:7]] += sign
            for type_, name in _credited(movie):
                affinities[user_id, type_, name][0] += sign
                affinities[user_id, type_, name][1] += stars
            days[added_on, partition, film_key_of(movie["name"], movie["year"])] += sign
    stats = {
        user_id: {
            **mine,
            "ratings": _nonzero(ratings[user_id]),
            "months": _nonzero(months[user_id]),
        }
        for user_id, mine in counts.items()
    }
    sums = {key: (count, total) for key, (count, total) in affinities.items()}
    return _Expected(stats, sums, dict(days))


def _moves(event: Json) -> list[tuple[int, Json]]:
    """The films that an event takes off (-1) and puts on (1)."""
    movie = event["movie"]
    match event["event_type"]:
        case "ADD":
            return [(1, movie)]
        case "DELETE":
            return [(-1, movie)]
        case "CORRECT":
            return [(-1, movie), (1, event["corrected"])]
        case _:
            old, new = ({**movie, "rating": event[f"{age}_rating"]} for age in ("old", "new"))
            return [(-1, old), (1, new)]


def _added_on(event: Json) -> str:
    """The day on which the trends count the play: the event's own, unless it says another."""
    moment = datetime.fromisoformat(event["timestamp"]).astimezone(_ZONE)
    return str(event.get("added_on", moment.date().isoformat()))


def _credited(movie: Json) -> Iterator[tuple[str, str]]:
    """Two directors and five actors at most, each name once."""
    directors = [name for name in movie["director"].split(", ") if name]
    yield from (("director", name) for name in list(dict.fromkeys(directors))[:2])
    yield from (("actor", name) for name in list(dict.fromkeys(movie["actors"][:5])))
    yield from (("genre", name) for name in dict.fromkeys(movie["genres"]))


def _nonzero(counts: Mapping[str, int]) -> dict[str, int]:
    return {key: n for key, n in counts.items() if n}
