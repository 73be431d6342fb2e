"""The original's producer, on a Kafka that misbehaves on cue."""

import json
import logging
import os
import threading
import uuid
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from cinestats.adapters.event_json import parse_event
from cinestats.adapters.kafka import producer as producer_module
from cinestats.adapters.kafka.producer import MovieEventProducer, get_kafka_producer
from cinestats.adapters.kafka.settings import KafkaSettings
from cinestats.domain.errors import InvalidInput

from .fake_producer import FakeKafka

MOVIE = {
    "name": "Inception",
    "year": 2010,
    "rating": 5,
    "imdb_id": "tt1375666",
    "genres": ["Sci-Fi"],
    "duration": 148,
    "director": "Christopher Nolan",
    "actors": ["Leonardo DiCaprio"],
    "date": "2025-01-20",
}

SETTINGS = KafkaSettings(kafka_bootstrap_servers="kafka:9092", kafka_topic="films")


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def kafka() -> FakeKafka:
    return FakeKafka()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(producer_module, "time", clock)
    return clock


@pytest.fixture
def producer(kafka: FakeKafka, clock: Clock) -> MovieEventProducer:
    return MovieEventProducer(settings=SETTINGS, connect=kafka.connect, discard=kafka.drop)


def test_an_event_has_the_original_form(kafka: FakeKafka, producer: MovieEventProducer) -> None:
    """Type, user, film, a time in Rome and an id, under the user's; only known fields go."""
    assert producer.send_movie_event("ADD", "müller", {**MOVIE, "_id": object()})
    ((topic, value, key, partition),) = kafka.opened[0].sent
    assert (topic, key.decode(), partition) == ("films", "müller", None)
    event = json.loads(value)
    moment = datetime.fromisoformat(event.pop("timestamp"))
    assert uuid.UUID(event.pop("event_id")).version == 7
    assert event == {"event_type": "ADD", "user_id": "müller", "movie": MOVIE}
    assert moment.utcoffset() in (timedelta(hours=1), timedelta(hours=2))


def test_our_consumer_reads_what_is_sent(
    kafka: FakeKafka, producer: MovieEventProducer
) -> None:
    """Each of the four kinds of event is valid in the eyes of the other end."""
    producer.send_movie_event("ADD", "u1", {**MOVIE, "date": date(2025, 1, 20)})
    producer.send_movie_event("DELETE", "u1", MOVIE)
    ratings = {"old_rating": 5, "new_rating": 3.5}
    producer.send_movie_event("UPDATE_RATING", "u1", {**MOVIE, **ratings})
    fix = {**MOVIE, "corrected": {**MOVIE, "date": "2025-01-19", "tags": ["cinema"], "_id": 1}}
    producer.send_movie_event("CORRECT", "u1", fix)
    zone = datetime.now().astimezone().tzinfo
    assert zone is not None
    parsed = [
        parse_event(json.loads(value), zone).event for _, value, _, _ in kafka.opened[0].sent
    ]
    assert [type(event).__name__ for event in parsed] == [
        "MovieAdded",
        "MovieDeleted",
        "RatingUpdated",
        "EntryCorrected",
    ]
    assert parsed[3].after is not None
    assert (parsed[3].after.watched_on, parsed[3].after.tags) == (
        date(2025, 1, 19),
        ("cinema",),
    )
    assert parsed[0].entry.watched_on == date(2025, 1, 20)


@pytest.mark.parametrize("verb", ["UPDATE", "UPDATE_RATING"])
def test_a_change_of_rating_says_the_new_one(
    kafka: FakeKafka, producer: MovieEventProducer, verb: str, caplog: pytest.LogCaptureFixture
) -> None:
    """None takes it away where it is said; where nothing is, nothing is sent."""
    for film in ({}, {"rating": None}, {"old_rating": 4}):
        assert not producer.send_movie_event(verb, "u1", {"name": "Heat", **film})
    assert caplog.text.count("new_rating: must be the rating from now on, or null") == 3
    for film in ({"rating": 3}, {"new_rating": 3}, {"new_rating": None}):
        assert producer.send_movie_event(verb, "u1", {"name": "Heat", **film})
    assert len(kafka.opened[0].sent) == 3


