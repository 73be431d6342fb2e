"""Plays by day, from an application's films and from a topic that is not counted yet."""

import os

import pytest

if os.environ.get("CI") != "true":
    pytest.importorskip("pyarrow", reason="The extra distributed is not installed.")

import json
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from cinestats.adapters.memory.stores import MemoryStores
from cinestats.adapters.mongo.original_films import ADDED
from cinestats.adapters.spark.completion import Completion
from cinestats.adapters.spark.trend_days import days_of_films, days_told

ROME = ZoneInfo("Europe/Rome")
DAY = date(2025, 1, 20)


@pytest.fixture(scope="module")
def completion() -> Completion:
    """With the films that the package ships."""
    return Completion(MemoryStores().catalogue)


@pytest.mark.parametrize(
    "said",
    [
        {"added_at": "2025-01-20"},
        {"added_at": datetime(2025, 1, 20, tzinfo=UTC)},
        {"added_at": datetime(2025, 1, 19, 23, 30, tzinfo=UTC), "date": "2001-01-01"},
        {"added_on": "20/01/2025"},
        {"added_at": None, "added_on": "", "date": "2025-01-20T21:30:00+01:00"},
        {"watched_date": "2025/1/20"},
        {"added_at": " ", "watched_date": 1737331200},
    ],
)
def test_the_day_of_a_film(completion: Completion, said: dict[str, object]) -> None:
    """The first field that says anything tells it, in any form that has one meaning."""
    ((day, count),) = days_of_films([{"name": "Heat", **said}], ADDED, ROME, completion)
    assert (day.day, count.plays) == (DAY, 1)


@pytest.mark.parametrize(
    "film",
    [
        {"name": "Heat"},
        {"name": "Heat", "added_at": "01/02/2025"},
        {"name": "Heat", "added_at": "soon", "date": "2025-01-20"},
        {"name": "Heat", "rating": 11, "date": "2025-01-20"},
    ],
)
def test_a_film_that_tells_no_day_is_named(
    completion: Completion, film: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    assert days_of_films([film], ADDED, ROME, completion) == []
    assert "A film is left out of the trends: 'Heat': " in caplog.text


def test_films_and_events_are_completed_alike(completion: Completion) -> None:
    """A film is one in the trends, whether the application's films or the topic tell it."""
    moment = datetime(2025, 1, 20, 12, tzinfo=UTC).isoformat()
    event = {"event_type": "ADD", "user_id": "anna", "movie": {"name": "Gladiator"}}
    values = [json.dumps(event | {"timestamp": moment}).encode(), b"not JSON"]
    told = days_told(values, ROME, completion)
    film = {"name": "Gladiator", "year": 2000, "date": "2025-01-20"}
    of_films = days_of_films([film], ADDED, ROME, completion)
    assert [day for day, _ in told] == [day for day, _ in of_films]
    assert told[0][1].movie.genres == of_films[0][1].movie.genres == ("Adventure", "Drama")
