"""Whatever the original's producer is handed: an event that is right, or False and one line."""

import os

import pytest

if os.environ.get("CI") != "true":
    pytest.importorskip("pyspark", reason="The extra distributed is not installed.")

import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import Enum
from typing import Any

import numpy as np
import pandas as pd
from pyspark.sql import Row

from cinestats.adapters.foreign_json import read_foreign
from cinestats.adapters.kafka.original_event import _MOVIE_FIELDS
from cinestats.adapters.kafka.producer import MovieEventProducer
from cinestats.adapters.kafka.settings import KafkaSettings
from tests.unit.adapters.odd_values import ODD_VALUES, READABLE, UNREADABLE, Mute

from .fake_producer import FakeKafka

FIELDS = (*_MOVIE_FIELDS, "event_id", "corrected")
FILM = {"name": "Heat", "year": 1995, "rating": 4, "watched_date": "2025-01-20"}


class Verb(Enum):
    ADD = "ADD"


@pytest.fixture
def kafka() -> FakeKafka:
    return FakeKafka()


@pytest.fixture
def producer(kafka: FakeKafka) -> MovieEventProducer:
    settings = KafkaSettings(kafka_bootstrap_servers="kafka:9092", kafka_topic="films")
    return MovieEventProducer(settings=settings, connect=kafka.connect, discard=kafka.drop)


def sent(kafka: FakeKafka) -> list[dict[str, Any]]:
    """The events that went, as a strict reader of JSON has them."""
    values = [value for opened in kafka.opened for _, value, _, _ in opened.sent]
    return [json.loads(value, parse_constant=pytest.fail) for value in values]


def records(kafka: FakeKafka) -> int:
    return sum(len(opened.sent) for opened in kafka.opened)


@pytest.mark.parametrize("value", ODD_VALUES.values(), ids=ODD_VALUES)
def test_nothing_is_raised_and_what_is_not_sent_is_told_in_a_line(
    kafka: FakeKafka,
    producer: MovieEventProducer,
    caplog: pytest.LogCaptureFixture,
    value: Any,
) -> None:
    """As each argument, and in each field of a film; what is sent the consumer takes."""
    calls: list[tuple[Any, Any, Any]] = [
        *((value, "u1", FILM), ("ADD", value, FILM), ("ADD", "u1", value)),
        *(("ADD", "u1", {**FILM, field: value}) for field in FIELDS),
        *(("UPDATE_RATING", "u1", {**FILM, field: value}) for field in FIELDS),
        *(("CORRECT", "u1", {**FILM, "corrected": {**FILM, field: value}}) for field in FIELDS),
    ]
    for call in calls:
        caplog.clear()
        before = records(kafka)
        with caplog.at_level(logging.WARNING):
            answer = producer.send_movie_event(*call)
        assert answer is (records(kafka) == before + 1)
        lines = [record.getMessage() for record in caplog.records]
        assert len(lines) == (0 if answer else 1)
        assert "\n" not in "".join(lines)
    for event in sent(kafka):
        read_foreign(json.dumps(event).encode(), UTC, datetime.now(UTC))


@pytest.mark.parametrize(("value", "plain"), READABLE.values(), ids=READABLE)
def test_a_field_is_sent_as_the_value_that_it_is(
    kafka: FakeKafka, producer: MovieEventProducer, value: Any, plain: Any
) -> None:
    """Fields that can be done without cost no event; a name and a rating have to be right."""
    fields = ("year", "duration", "genres", "date", "tags", "poster_url")
    assert producer.send_movie_event("ADD", "u1", {**FILM, **dict.fromkeys(fields, value)})
    (event,) = sent(kafka)
    assert [event["movie"][field] for field in fields] == [plain] * len(fields)
    assert producer.send_movie_event("ADD", "u1", {**FILM, "name": value}) is (
        isinstance(plain, str) or type(plain) is int
    )
    assert producer.send_movie_event("ADD", "u1", {**FILM, "rating": value}) is (
        plain is None or (type(plain) in (int, float) and plain in (4, 4.5))
    )
    assert producer.send_movie_event("ADD", "u1", {**FILM, "event_id": value}) is (
        plain is None or isinstance(plain, str) or type(plain) is int
    )


@pytest.mark.parametrize(("value", "reason"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_is_not_sent(
    producer: MovieEventProducer,
    caplog: pytest.LogCaptureFixture,
    value: Any,
    reason: str,
) -> None:
    """But where no field of an event has it, nobody looks at it."""
    assert not producer.send_movie_event("ADD", "u1", {**FILM, "genres": value})
    assert f"An event was not sent: genres: {reason.split()[0]}" in caplog.text
    assert producer.send_movie_event("ADD", "u1", {**FILM, "_id": value})


@pytest.mark.parametrize("verb", ["ADD", Verb.ADD, np.str_("ADD"), b"ADD"])
def test_rows_and_texts_of_other_libraries_make_the_same_event(
    kafka: FakeKafka, producer: MovieEventProducer, verb: Any
) -> None:
    for film in (FILM, Row(**FILM), pd.DataFrame([FILM]).to_dict("records")[0]):
        assert producer.send_movie_event(verb, np.str_("u1"), film)
    events = sent(kafka)
    assert [event["movie"] for event in events] == [FILM] * 3
    assert {(event["event_type"], event["user_id"]) for event in events} == {("ADD", "u1")}


def test_a_set_in_any_order_is_the_same_event(
    kafka: FakeKafka, producer: MovieEventProducer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that sent again it has the id that it had."""
    names = [f"Genre {number}" for number in range(40)]
    kafka.prepare = lambda opened: setattr(opened, "stuck", not kafka.opened)
    assert not producer.send_movie_event("ADD", "u1", {**FILM, "genres": set(names)})
    monkeypatch.setattr(producer, "_try_again_at", 0.0)
    again = {**FILM, "genres": frozenset(reversed(names))}
    assert producer.send_movie_event("ADD", "u1", again)
    first, second = sent(kafka)
    assert first["event_id"] == second["event_id"]


def breaking(films: int) -> Iterator[dict[str, Any]]:
    yield from [FILM] * films
    raise RuntimeError("the cursor is gone")


@pytest.mark.parametrize(
    ("movies", "reason"),
    [
        (breaking(0), "the list of movies broke off after 0: RuntimeError"),
        (breaking(3), "the list of movies broke off after 3: RuntimeError"),
        (FILM, "movies must be a list, not {'name': 'Heat'"),
        (Mute(), "movies must be a list, not a value of Mute without a repr"),
        (None, "movies must be a list, not None"),
    ],
)
def test_of_a_list_that_breaks_off_nothing_is_sent(
    kafka: FakeKafka,
    producer: MovieEventProducer,
    caplog: pytest.LogCaptureFixture,
    movies: Any,
    reason: str,
) -> None:
    """Whoever is told False may send the whole list again."""
    assert producer.send_batch_event("ADD", "u1", movies) is False
    (record,) = caplog.records
    assert f"No event was sent: {reason}" in record.getMessage()
    assert kafka.opened == []
