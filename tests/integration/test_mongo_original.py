"""Documents that the original wrote: they have no position."""

import os

import pytest

if os.environ.get("CI") != "true":
    pytest.importorskip("pymongo", reason="The extra distributed is not installed.")

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from bson import Int64, ObjectId

from benchmarks.backfill.counts import Counts
from cinestats.adapters.event_json import read_event
from cinestats.adapters.mongo.database import MongoDatabase
from cinestats.adapters.mongo.dead_letters import MongoDeadLetters
from cinestats.adapters.mongo.original import (
    Examined,
    adopt_original,
    examine_original,
    refuse_half_adopted,
)
from cinestats.adapters.mongo.read_models import MongoReadModels
from cinestats.application.figures.ports import Batch
from cinestats.application.log.ports import Recorded
from cinestats.application.ports import StoreBusy, StoreUnavailable
from cinestats.application.streaming.consume import Consumer, Positions
from cinestats.application.streaming.records import TopicRecord
from cinestats.application.upkeep.rebuild import recompute_user
from cinestats.domain.errors import InvalidInput
from cinestats.domain.partition import partition_of
from stack.kafka import Kafka
from stack.mongo import Mongo
from tests.contracts.builders import added, entry, movie, recorded

from .distributed_app import DistributedApp
from .mongo_failpoints import (
    NOW,
    ROME,
    Crash,
    FailingDatabase,
    check,
    failing_database,
    history,
    project,
)
from .spark_events import PARTITIONS, Json, differences, events, produce
from .stack import requires


@pytest.fixture
def database(mongo: Mongo) -> Iterator[FailingDatabase]:
    yield from failing_database(mongo)


def test_documents_of_the_original_are_not_added_to(database: FailingDatabase) -> None:
    """They have no position, so nobody can tell what they count: that is said, loudly."""
    database.collection("user_stats").insert_one({"_id": "anna", "total_watched": 7})
    models = MongoReadModels(database, ROME)
    with pytest.raises(StoreUnavailable, match="no position"):
        models.apply(Batch(0, 0, recorded(history()), NOW))
    assert database.find("user_stats", {"_id": "anna"})[0]["total_watched"] == 7


def test_a_rebuild_takes_documents_of_the_original_over(database: FailingDatabase) -> None:
    """What they count is recomputed from the log, not added to it."""
    _put_original_documents(database)
    events = recorded(history())
    models = MongoReadModels(database, ROME)
    replacement = models.replacement()
    for user_id in ("anna", "bruno"):
        mine = [r for r in events if r.event and r.event.user_id == user_id]
        replacement.documents.put_user(0, 0, recompute_user(user_id, mine, 0, NOW)[0])
    replacement.documents.apply(Batch(0, 0, events, NOW))
    assert replacement.adopt()
    project(models, events, 4)
    check(database, events)


def test_documents_of_the_original_can_be_counted_on(database: FailingDatabase) -> None:
    """Adopted at the position up to which the original had counted, they go on from there."""
    _put_original_documents(database)
    adopt_original(database, [10])
    models = MongoReadModels(database, ROME)
    assert models.checkpoint(0) == 10
    event = Recorded(0, 11, added(1, "anna", of=entry("x", movie(directors=["R. Scott"]))))
    models.apply(Batch(0, 10, [event], NOW))
    stored = models.user_stats("anna")
    assert stored is not None
    assert (stored.stats.total_watched, stored.stats.sum_ratings) == (3, 26)
    (scott,) = models.affinities("anna", "director")
    assert (scott.affinity.plays, scott.affinity.rating_sum) == (3, 26)


def test_what_a_plain_v6_counted_goes_on_exactly(database: FailingDatabase) -> None:
    """A part by the original's algorithm, the rest by ours."""
    made = events(1_000)
    counted = _count_as_the_original(database, made[:600])
    with pytest.raises(StoreBusy, match="global_days holds documents of another program"):
        examine_original(database)
    database.collection("global_days").drop()
    assert examine_original(database).users == len(database.find("user_stats", {}))
    adopt_original(database, counted)
    for partition in range(PARTITIONS):
        mine = [e for e in made if partition_of(e["user_id"], PARTITIONS) == partition]
        _consume(database, partition, mine)
    left = differences(database, made)
    assert [each for each in left if not each.startswith("global_days")] == []


