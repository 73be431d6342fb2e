"""The original's modules in the original's terms: each row of its two tables, as it says.

``CINESTATS_TEST_EVENTS`` is how many events the plain job counts; CI takes few.
"""

import os

import pytest

if os.environ.get("CI") != "true":
    pytest.importorskip("pyspark", reason="The extra distributed is not installed.")

import gc
import importlib.util
import math
import re
import signal
import threading
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType

from pyspark.sql import DataFrame, Row, SparkSession
from pyspark.sql import functions as F

from cinestats import kafka_producer, spark_stats_processor
from cinestats.adapters.kafka import producer, recent_values
from cinestats.adapters.kafka.topics import ensure_topic
from cinestats.adapters.mongo.database import MongoDatabase
from cinestats.adapters.spark import loose
from cinestats.adapters.spark.legacy import NothingToRecompute
from cinestats.application.streaming.ports import TransportUnavailable
from cinestats.application.streaming.ways import WaysMixed
from cinestats.domain.errors import InvalidInput
from cinestats.entrypoints import original_job, spark_driver
from stack.kafka import Kafka
from stack.mongo import Mongo

from .docs_sessions import ROOT, Session, write_shown_files
from .spark_events import PARTITIONS, Json, catalogue, differences, events, produce
from .spark_process import Setup
from .stack import requires

EVENTS = int(os.environ.get("CINESTATS_TEST_EVENTS", "300"))
PAGE = ROOT / "docs" / "how-to" / "replace-the-original.md"
EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "original_job.py"
TODAY = datetime.now(UTC)
FILM = {**catalogue()[0], "rating": 4, "date": TODAY.date().isoformat()}

pytestmark = [pytest.mark.slow, pytest.mark.distributed]


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    requires("spark")
    session = spark_stats_processor.create_spark_session()
    yield session
    session.stop()


@pytest.fixture
def setup(
    kafka: Kafka, mongo: Mongo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Setup]:
    """A topic and a database, told by the names of such an application alone."""
    requires("spark")
    setup = Setup(kafka.bootstrap, mongo.uri, tmp_path)
    name = setup.kafka.kafka_topic
    for variable, value in {
        "KAFKA_BOOTSTRAP_SERVERS": kafka.bootstrap,
        "KAFKA_TOPIC": name,
        "MONGODB_URL": f"{mongo.uri.rstrip('/')}/{name}",
        "CINESTATS_CHECKPOINT_DIR": str(setup.checkpoints),
        "CINESTATS_TRENDS_TRIGGER_SECONDS": "5",
    }.items():
        monkeypatch.setenv(variable, value)
    monkeypatch.setattr(producer, "_instance", None)
    loose.warn_of_repetition.cache_clear()
    original_job._warn_once.cache_clear()
    yield setup
    setup.database.drop()


def records(spark: SparkSession, setup: Setup) -> DataFrame:
    """The topic as a batch, with Kafka's own columns."""
    return (
        spark.read.format("kafka")
        .option("kafka.bootstrap.servers", setup.kafka.kafka_bootstrap_servers)
        .option("subscribe", setup.kafka.kafka_topic)
        .load()
    )


