"""Kafka, Spark and MongoDB count a topic exactly; what cannot be counted is parked."""

import json
import os

import pytest

if os.environ.get("CI") != "true":
    pytest.importorskip("pyspark", reason="The extra distributed is not installed.")

from datetime import UTC, date, datetime
from typing import Any

from pyspark.sql import SparkSession

from cinestats.adapters.event_json import SCHEMA, encode
from cinestats.adapters.kafka.publisher import KafkaPublisher
from cinestats.adapters.mongo.catalogue import MongoCatalogue
from cinestats.adapters.mongo.diary_store import MongoDiaryStore
from cinestats.adapters.mongo.event_log import MongoEventLog
from cinestats.adapters.mongo.relay_positions import MongoRelayPositions
from cinestats.adapters.mongo.topic_claims import MongoTopicClaims
from cinestats.application.catalogue.ports import CatalogueFilm
from cinestats.application.diary.keep import add, correct
from cinestats.application.diary.record import PlaysElsewhere, Recorder
from cinestats.application.streaming.opening import LogIsOn
from cinestats.application.streaming.relay import ForeignTopic, Relay
from cinestats.application.upkeep.integrity import check_events
from cinestats.domain.diary import AddMovie, CorrectEntry, DeleteMovie, UpdateRating
from cinestats.domain.entry import Entry
from cinestats.domain.figures.overview import overview_of
from cinestats.domain.figures.period import ALL_TIME
from cinestats.domain.movie import Movie
from cinestats.domain.partition import partition_of
from cinestats.entrypoints.container import make_container
from cinestats.entrypoints.spark_driver import Driver, StreamFailed

from .spark_events import (
    PARTITIONS,
    Json,
    catalogue,
    differences,
    events,
    produce,
    produce_records,
)
from .spark_process import Setup, cinestats, consume, driver, setup, spark

__all__ = ["setup", "spark"]


def total(setup: Setup, user_id: str) -> int:
    """How many films the statistics have of a user."""
    found = setup.database.find("user_stats", {"_id": user_id})
    return int(found[0]["total_watched"]) if found else 0


def letters(setup: Setup) -> list[dict[str, Any]]:
    listed = cinestats(setup, "dead-letters", "list", "--json")
    assert listed.returncode == 0, listed.stderr
    found: list[dict[str, Any]] = json.loads(listed.stdout)
    return found


def test_consume_once_counts_every_event_of_another_application_exactly(setup: Setup) -> None:
    """20,000 on 4 partitions, by the command: each document equals an independent recompute."""
    made = events(20_000, corrections=0.1)
    produce(setup.kafka, made)
    done = cinestats(setup, "consume", "--once")
    assert done.returncode == 0, done.stderr
    assert differences(setup.database, made) == []
    again = differences(setup.database, made[:-1])
    assert again, "the comparison must be able to fail"