def _each_film_once(made: Iterable[Json]) -> Iterator[Json]:
    """The events of each user's first play of a film.

    The log holds no play from before the adoption: a later one of the same film would be taken
    for it.
    """
    days: dict[tuple[Any, ...], str] = {}
    for event in made:
        movie = event["movie"]
        play = event["user_id"], movie["name"], movie["year"]
        if days.setdefault(play, movie["watched_date"]) == movie["watched_date"]:
            yield event


def test_what_the_original_counted_is_adopted_and_counted_on(
    kafka: Kafka, mongo: Mongo, tmp_path: Path
) -> None:
    """By a command that checks first, and the rest of the topic by ours."""
    requires("spark")
    app = DistributedApp(kafka.bootstrap, mongo.uri, tmp_path)
    made = list(islice(_each_film_once(events(8_000)), 400))
    produce(app.settings, made)
    database = MongoDatabase(mongo.uri, app.settings.mongo_database)
    counted = _count_as_the_original(database, made[:250])
    database.collection("global_days").drop()  # the original has none
    database.collection("user_stats").insert_one({"_id": "x", "total_watched": "many"})
    refused = app.run("adopt", "--dry-run", code=2)
    assert "mend or delete 'x': total_watched: must be a number, not 'many'" in refused
    database.collection("user_stats").delete_one({"_id": "x"})

    looked = json.loads(app.run("adopt", "--dry-run", "--json"))
    assert looked["users"] == len({event["user_id"] for event in made[:250]})
    assert sum(each["end"] for each in looked["topic"]) == len(made)
    assert any("counting it anew" in each for each in looked["notes"])
    assert "offsets: are needed" in app.run("adopt", code=2)
    assert "must name partition 1 too" in app.run("adopt", "--offsets", "0:1", code=2)
    assert "0:811,1:790" in app.run("adopt", "--offsets", "0-1", code=2)
    assert "offsets/" in app.run("adopt", "--checkpoint", str(tmp_path), code=2)
    assert not database.find("checkpoints", {})

    offsets = ",".join(f"{partition}:{offset}" for partition, offset in enumerate(counted))
    assert "Nothing was changed." in app.run("adopt", "--offsets", offsets, "--dry-run")
    assert "Adopted" in app.run("adopt", "--offsets", offsets)
    assert "Adopted 0 documents." in app.run("adopt", "--offsets", offsets)
    other = app.run("adopt", "--offsets", "0:0,1:0,2:0,3:0", code=2)
    assert f"begun with other offsets: {','.join(map(str, counted))}" in other
    app.run("consume", "--once")
    left = differences(database, made)
    assert [each for each in left if not each.startswith("global_days")] == []
    database.drop()


def test_the_quirks_of_the_original_are_read(database: FailingDatabase) -> None:
    """Floats, Int64, half stars two steps deep, ids of its own, missing and negative counts."""
    _put_quirks(database)
    assert examine_original(database) == Examined(
        users=4, affinities=9, nameless=1, unrated=2, undated=3, uneven=2, below_zero=2
    )
    adopt_original(database, [7])
    models = MongoReadModels(database, ROME)
    anna = models.user_stats("anna")
    assert anna is not None
    assert anna.stats.total_watched == 12
    assert anna.stats.rated_count == 10
    assert anna.stats.sum_ratings == 2 * 41
    assert anna.stats.rating_distribution == {9: 2, 8: 7, 6: 1}
    assert anna.stats.monthly_counts == {(2025, 1): 8, (2025, 2): 1}
    assert {d["_id"] for d in database.find("user_stats", {})} == {"anna", "bea", "carl", "dan"}
    directors = models.affinities("anna", "director")
    assert {d.name: tuple(d.affinity) for d in directors} == {"JT Mollner": (3, 3, 20)}
    genres = models.affinities("anna", "genre")
    assert {d.name: tuple(d.affinity) for d in genres} == {"Drama": (5, 0, 0), "AB": (1, 0, 0)}
    assert all(d["position"] == 7 for d in database.find("user_affinities", {}))
    assert database.get("user_stats", "anna")["favourite"] == "kept"
    assert len(database.find("user_affinities", {})) == 6