def test_a_batch_is_one_event_a_film(kafka: FakeKafka, producer: MovieEventProducer) -> None:
    """All films are handed over before the one wait for their acknowledgements."""
    assert producer.send_batch_event(
        "ADD", "u1", [{**MOVIE, "year": y} for y in (2001, 2002, 2003)]
    )
    assert len(kafka.opened[0].acknowledged) == 3
    assert kafka.opened[0].flushes == 1
    assert not producer.send_batch_event("ADD", "u1", [])


def test_a_batch_counts_what_it_lost(
    kafka: FakeKafka, producer: MovieEventProducer, caplog: pytest.LogCaptureFixture
) -> None:
    """Part of a batch is a success, and the log says how many films were lost (fault 7)."""
    kafka.prepare = lambda opened: setattr(opened, "refuses", lambda number: number > 0)
    with caplog.at_level(logging.WARNING):
        assert producer.send_batch_event("ADD", "u1", [MOVIE, MOVIE, MOVIE])
    assert "2 of 3 events were not acknowledged" in caplog.text


def test_an_event_that_is_not_acknowledged_is_false(
    kafka: FakeKafka, producer: MovieEventProducer, clock: Clock
) -> None:
    """A failed delivery is told, and the producer it failed on is replaced (fault 7)."""
    kafka.prepare = lambda opened: setattr(opened, "stuck", not kafka.opened)
    assert not producer.send_movie_event("ADD", "u1", MOVIE)
    assert kafka.dropped == kafka.opened
    clock.now += 1
    assert producer.send_movie_event("ADD", "u1", MOVIE)
    assert len(kafka.opened) == 2


def test_kafka_down_is_false_and_one_line_in_the_log(
    kafka: FakeKafka, producer: MovieEventProducer, caplog: pytest.LogCaptureFixture
) -> None:
    """No error reaches the caller, and no stack trace the log (fault 4)."""
    kafka.down = True
    with caplog.at_level(logging.WARNING):
        assert not producer.send_movie_event("ADD", "u1", MOVIE)
        assert not producer.send_movie_event("ADD", "u1", MOVIE)
    (record,) = caplog.records
    assert "no broker answers" in record.message
    assert record.exc_info is None


def test_kafka_down_is_tried_again_ever_more_slowly(
    kafka: FakeKafka, producer: MovieEventProducer, clock: Clock
) -> None:
    """After a failure nobody waits for Kafka until the backoff is over; a success ends it."""
    kafka.down = True
    waits = []
    for _ in range(7):
        assert producer._get_producer() is None
        began = clock.now
        kafka.tuning = {}
        while not kafka.tuning:
            clock.now += 0.25
            producer._get_producer()
        waits.append(clock.now - began)
        clock.now += 20  # the next round starts with a fresh failure
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (0.5, 10.0)
    kafka.down = False
    clock.now += 20
    assert producer.send_movie_event("ADD", "u1", MOVIE)
    kafka.opened[0].stuck = True
    assert not producer.send_movie_event("ADD", "u1", MOVIE)
    clock.now += 0.5
    assert producer.send_movie_event("ADD", "u1", MOVIE)


@pytest.mark.parametrize(
    "movie",
    [
        {"name": float("nan")},
        {"name": {1, 2}},
        {"name": "\ud800"},
        {"name": "x" * 1_000_001},
    ],
    ids=["NaN", "a set", "lone surrogate", "1 MB"],
)
def test_what_cannot_be_sent_does_not_hold_up_the_rest(
    kafka: FakeKafka,
    producer: MovieEventProducer,
    caplog: pytest.LogCaptureFixture,
    movie: dict[str, object],
) -> None:
    """A film that is no JSON, or too large, is logged and left out; the others go."""
    with caplog.at_level(logging.WARNING):
        assert not producer.send_movie_event("ADD", "u1", movie)
        assert producer.send_batch_event("ADD", "u1", [movie, MOVIE])
    assert "1 of 2 events were not acknowledged" in caplog.text
    assert kafka.dropped == []


