"""The original's producer, on a Kafka that misbehaves on cue."""

import json
import logging
import os
import threading
from datetime import date, datetime, timedelta

import pytest

from cinestats.adapters.event_json import parse_event
from cinestats.adapters.kafka import producer as producer_module
from cinestats.adapters.kafka.producer import MovieEventProducer, get_kafka_producer
from cinestats.adapters.kafka.settings import KafkaSettings

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
    return MovieEventProducer(SETTINGS, kafka.connect, kafka.drop)


def test_an_event_has_the_original_form(kafka: FakeKafka, producer: MovieEventProducer) -> None:
    """Type, user, film and a time in Rome, under the user's id; only known fields go out."""
    assert producer.send_movie_event("ADD", "müller", {**MOVIE, "_id": object()})
    ((topic, value, key, partition),) = kafka.opened[0].sent
    assert (topic, key.decode(), partition) == ("films", "müller", None)
    event = json.loads(value)
    moment = datetime.fromisoformat(event.pop("timestamp"))
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


def test_a_batch_is_one_event_a_film(kafka: FakeKafka, producer: MovieEventProducer) -> None:
    """All films are handed over before the one wait for their acknowledgements."""
    assert producer.send_batch_event("ADD", "u1", [{**MOVIE, "year": y} for y in (1, 2, 3)])
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
    assert "2 of 3 events were not sent" in caplog.text


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
    assert "1 of 2 events were not sent" in caplog.text
    assert kafka.dropped == []


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