@pytest.mark.parametrize("mode", ["before", "after", "part"])
def test_an_adoption_that_breaks_off_anywhere_is_run_again(
    database: FailingDatabase, mode: str
) -> None:
    """It ends as if nothing had happened, and until then no consumer starts."""
    _put_quirks(database)
    adopt_original(database, [7])
    wanted = _content(database)
    database.after, database.part = mode == "after", mode == "part"
    killed = 0
    while True:
        for name in ("user_stats", "user_affinities", "checkpoints", "meta"):
            database.collection(name).drop()
        _put_quirks(database)
        database.fatal, database.writes = killed, 0
        try:
            adopt_original(database, [7])
            break
        except Crash:
            killed += 1
            database.fatal = None
            if database.get("meta", "adoption").get("done") is False:
                with pytest.raises(StoreBusy, match=r"run cinestats adopt again.*: 7"):
                    refuse_half_adopted(database)
                with pytest.raises(StoreBusy, match="begun with other offsets: 7"):
                    adopt_original(database, [8])
            examine_original(database)
            adopt_original(database, [7])
            refuse_half_adopted(database)
            assert _content(database) == wanted
    assert killed > 6, "the notes, the checkpoint and every bulk had their turn"


@pytest.mark.parametrize(
    ("collection", "change", "field"),
    [
        ("user_stats", {"total_watched": "7"}, "total_watched: must be a number, not '7'"),
        ("user_stats", {"total_watched": 7.5}, "total_watched: 7.5 is no whole number"),
        ("user_stats", {"sum_ratings": float("inf")}, "sum_ratings: must be a number"),
        ("user_stats", {"sum_ratings": 10.3}, "sum_ratings: 10.3 is no sum of half stars"),
        (
            "user_stats",
            {"rating_distribution": {"8": 1}},
            "rating_distribution: has '8', which is no rating",
        ),
        ("user_stats", {"rating_distribution": [1]}, "rating_distribution: must be an object"),
        ("user_stats", {"monthly_counts": {"2025": {"01": True}}}, "01: must be a number"),
        ("user_stats", {"user_id": 42}, "user_id: must be a text, not 42"),
        ("user_affinities", {"type": "writer"}, "must be director, actor or genre"),
        ("user_affinities", {"name": None}, "name: must be a text, not None"),
        ("user_affinities", {"user_id": None}, "user_id: must be a text, not None"),
    ],
)
def test_what_cannot_be_read_stops_the_adoption_and_is_named(
    database: FailingDatabase, collection: str, change: Json, field: str
) -> None:
    """Before anything is changed: the collection, the document, the field and the way out."""
    _put_original_documents(database)
    (document,) = database.find(collection, {})
    database.collection(collection).replace_one({"_id": document["_id"]}, document | change)
    before = _content(database)
    with pytest.raises(InvalidInput, match="mend or delete") as refused:
        examine_original(database)
    assert collection in str(refused.value)
    assert repr(document["_id"]) in str(refused.value)
    assert field in str(refused.value)
    assert _content(database) == before


def test_figures_that_are_counted_already_are_not_adopted(database: FailingDatabase) -> None:
    """Neither by the log, nor behind a checkpoint; nor again once the original wrote more."""
    _put_original_documents(database)
    adopt_original(database, [10])
    assert adopt_original(database, [10]) == 0
    database.collection("user_stats").insert_one({"user_id": "zoe", "total_watched": 1})
    for again in (examine_original, partial(adopt_original, counted=[10])):
        with pytest.raises(StoreBusy, match="The original has gone on writing"):
            again(database)
    database.collection("meta").delete_one({"_id": "adoption"})
    with pytest.raises(StoreBusy, match="counted by cinestats already"):
        examine_original(database)
    database.collection("events").insert_one({"_id": 1})
    with pytest.raises(StoreBusy, match="cinestats rebuild"):
        examine_original(database)


def _count_as_the_original(database: MongoDatabase, made: Sequence[Json]) -> Sequence[int]:
    """Write its documents; returns how many events of each partition are in them."""
    plain = ({**event, "movie": _listed(event["movie"])} for event in made)
    collection = database.collection("user_stats")
    Counts().fold(plain).write(collection.database, ordered=True)
    partitions = Counter(partition_of(event["user_id"], PARTITIONS) for event in made)
    return [partitions[partition] for partition in range(PARTITIONS)]