class Row:
    """A row of Spark's, as far as it is looked at."""

    def __init__(self, **fields: object) -> None:
        self._fields = fields

    def asDict(self, recursive: bool = False) -> dict[str, object]:
        return self._fields


@pytest.mark.parametrize(
    ("event_type", "user_id", "movie", "reason"),
    [
        ("ADD", None, MOVIE, "user_id: must be text, not None"),
        ("ADD", 7, MOVIE, "user_id: must be text, not 7"),
        ("ADD", b"u1", MOVIE, "user_id: must be text"),
        ("ADD", "", MOVIE, "user_id: must not be blank"),
        ("ADD", " u1", MOVIE, "user_id: must not begin or end with blanks"),
        ("ADD", "u" * 201, MOVIE, "user_id: is 201 characters long"),
        ("ADD", "\ud800", MOVIE, ": must not hold lone surrogates"),
        ("ADD", "u1", None, "movie: must be a mapping or a row, not None"),
        ("ADD", "u1", [MOVIE], "movie: must be a mapping"),
        ("ADD", "u1", {}, "name: must be text"),
        ("ADD", "u1", {"name": None}, "name: must be text"),
        ("ADD", "u1", {**MOVIE, "rating": 11}, "rating: must be"),
        ("ADD", "u1", {**MOVIE, "rating": "5"}, "rating: must be"),
        ("ADD", "u1", {**MOVIE, "event_id": ["7"]}, "event_id: must be text"),
        ("CORRECT", "u1", MOVIE, "corrected: must be a JSON object"),
        ("CORRECT", "u1", {**MOVIE, "corrected": 7}, "corrected: must be a mapping"),
        ("WATCHED", "u1", MOVIE, "event_type: must be ADD"),
        (None, "u1", MOVIE, "event_type: must be ADD"),
    ],
)
def test_what_the_consumer_would_park_is_not_sent(
    kafka: FakeKafka,
    producer: MovieEventProducer,
    caplog: pytest.LogCaptureFixture,
    event_type: Any,
    user_id: Any,
    movie: Any,
    reason: str,
) -> None:
    """False and a line that says why; nothing is raised, and Kafka is not even asked."""
    with caplog.at_level(logging.WARNING):
        assert producer.send_movie_event(event_type, user_id, movie) is False
    assert reason in caplog.text
    assert kafka.opened == []


@pytest.mark.parametrize("movies", [None, 7, "Heat", {1: 2}.keys])
def test_a_batch_that_is_none_is_false(producer: MovieEventProducer, movies: Any) -> None:
    assert producer.send_batch_event("ADD", "u1", movies) is False


def test_a_row_of_sparks_is_a_film(kafka: FakeKafka, producer: MovieEventProducer) -> None:
    """And a generator is a batch."""
    assert producer.send_batch_event("ADD", "u1", (Row(name=n) for n in ("Heat", "Ali")))
    films = [json.loads(value)["movie"] for _, value, _, _ in kafka.opened[0].sent]
    assert films == [{"name": "Heat"}, {"name": "Ali"}]


def _ids(kafka: FakeKafka) -> list[str]:
    return [json.loads(r[1])["event_id"] for opened in kafka.opened for r in opened.sent]


def test_an_event_that_is_sent_again_has_its_id_again(
    kafka: FakeKafka, producer: MovieEventProducer, clock: Clock
) -> None:
    """Kafka may have it although its sender was told False: so it counts once."""
    kafka.prepare = lambda opened: setattr(opened, "stuck", not kafka.opened)
    assert not producer.send_batch_event("ADD", "u1", [MOVIE, MOVIE, {"name": "Ali"}])
    clock.now += 1
    assert producer.send_movie_event("ADD", "u1", {"name": "Ali"})
    assert producer.send_batch_event("ADD", "u1", [MOVIE, MOVIE, MOVIE])
    first, second, ali, *later = _ids(kafka)
    assert later[:3] == [ali, first, second]
    assert len(set(_ids(kafka))) == 4


