"""An application's films in MongoDB, and the trends that begin with them."""

import os
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

if os.environ.get("CI") != "true":
    pytest.importorskip("pymongo", reason="The extra distributed is not installed.")

from bson import ObjectId

from cinestats.adapters.mongo import trend_openings
from cinestats.adapters.mongo.database import MongoDatabase
from cinestats.adapters.mongo.original_films import films_of, films_since
from cinestats.domain.global_trend import DayCount, FilmDay
from cinestats.domain.movie import Movie

SINCE = date(2025, 1, 10)
HEAT = Movie.create("Heat")


@pytest.fixture
def database(mongo: object) -> Iterator[MongoDatabase]:
    database = MongoDatabase(mongo.uri, f"films_{uuid.uuid4().hex[:8]}")  # type: ignore[attr-defined]
    yield database
    database.drop()
    database.close()


@pytest.mark.parametrize(
    ("kept", "asked"),
    [
        ("anna", "anna"),
        (7, "7"),
        ("7", "7"),
        (-7, "-7"),
        (ObjectId("65a0c0ffee0123456789abcd"), "65a0c0ffee0123456789abcd"),
    ],
)
def test_a_users_films_are_found_however_their_id_is_kept(
    database: MongoDatabase, kept: object, asked: str
) -> None:
    others = ("Anna", 77, "07", True, ObjectId())
    films = [{"user_id": each, "name": "Heat"} for each in (*others, kept)]
    database.collection("movies").insert_many(films)
    assert [film["user_id"] for film in films_of(database, asked)] == [kept]
    assert films_of(database, "nobody") == films_of(database, "9" * 40) == []


def test_films_that_may_be_recent_are_found(database: MongoDatabase) -> None:
    """By whichever field says their day, in whatever form."""
    recent = [
        {"added_at": "2025-01-10"},
        {"added_at": datetime(2025, 1, 9, 23, 30, tzinfo=UTC), "date": "2001-01-01"},
        {"added_on": "20/01/2025"},
        {"added_at": None, "date": "2025-01-20"},
        {"added_at": "", "watched_date": datetime(2025, 1, 20, tzinfo=UTC)},
        {"added_at": 1737331200},
        {},
    ]
    old = [
        {"added_at": "2025-01-09", "date": "2025-01-20"},
        {"added_at": datetime(2025, 1, 8, 12, tzinfo=UTC), "watched_date": "2025-01-20"},
        {"added_on": "2024-12-01T10:00:00"},
        {"added_at": "", "date": "2024-12-01"},
        {"watched_date": datetime(2024, 12, 1, tzinfo=UTC)},
    ]
    films = [{"_id": n, "name": "Heat", **said} for n, said in enumerate(recent + old)]
    database.collection("movies").insert_many(films)
    found = [film["_id"] for film in films_since(database, SINCE)]
    assert sorted(found) == list(range(len(recent)))


def openings(database: MongoDatabase) -> list[int]:
    return sorted(day.day.day for day, _ in trend_openings.film_days(database, SINCE))


def test_a_day_is_told_once(database: MongoDatabase) -> None:
    """By events from the first on that they tell of, where these are from before the films."""
    days = [(FilmDay(date(2025, 1, n), HEAT.film_key), DayCount(1, HEAT)) for n in (12, 18, 20)]
    trend_openings.put_films(database, days, date(2025, 1, 20))
    trend_openings.add_frame(database, date(2025, 1, 19), {HEAT: 2})
    assert openings(database) == [12, 18, 19, 20]
    counted = database.collection("global_days")
    # What comes afterwards adds up, and what is not of these weeks says nothing of them.
    counted.insert_many(
        [
            {"day": "2025-01-20", "count": 1},
            {"day": "2019-01-01", "count": 1},
            {"day": "2025-01-11", "count": 0},
            {"day": "2025-01-12", "count": -1},
        ]
    )
    assert openings(database) == [12, 18, 19, 20]
    counted.insert_one({"day": "2025-01-15", "count": 1})
    assert openings(database) == [12, 19]
    trend_openings.put_films(database, days[:1], date(2025, 1, 20))
    assert openings(database) == [12, 19]