def _listed(film: Json) -> Json:
    return {**film, "director": [name for name in film["director"].split(", ") if name]}


def _consume(database: MongoDatabase, partition: int, made: Sequence[Json]) -> None:
    Consumer(
        "films",
        PARTITIONS,
        partial(read_event, zone=ROME),
        Positions(None),
        MongoReadModels(database, ROME),
        MongoDeadLetters(database),
        lambda: NOW,
    ).consume(
        partition,
        [
            TopicRecord(offset, event["user_id"].encode(), json.dumps(event).encode())
            for offset, event in enumerate(made)
        ],
    )


def _content(database: MongoDatabase) -> list[list[Json]]:
    """All figures, but for when they were written."""
    return [
        sorted(
            ({k: v for k, v in d.items() if k != "updated_at"} for d in found),
            key=lambda document: str(document["_id"]),
        )
        for found in (database.find(name, {}) for name in ("user_stats", "user_affinities"))
    ]


def _put_quirks(database: MongoDatabase) -> None:
    """What ``$inc`` and upserts by ``user_id`` make of events that nobody checked."""
    ids = (ObjectId(f"{n:024x}") for n in range(100))
    stats: list[dict[str, Any]] = [
        {
            "_id": next(ids),
            "user_id": "anna",
            "total_watched": 10.0,
            "sum_ratings": Int64(33),
            "rating_distribution": {"4": {"5": 2, "0": Int64(5)}, "3": 1, "None": 2},
            "monthly_counts": {"2025": {"1": 8.0, "13": 1}, "None": {"None": 1}},
            "favourite": "kept",
        },
        # A second one, as two upserts at once leave it.
        {
            "_id": next(ids),
            "user_id": "anna",
            "total_watched": 2,
            "sum_ratings": 8.0,
            "rating_distribution": {"4": 2},
            "monthly_counts": {"2025": {"02": 1}, "": 1},
        },
        {"_id": "bea", "total_watched": Int64(-1), "sum_ratings": -4},
        {"_id": next(ids), "user_id": "carl", "total_watched": 3, "sum_ratings": 13.5},
        {"_id": "dan", "user_id": "dan"},
    ]
    names: list[tuple[str, str, str, dict[str, Any]]] = [
        ("anna_director_JT_Mollner", "director", "JT Mollner", {"count": 2, "sum_voti": 7}),
        ("anna_director_JT_Mollner_", "director", " JT Mollner", {"count": 1.0, "sum_voti": 3}),
        ("anna_genre_Drama", "genre", "Drama", {"count": 4, "sum_voti": 0}),
        ("anna_genre_Drama_", "genre", "Drama ", {"count": 1}),
        ("anna_genre_AB", "genre", "AB", {"count": 1, "sum_voti": None}),
        ("anna_genre_", "genre", "", {"count": 3}),
        ("bea_actor_X_Y", "actor", "X Y", {"count": -1, "sum_voti": -4}),
        ("dan_actor_X_Y", "actor", "X Y", {}),
        ("dan_actor_X_Z", "actor", "X Z", {"count": 1, "sum_voti": 4.5}),
    ]
    database.collection("user_stats").insert_many(stats)
    database.collection("user_affinities").insert_many(
        {"_id": id_, "user_id": id_.partition("_")[0], "type": type_, "name": name, **counts}
        for id_, type_, name, counts in names
    )


def _put_original_documents(database: MongoDatabase) -> None:
    database.collection("user_stats").insert_one(
        {
            "_id": "anna",
            "user_id": "anna",
            "total_watched": 2,
            "sum_ratings": 9,
            "watch_time_minutes": 200,
            "rating_distribution": {"5": 1, "4": 1},
            "monthly_counts": {"2025": {"01": 2}},
            "stats_version": "6.0_flat_affinities",
            "updated_at": "2025-01-31T10:00:00+01:00",
        }
    )
    database.collection("user_affinities").insert_one(
        {
            "_id": "anna_director_R_Scott",
            "user_id": "anna",
            "type": "director",
            "name": "R. Scott",
            "name_key": "R_Scott",
            "count": 2,
            "sum_voti": 9,
            "updated_at": "2025-01-31T10:00:00+01:00",
        }
    )