def test_another_event_of_the_play_in_between_makes_it_a_new_one(
    kafka: FakeKafka, producer: MovieEventProducer, clock: Clock
) -> None:
    """Added, deleted and added again is three events, whatever the first answer was."""
    kafka.prepare = lambda opened: setattr(opened, "stuck", not kafka.opened)
    assert not producer.send_movie_event("ADD", "u1", MOVIE)
    clock.now += 1
    assert producer.send_movie_event("DELETE", "u1", MOVIE)
    assert producer.send_movie_event("ADD", "u1", MOVIE)
    assert producer.send_movie_event("ADD", "u2", {**MOVIE, "event_id": "mine"})
    assert len(set(_ids(kafka))) == 4
    assert _ids(kafka)[-1] == "mine"


def test_without_its_package_the_answer_is_false(
    producer: MovieEventProducer, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    """As with settings that the client cannot use: the log says what is wrong."""

    def connect(*_: object, **__: object) -> Any:
        raise ImportError("No module named 'kafka'")

    monkeypatch.setattr(producer, "_connect", connect)
    with caplog.at_level(logging.WARNING):
        assert not producer.send_movie_event("ADD", "u1", MOVIE)
    assert "No module named 'kafka'" in caplog.text


def test_the_application_says_where_kafka_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """The argument, else the original's variable, else ours."""
    monkeypatch.setenv("CINESTATS_KAFKA_BOOTSTRAP_SERVERS", "ours:9092")
    assert servers_of(MovieEventProducer()) == "ours:9092"
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "theirs:9092")
    assert servers_of(MovieEventProducer()) == "theirs:9092"
    assert servers_of(MovieEventProducer("given:9092")) == "given:9092"
    assert servers_of(MovieEventProducer(["a:1", "b:2"])) == "a:1,b:2"


@pytest.mark.parametrize("servers", [b"h:1", 9092, ["a:1", None], [b"a:1"], {7: 8}, object()])
def test_brokers_of_another_kind_are_one_error(servers: Any) -> None:
    with pytest.raises(InvalidInput, match=r"^bootstrap_servers: must be text such as"):
        MovieEventProducer(servers)


@pytest.mark.parametrize("zone", ["Nowhere", "Europe", "", "/etc/localtime"])
def test_a_zone_that_is_none_is_one_error(zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CINESTATS_TIMEZONE", zone)
    with pytest.raises(InvalidInput, match=r"^CINESTATS_TIMEZONE: is no zone such as"):
        MovieEventProducer()


def servers_of(producer: MovieEventProducer) -> str:
    return producer._settings.kafka_bootstrap_servers


def test_close_sends_what_is_under_way(kafka: FakeKafka, producer: MovieEventProducer) -> None:
    """Closing flushes first; sending again connects again."""
    producer.close()
    producer.send_movie_event("ADD", "u1", MOVIE)
    producer.flush()
    producer.close()
    assert kafka.opened[0].flushes == 3
    assert kafka.opened[0].closed
    assert producer.send_movie_event("ADD", "u1", MOVIE)
    assert len(kafka.opened) == 2


def test_close_does_not_wait_for_a_dead_kafka(
    kafka: FakeKafka, producer: MovieEventProducer
) -> None:
    """What does not go within the bound is dropped with the producer."""
    producer.send_movie_event("ADD", "u1", MOVIE)
    kafka.opened[0].stuck = True
    producer.close()
    assert kafka.dropped == kafka.opened


def test_many_threads_share_one_connection(
    kafka: FakeKafka, producer: MovieEventProducer
) -> None:
    """Threads that send at the same time connect once, and each has its answer."""
    answers: list[bool] = []

    def send() -> None:
        answers.append(producer.send_movie_event("ADD", "u1", MOVIE))

    threads = [threading.Thread(target=send) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(kafka.opened) == 1
    assert len(kafka.opened[0].sent) == 20


def test_a_process_has_one_producer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody in a process gets the same instance; a forked child makes its own."""
    monkeypatch.setattr(producer_module, "_instance", None)
    mine = get_kafka_producer()
    assert get_kafka_producer() is mine
    producer_module._after_fork()
    assert get_kafka_producer() is not mine
    assert hasattr(os, "register_at_fork")