def test_a_topic_without_records_is_drained_and_still_takes_either_kind(
    spark: SparkSession, setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a topic holds is decided by its first good record, not by an empty beginning."""
    setup.use(monkeypatch)
    produce(setup.kafka, [])
    consume(spark)
    claims = MongoTopicClaims(setup.database)
    claim = claims.get(setup.kafka.kafka_topic)
    assert claim is not None
    assert claim.kind is None
    made = events(50)
    produce(setup.kafka, made)
    consume(spark)
    assert differences(setup.database, made) == []
    claim = claims.get(setup.kafka.kafka_topic)
    assert claim is not None
    assert claim.kind == "taken_in"


def test_a_topic_of_another_application_is_a_way_in(
    spark: SparkSession, setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its diaries are here too, and all that is made of a log; its plays stay its own."""
    setup.use(monkeypatch)
    made = events(1_000, corrections=0.05)
    produce(setup.kafka, [*made, *made[-50:]])  # a producer that heard no answer
    consume(spark)
    assert differences(setup.database, made) == []
    app = make_container()
    try:
        users = app.log().users()
        for user in users:
            figures = overview_of(app.diaries().entries(user), ALL_TIME)
            stored = app.models().user_stats(user)
            assert stored is not None
            assert (figures.plays, figures.minutes) == (
                stored.stats.total_watched,
                stored.stats.watch_time_minutes,
            )
        check_events(app.log())
        assert app.verifier().verify().equal
        assert app.rebuilder().rebuild() == len(users)
        assert differences(setup.database, made) == []
        with pytest.raises(PlaysElsewhere, match=r"^Another application owns these plays"):
            add(app.keeper(), user=users[0], film=Movie.create("Heat"))
        entry = app.diaries().entries(users[0])[0]
        correct(
            app.keeper(), user=users[0], entry_id=entry.entry_id, correction={"liked": True}
        )
        app.projector().catch_up()
        assert app.verifier().verify(users[0]).equal
        with pytest.raises(ForeignTopic):
            app.relay().step(0)
        assert app.eraser().erase(users[0], "test") > 0
        driver = Driver.from_environment()
        driver.start_afresh()
        driver.prepare()
        driver.drain(spark)
        assert users[0] not in app.log().users()
        stored_users = {each["_id"] for each in setup.database.find("user_stats", {})}
        assert stored_users == set(users[1:])
        assert app.verifier().verify().equal
    finally:
        app.close()


def test_a_topic_can_be_only_counted(
    spark: SparkSession, setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its offsets, as before; a log that is begun later starts from what was counted."""
    setup.use(monkeypatch, CINESTATS_FOREIGN_LOG="off")
    made = events(300)
    produce(setup.kafka, made[:200])
    consume(spark)
    assert differences(setup.database, made[:200]) == []
    setup.use(monkeypatch, CINESTATS_FOREIGN_LOG="on")
    added = [each for each in made[200:] if each["event_type"] == "ADD"]
    produce(setup.kafka, added)
    consume(spark)
    assert differences(setup.database, [*made[:200], *added]) == []
    app = make_container()
    try:
        verdict = app.verifier().verify()
        assert verdict.equal, verdict.differences
        assert verdict.opened > 0
        app.rebuilder().rebuild()
    finally:
        app.close()
    assert differences(setup.database, [*made[:200], *added]) == []
    setup.use(monkeypatch, CINESTATS_FOREIGN_LOG="off")
    with pytest.raises(LogIsOn):
        consume(spark)


def test_events_without_credits_get_them_from_the_catalogue(
    spark: SparkSession, setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Title and year are enough; the credits that the event has are kept."""
    setup.use(monkeypatch)
    films = [film for film in catalogue() if film["year"] and film["director"]]
    MongoCatalogue(setup.database).load(
        CatalogueFilm(
            Movie.create(
                film["name"],
                year=film["year"],
                genres=film["genres"],
                directors=film["director"].split(", "),
                actors=film["actors"],
                duration=film["duration"],
            )
        )
        for film in films
    )
    full = [
        {
            "event_type": "ADD",
            "user_id": f"user_{n % 5}",
            "movie": {**film, "rating": 1 + n % 5, "watched_date": "2025-01-20"},
            "timestamp": "2025-01-21T00:45:00+01:00",
        }
        for n, film in enumerate(films * 3)
    ]
    bare: list[Json] = json.loads(json.dumps(full))
    for event in bare:
        for field in ("genres", "director", "actors", "duration"):
            del event["movie"][field]
    produce(setup.kafka, bare)
    consume(spark)
    assert differences(setup.database, full) == []


def test_a_catalogue_that_comes_later_completes_what_comes_after_it(
    spark: SparkSession, setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A film that was unknown to a batch is known to the next, in the same workers."""
    setup.use(monkeypatch)
    play: Json = {
        "event_type": "ADD",
        "user_id": "anna",
        "movie": {"name": "Heat", "year": 1995, "watched_date": "2025-01-20"},
        "timestamp": "2025-01-21T00:45:00+01:00",
    }
    produce(setup.kafka, [play])
    consume(spark)
    heat = Movie.create("Heat", year=1995, directors="Michael Mann", duration=170)
    MongoCatalogue(setup.database).load([CatalogueFilm(heat)])
    produce(setup.kafka, [{**play, "movie": {**play["movie"], "watched_date": "2025-01-21"}}])
    consume(spark)
    (anna,) = setup.database.find("user_stats", {"_id": "anna"})
    assert (anna["total_watched"], anna["watch_time_minutes"]) == (2, 170)
    (mann,) = setup.database.find("user_affinities", {"user_id": "anna"})
    assert (mann["name"], mann["count"]) == ("Michael Mann", 1)


# Values and keys of bad records, and a word of the reason for each; the user is "anna".
GOOD: Json = {
    "event_type": "ADD",
    "user_id": "anna",
    "movie": {"name": "Salt", "year": 1999, "rating": 3},
    "timestamp": "2025-01-20T12:00:00Z",
}


def changed(**fields: object) -> bytes:
    return json.dumps({**GOOD, **fields}).encode()


def with_film(**fields: object) -> bytes:
    return changed(movie={**GOOD["movie"], **fields})


POISON: dict[str, tuple[bytes | None, bytes | None, str]] = {
    "null": (b"anna", None, "null"),
    "not UTF-8": (b"anna", b"\xff\xfe{}", "UTF-8"),
    "not JSON": (b"anna", b"{", "JSON"),
    "not an object": (b"anna", b"[1]", "event"),
    "nested 100,000 deep": (b"anna", b"[" * 100_000 + b"]" * 100_000, "nests"),
    "a number of 5,000 digits": (b"anna", with_film(rating=0)[:-1] + b"," + b"9" * 5000, ""),
    "a key twice": (b"anna", changed()[:-1] + b', "user_id": "anna"}', "twice"),
    "a lone surrogate": (b"anna", with_film(name="\ud800"), ""),
    "NUL": (b"anna", with_film(name="a\0b"), "name"),
    "blank title": (b"anna", with_film(name=" "), "name"),
    "a title of 1 MB": (b"anna", with_film(name="x" * 900_000), "name"),
    "rating NaN": (b"anna", with_film(rating=float("nan")), ""),
    "rating out of range": (b"anna", with_film(rating=6), "rating"),
    "rating between steps": (b"anna", with_film(rating=3.7), "rating"),
    "rating true": (b"anna", with_film(rating=True), "rating"),
    "no zone": (b"anna", changed(timestamp="2025-01-20T12:00:00"), "timestamp"),
    "unknown type": (b"anna", changed(event_type="RENAME"), "event_type"),
    "newer schema": (b"anna", changed(schema=SCHEMA + 1), "schema"),
    "a correction to nothing": (b"anna", changed(event_type="CORRECT"), "corrected"),
    "a correction of a rating": (
        b"anna",
        changed(event_type="CORRECT", corrected={**GOOD["movie"], "rating": 4}),
        "rating",
    ),
    "a position without a log": (b"anna", changed(position=1), "position"),
    "another key": (b"bruno", changed(), "key"),
    "no key": (None, changed(), "key"),
}


def test_a_poison_record_of_each_kind_is_parked_and_all_good_ones_count(
    spark: SparkSession, setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bad inputs 1-9, 12, 14, 16 and 22-24 by Kafka: parked once, with bytes and reason."""
    setup.use(monkeypatch)
    place = partition_of("anna", PARTITIONS)
    made = [
        {
            **GOOD,
            "movie": {**catalogue()[n % 6], "rating": 4, "watched_date": "2025-01-20"},
            "timestamp": f"2025-01-20T12:00:{n:02}Z",  # of two alike the second is the first
        }
        for n in range(len(POISON))
    ]
    mixed: list[tuple[bytes | None, bytes | None]] = []
    for (key, value, _), event in zip(POISON.values(), made, strict=True):
        mixed += [(key, value), (b"anna", json.dumps(event).encode())]
    produce_records(setup.kafka, mixed, to=place)
    consume(spark)
    assert differences(setup.database, made) == []
    parked = setup.database.find("dead_letters", {}, sort=[("offset", 1)])
    assert [(d["key"], d["value"]) for d in parked] == [(k, v) for k, v, _ in POISON.values()]
    assert [d["offset"] for d in parked] == list(range(0, 2 * len(POISON), 2))
    for name, document in zip(POISON, parked, strict=True):
        assert POISON[name][2] in document["reason"], (name, document["reason"])


def test_parked_records_are_listed_sent_again_once_readable_and_discarded(
    spark: SparkSession, setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Retry refuses what is still bad, with its reason, and counts what is good by now."""
    setup.use(monkeypatch)
    bad, key = changed(event_type="RENAME"), b"anna"
    produce_records(setup.kafka, [(key, bad)])
    # A good one that a mistake put where it does not belong.
    elsewhere = (partition_of("anna", PARTITIONS) + 1) % PARTITIONS
    produce_records(setup.kafka, [(key, changed())], to=elsewhere)
    consume(spark)
    assert total(setup, "anna") == 0
    by_value = {letter["value"]: letter for letter in letters(setup)}
    assert by_value.keys() == {bad.decode(), changed().decode()}
    assert "event_type" in by_value[bad.decode()]["reason"]
    assert "another partition" in by_value[changed().decode()]["reason"]

    refused = cinestats(setup, "dead-letters", "retry", by_value[bad.decode()]["id"])
    assert refused.returncode in (1, 2)
    assert "event_type" in refused.stderr
    sent = cinestats(setup, "dead-letters", "retry", by_value[changed().decode()]["id"])
    assert sent.returncode == 0, sent.stderr
    consume(spark)
    assert total(setup, "anna") == 1

    (left,) = letters(setup)
    assert cinestats(setup, "dead-letters", "discard", left["id"]).returncode == 0
    assert letters(setup) == []
    assert cinestats(setup, "dead-letters", "discard", left["id"]).returncode in (1, 2)


def recorder(setup: Setup) -> tuple[Recorder, MongoEventLog]:
    log = MongoEventLog(setup.database, PARTITIONS)
    return Recorder(log, MongoDiaryStore(setup.database)), log


def movie_of(film: Json) -> Movie:
    return Movie.create(
        film["name"],
        year=film["year"],
        genres=film["genres"],
        directors=[name for name in film["director"].split(", ") if name],
        actors=film["actors"],
        duration=film["duration"],
    )


def record(to: Recorder, users: int, films: int) -> list[Json]:
    """Add films to diaries, re-rate one of three, correct one of four and delete one of five.

    Returns the events as told.
    """
    made: list[Json] = []
    now = datetime(2025, 3, 1, 12, tzinfo=UTC)
    for n in range(users * films):
        user_id, film, stars = f"user {n % users}", catalogue()[n // users % 6], 1 + n % 5
        day = date(2025, 1, 1 + n // users)
        entry_id = f"{user_id}-{n}"
        to.record(
            AddMovie(
                event_id=f"add {n}",
                user_id=user_id,
                entry=Entry(entry_id, movie_of(film), stars * 2, day, day),
                today=now.date(),
                now=now,
            )
        )
        told = {**film, "rating": stars, "watched_date": day.isoformat()}
        common = {"user_id": user_id, "added_on": day.isoformat(), "timestamp": now.isoformat()}
        made.append({**common, "event_type": "ADD", "movie": told})
        if n % 3 == 0:
            to.record(
                UpdateRating(
                    event_id=f"rate {n}",
                    user_id=user_id,
                    entry_id=entry_id,
                    new_rating=2,
                    now=now,
                )
            )
            made.append(
                {
                    **common,
                    "event_type": "UPDATE_RATING",
                    "movie": told,
                    "old_rating": stars,
                    "new_rating": 1,
                }
            )
            told = {**told, "rating": 1}
        if n % 4 == 0:
            other = catalogue()[n // users % 6 + 1]
            to.record(
                CorrectEntry(
                    event_id=f"correct {n}",
                    user_id=user_id,
                    entry_id=entry_id,
                    correction={"movie": movie_of(other), "tags": ("cinema",)},
                    today=now.date(),
                    now=now,
                )
            )
            fixed = {**told, **other}
            made.append({**common, "event_type": "CORRECT", "movie": told, "corrected": fixed})
            told = fixed
        if n % 5 == 0:
            to.record(
                DeleteMovie(event_id=f"delete {n}", user_id=user_id, entry_id=entry_id, now=now)
            )
            made.append({**common, "event_type": "DELETE", "movie": told})
    return made


def test_a_relayed_log_is_counted_by_its_positions(
    spark: SparkSession, setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sent twice as by a relay that was killed before its mark (fault 3): counted once."""
    setup.use(monkeypatch)
    to, log = recorder(setup)
    made = record(to, users=12, films=5)
    publisher = KafkaPublisher(setup.kafka)
    for group in ("one", "two"):
        Relay(log, MongoRelayPositions(setup.database, group), publisher).drain()
    publisher.close()
    consume(spark)
    assert differences(setup.database, made) == []
    assert setup.database.find("dead_letters", {}) == []


def test_what_the_topic_lacks_is_read_from_the_log(
    spark: SparkSession, setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two of three records are gone, and a hundred bad ones come first: all is counted."""
    setup.use(monkeypatch)
    to, log = recorder(setup)
    made = record(to, users=12, films=5)
    produce_records(setup.kafka, [(b"x", b"bad %d" % n) for n in range(100)], to=0)
    for partition in range(PARTITIONS):
        kept = log.read(partition, 0, 10_000)
        some = [r for r in kept if r.position % 3 == 0 or r is kept[-1]]
        assert len(some) < len(kept) / 2
        produce_records(
            setup.kafka,
            [(r.event.user_id.encode(), encode(r.event, r.position)) for r in some if r.event],
            to=partition,
        )
    consume(spark)
    assert differences(setup.database, made) == []
    assert len(setup.database.find("dead_letters", {})) == 100


def test_a_partition_whose_gap_cannot_be_healed_stops_alone_and_is_told_of(
    spark: SparkSession, setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others are counted; once the log is whole again, so is that partition."""
    setup.use(monkeypatch)
    to, log = recorder(setup)
    made = record(to, users=12, films=5)
    broken = partition_of("user 0", PARTITIONS)
    for partition in range(PARTITIONS):
        produce_records(
            setup.kafka,
            [
                (r.event.user_id.encode(), encode(r.event, r.position))
                for r in log.read(partition, 0, 10_000)
                if r.event and (partition != broken or r.position > 2)
            ],
            to=partition,
        )
    lost = setup.database.find("events", {"_id": (broken << 40) + 1})
    setup.database.collection("events").delete_one({"_id": lost[0]["_id"]})
    with pytest.raises(StreamFailed, match="lacks position 1"):
        consume(spark)
    others = {u for u in {e["user_id"] for e in made} if partition_of(u, PARTITIONS) != broken}
    assert {d["_id"] for d in setup.database.find("user_stats", {})} == others
    setup.database.collection("events").insert_one(lost[0])
    Driver.from_environment().start_afresh()
    consume(spark)
    assert differences(setup.database, made) == []


@pytest.mark.parametrize("how", ["consume --once", "consume"])
def test_a_partition_that_stopped_at_a_newer_event_goes_on_after_the_upgrade(
    spark: SparkSession, setup: Setup, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """Fault 30: no record comes for it any more, so what was published comes from the log.

    An event that no version knows takes the place of one that this version does know.
    """
    setup.use(monkeypatch)
    to, log = recorder(setup)
    made = record(to, users=12, films=5)
    ahead = partition_of("user 0", PARTITIONS)
    for partition in range(PARTITIONS):
        values = [
            (r.event.user_id.encode(), encode(r.event, r.position))
            for r in log.read(partition, 0, 10_000)
            if r.event
        ]
        if partition == ahead:
            key, value = values[2]
            values[2] = key, value.replace(b'"event_type":"', b'"event_type":"NEW_')
        produce_records(setup.kafka, values, to=partition)
    with pytest.raises(StreamFailed, match=r"NEW_\w+ is of a newer .*: upgrade cinestats\."):
        consume(spark)
    others = {u for u in {e["user_id"] for e in made} if partition_of(u, PARTITIONS) != ahead}
    assert {d["_id"] for d in setup.database.find("user_stats", {})} == others
    published = MongoRelayPositions(setup.database, setup.kafka.kafka_topic)
    for partition in range(PARTITIONS):
        published.advance(partition, log.tail(partition))
    if how == "consume":
        with driver(setup) as running:
            running.wait_until(lambda: not differences(setup.database, made))
            running.terminate()
            assert running.wait() == 0, running.log[-2000:]
    else:
        consume(spark)
    assert differences(setup.database, made) == []