def example() -> ModuleType:
    spec = importlib.util.spec_from_file_location("original_job_example", EXAMPLE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def hand_on(spark: SparkSession) -> None:
    """Let executors know the environment, as a session does that begins in it."""
    names = ("MONGODB_URL", "KAFKA_TOPIC")
    spark.sparkContext.environment.update({name: os.environ[name] for name in names})


def stats(setup: Setup, user_id: str) -> Json:
    return setup.database.get("user_stats", user_id)


def trends(setup: Setup) -> dict[str, int]:
    document = setup.database.get("global_stats", "global")
    return {each["name"]: each["count"] for each in document.get("top_movies", [])}


def add(user_id: str, moment: datetime = TODAY, **movie: object) -> Json:
    return {
        "event_type": "ADD",
        "user_id": user_id,
        "movie": {**FILM, **movie},
        "timestamp": moment.isoformat(),
    }


# ── kafka_producer ───────────────────────────────────────────────────────────────────────


def test_the_producer_sends_and_what_it_sent_is_counted(
    spark: SparkSession, setup: Setup, caplog: pytest.LogCaptureFixture
) -> None:
    """One instance a process; an event each, ``flush`` and ``close``; bad ones are False."""
    ensure_topic(setup.kafka, PARTITIONS)
    mine = kafka_producer.get_kafka_producer()
    assert kafka_producer.get_kafka_producer() is mine
    assert mine._get_producer() is not None
    assert mine.send_movie_event("ADD", "anna", FILM) is True
    assert mine.send_batch_event("ADD", "anna", [{**FILM, "date": "2025-01-02"}, None])
    assert mine.send_movie_event("UPDATE_RATING", "anna", {**FILM, "new_rating": 5})
    assert mine.send_movie_event("DELETE", "anna", {**FILM, "date": "2025-01-02"})
    assert mine.send_movie_event("ADD", None, FILM) is False  # type: ignore[arg-type]
    assert mine.send_movie_event("ADD", "anna", None) is False
    assert "1 of 2 events were not acknowledged" in caplog.text
    mine.flush()
    mine.close()
    spark_stats_processor.process_batch(records(spark, setup), 0)
    found = stats(setup, "anna")
    assert (found["total_watched"], found["sum_ratings"]) == (1, 5)
    assert setup.database.find("dead_letters", {}) == []


@pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")
def test_without_kafka_the_answer_is_false() -> None:
    mine = kafka_producer.MovieEventProducer(bootstrap_servers="127.0.0.1:1")
    assert mine._get_producer() is None
    assert mine.send_movie_event("ADD", "anna", FILM) is False
    mine.flush()
    mine.close()
    gc.collect()  # kafka-python leaves the sockets of failed connections to the collector


# ── spark_stats_processor: titles, the session, complete statistics ──────────────────────


def test_titles_are_normalised() -> None:
    """Without accents and special signs, in small letters."""
    normalize = spark_stats_processor.normalize_title
    assert normalize("Così è la VITA!") == normalize("cosi e la vita")
    assert normalize(None) == ""
    assert normalize(b"Alien") == "alien"
    assert normalize(1917) == "1917"


def test_the_session_has_kafka_checkpoints_and_uris(spark: SparkSession, setup: Setup) -> None:
    """Also for MongoDB's own connector, and for the executors."""
    assert spark.conf.get("spark.sql.streaming.checkpointLocation")
    assert str(spark.conf.get("spark.mongodb.write.connection.uri")).startswith("mongodb://")
    options = original_job.session_options()
    assert options["spark.executorEnv.CINESTATS_MONGO_DATABASE"] == setup.database.name
    assert spark.read.format("kafka") is not None


def test_spark_shows_nobody_where_mongodb_is(setup: Setup) -> None:
    """The URI may hold a password: Spark's pages and logs hide what fits this pattern."""
    options = original_job.session_options()
    uris = [name for name, value in options.items() if "mongodb://" in value]
    assert len(uris) == 4
    assert all(re.search(options["spark.redaction.regex"], name) for name in uris)


def test_complete_statistics_of_a_user(setup: Setup) -> None:
    """Everything that the sentence names; one bad film is left out and named."""
    films = setup.database.collection("movies_catalog")
    films.insert_many(
        [
            {"title": "Perfetti sconosciuti", "normalized_original_title": "perfect strangers"}
            | {"original_title": "Perfect Strangers"}
            | {"director": "Paolo Genovese", "actors": "Marco Giallini|Kasia Smutniak"}
            | {"genres": ["Comedy"], "duration": "96", "year": 2016},
            {"title": "Heat", "director": "Michael Mann", "year": 1995},
            {"title": "Heat", "director": "Paul Feig", "year": 1986},
        ]
    )
    prefetched = {"la grande bellezza": {"director": "Paolo Sorrentino"}}
    mine = [
        {"name": "Perfect strangers", "rating": 4, "date": "2025-01-20", "_id": uuid.uuid4()},
        {"name": "Heat", "year": 1995, "rating": 5, "date": "2024-03-01"},
        Row(name="La grande bellezza", rating=4.5, date=datetime(2025, 2, 3, tzinfo=UTC)),
        {"name": "Bad", "rating": 11},
        None,
    ]
    found = spark_stats_processor.compute_user_stats(mine, films, prefetched)
    assert [left["name"] for left in found["left_out"]] == ["Bad", None]
    assert found["total_watched"] == 3
    assert found["rating_distribution"] == {"4": 1, "4_5": 1, "5": 1}
    assert found["favorite_genres"] == ["Comedy"]
    for most in ("most_watched_directors", "best_rated_directors"):
        directors = {each["name"] for each in found[most]}
        assert directors == {"Paolo Genovese", "Michael Mann", "Paolo Sorrentino"}
    assert {each["name"] for each in found["most_watched_actors"]} == {
        "Marco Giallini",
        "Kasia Smutniak",
    }
    assert found["top_rated_movies"][0]["name"] == "Heat"
    assert found["recent_movies"][0]["name"] == "La grande bellezza"
    assert found["monthly_counts"] == {"2024": {"03": 1}, "2025": {"01": 1, "02": 1}}
    with pytest.raises(InvalidInput, match="must be a list of films"):
        spark_stats_processor.compute_user_stats(None, films, {})


# ── spark_stats_processor: batches and partitions ────────────────────────────────────────


def test_a_batch_of_kafkas_columns_counts_once(spark: SparkSession, setup: Setup) -> None:
    """However often it comes, and wherever its rows lie by now."""
    made = events(EVENTS)
    produce(setup.kafka, made)
    frame = records(spark, setup)
    spark_stats_processor.process_batch(frame.limit(EVENTS // 2), 0)
    spark_stats_processor.process_batch(frame.repartition(3), 0)
    spark_stats_processor.process_batch(frame, 1)
    assert differences(setup.database, made) == []


def test_a_first_batch_that_passes_records_over_says_so(
    spark: SparkSession, setup: Setup, caplog: pytest.LogCaptureFixture
) -> None:
    """A stream that begins at the end of a topic is the job's own choice."""
    produce(setup.kafka, [add("anna", name=f"Film {n}") for n in range(5)])
    frame = records(spark, setup)
    spark_stats_processor.process_batch(frame.where("offset >= 3"), 0)
    (line,) = (each for each in caplog.messages if "startingOffsets" in each)
    assert line.startswith("Offsets 0 to 2 of partition ")
    assert stats(setup, "anna")["total_watched"] == 2


def test_a_parsed_batch_with_places_counts_once(spark: SparkSession, setup: Setup) -> None:
    """``partition`` and ``offset`` beside the events are all that it takes."""
    made = events(EVENTS)
    produce(setup.kafka, [*made, {"event_type": "ADD", "user_id": "bruno"}])
    event = F.from_json(F.col("value").cast("string"), example().EVENT)
    frame = records(spark, setup).select("partition", "offset", event.alias("e"))
    parsed = frame.select("partition", "offset", "e.*")
    spark_stats_processor.process_batch(parsed.repartition(3), 0)
    spark_stats_processor.process_batch(parsed, 0)
    with pytest.raises(WaysMixed, match="would count a second time"):
        spark_stats_processor.process_batch(parsed.drop("partition", "offset"), 0)
    assert differences(setup.database, made) == []
    (letter,) = setup.database.find("dead_letters", {})
    assert letter["reason"] == "name: must be text, not absent or null"


def test_a_plain_job_counts_every_event(spark: SparkSession, setup: Setup) -> None:
    """Parsed without places, both streams; a second time from the beginning changes nothing."""
    made = events(EVENTS)
    produce(setup.kafka, made)
    job = example()
    job.TOPIC = setup.kafka.kafka_topic
    began = time.monotonic()
    # The stand-in looks through the whole log for each event that comes again.
    for checkpoints in ("first", "second") if EVENTS <= 1000 else ("first",):
        spark.conf.set(
            "spark.sql.streaming.checkpointLocation", str(setup.checkpoints / checkpoints)
        )
        queries = job.start(spark)
        for query in queries:
            query.processAllAvailable()
            query.stop()
        assert differences(setup.database, made) == [], checkpoints
    print(f"{EVENTS} events, each time all right, in {time.monotonic() - began:.1f} s")
    with pytest.raises(WaysMixed, match="would count a second time"):
        spark_stats_processor.process_batch(records(spark, setup), 0)


def test_frames_of_anything_else_are_refused(spark: SparkSession) -> None:
    frame = spark.createDataFrame([("anna", 3)], "user string, films int")
    with pytest.raises(InvalidInput, match="not user, films"):
        spark_stats_processor.process_batch(frame, 0)
    with pytest.raises(InvalidInput, match="must be movie_name, event_type and a count"):
        spark_stats_processor.write_global_trends_to_mongo(frame, 0)


def test_partitions_of_grouped_rows(
    spark: SparkSession, setup: Setup, caplog: pytest.LogCaptureFixture
) -> None:
    """As ``foreachPartition`` hands them over, by each of the two names; rows or dicts."""
    ensure_topic(setup.kafka, PARTITIONS)
    parsed = spark.createDataFrame(
        [
            Row(event_type="ADD", user_id="anna", name="Heat", rating=4, date="2025-01-20"),
            Row(event_type="ADD", user_id="anna", name="Ali", rating=2, date="2025-01-21"),
            Row(event_type="ADD", user_id="bruno", name="Ali", rating=5, date=None),
        ]
    )
    fields = F.struct("event_type", "name", "rating", "date")
    grouped = parsed.groupBy("user_id").agg(F.collect_list(fields).alias("events"))
    hand_on(spark)
    grouped.foreachPartition(spark_stats_processor.process_partition)
    change = {"event_type": "UPDATE_RATING", "name": "Heat", "date": "2025-01-20"}
    rows = [
        {
            "user_id": b"anna",
            "events": [
                {**change, "old_rating": 4, "new_rating": 5},
                {"event_type": "DELETE", "movie": {"name": "Ali", "date": "2025-01-21"}},
                Row(event_type="ADD", name=1917, rating=None, year=2019, date="2025-02-01"),
                {"event_type": "ADD", "name": "Bad", "rating": 11},
            ],
        },
        Row(user_id="carla", events=None),
        Row(user_id=None, events=[Row(event_type=None, name=None)]),
    ]
    assert list(spark_stats_processor.process_partition_incremental(iter(rows))) == []
    assert "EVENTS MAY COUNT TWICE" in caplog.text
    anna = stats(setup, "anna")
    assert (anna["total_watched"], anna["sum_ratings"]) == (2, 5)
    assert anna["monthly_counts"]["2025"] == {"01": 1, "02": 1}
    assert stats(setup, "bruno")["monthly_counts"] == {}
    reasons = sorted(each["reason"] for each in setup.database.find("dead_letters", {}))
    assert reasons[0].startswith("rating: must be a number from 0.5 to 5")
    assert reasons[1:] == ["user_id: must be text, not absent or null"]
    produce(setup.kafka, [add("dora")])
    with pytest.raises(WaysMixed, match="would count a second time"):
        spark_stats_processor.process_batch(records(spark, setup), 0)
    with pytest.raises(InvalidInput, match="must have user_id and events"):
        spark_stats_processor.process_partition([{"user": "anna"}])
    spark_stats_processor.process_batch(
        grouped.where("user_id = 'bruno'"), 7
    )  # grouped frames, too
    assert stats(setup, "bruno")["total_watched"] == 2


def test_the_older_recompute_zeroes_nothing(
    spark: SparkSession, setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the log, else from the application's own films, else it refuses first."""
    monkeypatch.setenv("CINESTATS_FOREIGN_LOG", "off")
    produce(setup.kafka, [add("anna"), add("bruno")])
    spark_stats_processor.process_batch(records(spark, setup), 0)
    before = stats(setup, "anna")
    assert before["total_watched"] == 1
    legacy = spark_stats_processor.process_partition_legacy
    with pytest.raises(NothingToRecompute, match="The figures of anna, bruno cannot"):
        legacy([Row(user_id="anna"), {"user_id": "bruno", "events": []}])
    assert stats(setup, "anna") == before
    theirs = [
        {"user_id": "anna", "name": name, "rating": 3} for name in ("Heat", "Ali", "Jaws")
    ]
    setup.database.collection("movies").insert_many(theirs)
    with pytest.raises(NothingToRecompute, match="The figures of bruno cannot"):
        legacy([{"user_id": "anna"}, {"user_id": "bruno"}])
    assert stats(setup, "anna") == before
    assert list(legacy([{"user_id": "anna"}, {"user_id": "nobody"}])) == []
    assert (stats(setup, "anna")["total_watched"], stats(setup, "anna")["sum_ratings"]) == (
        3,
        9,
    )


def test_the_older_recompute_reads_the_log(spark: SparkSession, setup: Setup) -> None:
    produce(setup.kafka, [add("anna"), add("anna", name="Ali")])
    spark_stats_processor.process_batch(records(spark, setup), 0)
    setup.database.collection("user_stats").update_many({}, {"$inc": {"total_watched": 40}})
    hand_on(spark)
    spark.createDataFrame([Row(user_id="anna")]).foreachPartition(
        spark_stats_processor.process_partition_legacy
    )
    assert stats(setup, "anna")["total_watched"] == 2


# ── spark_stats_processor: the global trends ─────────────────────────────────────────────


@pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")
def test_the_trends_do_not_begin_while_kafka_is_away(
    setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Films would stay beside the same plays of the topic; where it begins at its end, none."""
    film = {"user_id": "anna", "name": "Heat", "date": FILM["date"]}
    setup.database.collection("movies").insert_one(film)
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")
    monkeypatch.setattr(recent_values, "_CONNECT_MS", 200)
    with pytest.raises(TransportUnavailable, match="cannot be read"):
        spark_stats_processor.bootstrap_global_stats()
    assert setup.database.find("trend_openings", {}) == []
    monkeypatch.setenv("CINESTATS_STARTING_OFFSETS", "latest")
    spark_stats_processor.bootstrap_global_stats()
    assert trends(setup) == {"Heat": 1}
    gc.collect()  # kafka-python leaves the sockets of failed connections to the collector


def test_the_trends_begin_with_what_is_there(spark: SparkSession, setup: Setup) -> None:
    """The application's films; those before the topic, and the topic; what is counted of it."""
    old, recent = ((TODAY - timedelta(days=days)).isoformat() for days in (40, 3))
    setup.database.collection("movies").insert_many(
        [
            {"user_id": "anna", "name": "Heat", "date": FILM["date"], "genres": ["Crime"]},
            {"user_id": "bruno", "name": "Heat", "added_at": TODAY, "date": "2001-01-01"},
            {"user_id": "bruno", "name": "Jaws", "added_at": old, "date": FILM["date"]},
            {"user_id": "carla", "name": "Bad", "rating": 11, "date": FILM["date"]},
            {"user_id": "carla", "name": "Ali", "year": FILM["year"], "watched_date": recent},
        ]
    )
    spark_stats_processor.bootstrap_global_stats()
    assert trends(setup) == {"Heat": 2, "Ali": 1}
    document = setup.database.get("global_stats", "global")
    assert document["genre_counts"] == {"Crime": 2}
    produce(setup.kafka, [add("anna"), add("bruno"), add("anna", name="Ali")])
    spark_stats_processor.bootstrap_global_stats()
    assert trends(setup) == {FILM["name"]: 2, "Ali": 2}
    spark_stats_processor.process_batch(records(spark, setup), 0)
    setup.database.collection("global_stats").drop()
    spark_stats_processor.bootstrap_global_stats()
    assert trends(setup) == {FILM["name"]: 2, "Ali": 2}


def test_the_trends_from_frames_of_counts(
    spark: SparkSession, setup: Setup, caplog: pytest.LogCaptureFixture
) -> None:
    """Added and taken off; films of the application that came before stay; posters, too."""
    poster = "https://posters.example/heat.jpg"
    setup.database.collection("movies").insert_one(
        {"user_id": "anna", "name": "Heat", "date": FILM["date"], "poster_url": poster}
    )
    spark_stats_processor.bootstrap_global_stats()
    counts: list[tuple[str | None, str, float]] = [
        *(("Heat", "ADD", 1.0), (" Heat ", "ADD", 2.0), ("Ali", "ADD", 2.0)),
        *(("Ali", "DELETE", 1.0), ("Ali", "UPDATE", 9.0), ("Jaws", "ADD", math.nan)),
        *((title, "ADD", 1.0) for title in ("  ", "x" * 600, "bell \a", "", None)),
    ]
    frame = spark.createDataFrame(counts, "movie_name string, event_type string, n double")
    spark_stats_processor.write_global_trends_to_mongo(frame, 0)
    assert trends(setup) == {"Heat": 4, "Ali": 1}
    (line,) = (each for each in caplog.messages if "Titles are left out" in each)
    assert "'  ' (title: must not be blank" in line
    assert line.count("(title: ") == 4
    assert setup.database.get("global_stats", "global")["poster_cache"] == {"Heat": poster}
    assert "a batch that comes twice counts twice" in caplog.text
    produce(setup.kafka, [add("anna", name="Ali")])
    spark_stats_processor.process_batch(records(spark, setup), 0)
    spark_stats_processor.write_global_trends_to_mongo(frame, 1)
    assert trends(setup) == {"Heat": 1, "Ali": 1}


def test_the_stream_of_trends(spark: SparkSession, setup: Setup) -> None:
    """Of parsed events, with whatever lateness; where nothing else counts, it counts."""
    ensure_topic(setup.kafka, PARTITIONS)
    produce(setup.kafka, [add("anna", name="Heat"), add("bruno", name="Heat")])
    job = example()
    job.TOPIC = setup.kafka.kafka_topic
    stream = job.parsed_events(spark)
    query = spark_stats_processor.start_global_trends_stream(spark, stream)
    query.processAllAvailable()
    query.stop()
    assert trends(setup) == {"Heat": 2}


# ── The page ─────────────────────────────────────────────────────────────────────────────


def test_a_team_that_follows_the_page(
    setup: Setup, mongo: Mongo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its commands, as they stand there: the modules find the films that they load."""
    ensure_topic(setup.kafka, PARTITIONS)
    text = PAGE.read_text().replace("\n   ", "\n")  # blocks within a list
    _install, exports, load = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    figures = MongoDatabase(mongo.uri, f"figures_{setup.database.name}")
    own = exports.replace("DATABASE=cinestats", f"DATABASE={figures.name}")
    assert own != exports
    write_shown_files(text, tmp_path)
    environment = {"CINESTATS_DATA_DIR": str(tmp_path / "data")}
    Session(tmp_path, environment).play(f"{own}\n{load}", "...\n")
    assert not (tmp_path / "data").exists()
    monkeypatch.setenv("CINESTATS_MONGO_DATABASE", figures.name)
    event = {"event_type": "ADD", "name": "Così è la vita", "timestamp": TODAY.isoformat()}
    rows = [{"user_id": "anna", "events": [event]}]
    spark_stats_processor.process_partition(rows)
    found = figures.get("user_stats", "anna")
    assert (found["total_watched"], found["watch_time_minutes"]) == (1, 108)
    names = {each["name"] for each in figures.find("user_affinities", {"user_id": "anna"})}
    assert names == {"Aldo Baglio", "Massimo Venier", "Marina Massironi", "Comedy"}
    assert setup.database.find("user_stats", {}) == []
    figures.drop()


def test_their_films_are_read_where_they_are(
    setup: Setup, mongo: Mongo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside the database of the figures, where a new one was begun."""
    figures = MongoDatabase(mongo.uri, f"figures_{setup.database.name}")
    monkeypatch.setenv("CINESTATS_MONGO_DATABASE", figures.name)
    films = [{"user_id": 7, "name": name, "date": FILM["date"]} for name in ("Heat", "Ali")]
    setup.database.collection("movies").insert_many(films)
    spark_stats_processor.bootstrap_global_stats()
    assert figures.get("global_stats", "global")["movie_counts"] == {"Heat": 1, "Ali": 1}
    spark_stats_processor.process_partition_legacy([{"user_id": 7}])
    assert figures.get("user_stats", "7")["total_watched"] == 2
    assert setup.database.find("user_stats", {}) == []
    figures.drop()


# ── The whole; it stops the session, so it comes last ────────────────────────────────────


def test_main_counts_until_it_is_told_to_stop(
    spark: SparkSession, setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bootstrap, session, two streams; SIGTERM lets the batch in hand be finished."""
    made = events(EVENTS)
    setup.database.collection("movies").insert_one(
        {"name": "Così è la vita", "added_at": TODAY}
    )
    produce(setup.kafka, made)
    monkeypatch.setattr(spark_driver, "log_as_json", lambda: None)
    for name, value in original_job.ours_of_application().items():
        monkeypatch.setenv(name, value)  # as main does, but taken back afterwards
    waiting = threading.Thread(target=_terminate_when, args=(setup, made))
    waiting.start()
    spark_stats_processor.main()
    waiting.join()
    assert differences(setup.database, made) == []
    assert trends(setup) == {"Così è la vita": 1}  # the events are of another year


def _terminate_when(setup: Setup, made: list[Json]) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and differences(setup.database, made):
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)
