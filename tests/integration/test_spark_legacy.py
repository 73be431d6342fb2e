"""The original's older functions, on a real session and a real wire protocol."""

import uuid
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from cinestats.domain.movie import Movie
from stack.mongo import Mongo

from .stack import requires

NOW = datetime(2025, 3, 1, tzinfo=UTC)
ROME = ZoneInfo("Europe/Rome")


@pytest.fixture(autouse=True)
def _spark() -> None:
    requires("spark")


@pytest.fixture
def database_name() -> str:
    return f"legacy_{uuid.uuid4().hex[:8]}"


def test_a_partition_is_recomputed_from_the_log(mongo: Mongo, database_name: str) -> None:
    """V3: whatever the documents say, each user of the partition gets the log's figures."""
    import pyarrow as pa

    from cinestats.adapters.event_json import encode
    from cinestats.adapters.mongo.stores import MongoStores
    from cinestats.adapters.spark.legacy import process_partition_legacy
    from cinestats.adapters.spark.worker import Job
    from cinestats.application.figures.ports import Batch
    from tests.contracts.builders import added, corrected, movie

    stores = MongoStores(mongo.uri, database_name, "t", ROME, partitions=1)
    log, models = stores.log, stores.models
    first = added(1, "anna")
    longer = {"movie": movie("Heat", 1995, duration=170)}
    fix = corrected(4, first.entry, longer, "anna")
    log.append(0, 0, [first, added(2, "anna"), added(3, "bruno"), fix])
    models.apply(Batch(0, 0, log.read(0, 0, 10), NOW))
    stores.database.collection("user_stats").update_many({}, {"$inc": {"total_watched": 40}})
    values = [encode(r.event, r.position) for r in log.read(0, 0, 10) if r.event] + [b"poison"]
    batch = pa.RecordBatch.from_pydict(
        {
            "partition": pa.array([0] * 5, pa.int32()),
            "offset": [0, 1, 2, 3, 4],
            "key": [b"anna", b"anna", b"bruno", b"anna", b"?"],
            "value": values,
        }
    )
    job = Job("t", 1, "log", stores, ROME)
    (row,) = process_partition_legacy([batch], job)
    assert row.to_pydict()["position"] == [4]
    for user, total, minutes in (("anna", 2, 148 + 170), ("bruno", 1, 148)):
        stored = models.user_stats(user)
        assert stored is not None
        assert stored.stats.total_watched == total
        assert stored.stats.watch_time_minutes == minutes


def test_the_complete_statistics_keep_the_originals_names() -> None:
    """Films in the original's form, and what it said of them."""
    from cinestats.adapters.spark.user_statistics import compute_user_stats

    films = [
        {"name": "Heat", "rating": 5, "duration": 170},
        {
            "name": "Ali",
            "rating": 4,
            "director": "Michael Mann",
            "actors": "Will Smith, Jamie Foxx",
        },
        {
            "name": "Thief",
            "genres": ["Crime"],
            "director": "Michael Mann",
            "date": "2025-02-03",
        },
    ]
    stats = compute_user_stats([{"director": "Michael Mann", **film} for film in films])
    assert stats["total_watched"] == 3
    assert stats["avg_rating"] == 4.5
    assert stats["rating_chart_data"] == {"4": 1, "5": 1}
    assert stats["year_data"] == {"2025": {"02": 1}}
    assert stats["available_years"] == ["2025"]
    assert stats["favorite_genre"] == "Crime"
    assert (stats["watch_time_minutes"], stats["avg_duration"]) == (170, 170)
    assert stats["most_watched_directors"][0]["count"] == 3
    assert stats["best_rated_directors"][0]["name"] == "Michael Mann"
    assert [m["name"] for m in stats["top_rated_movies"]] == ["Heat", "Ali"]
    assert {a["name"] for a in stats["most_watched_actors"]} == {"Will Smith", "Jamie Foxx"}


def test_missing_credits_come_from_the_prefetched_map_then_the_catalogue() -> None:
    """The map is by normalised title; what an entry has is kept."""
    from cinestats.adapters.spark.user_statistics import compute_user_stats

    credits = {
        "directors": "Steven Spielberg",
        "actors": ["Roy Scheider"],
        "genres": ["Thriller"],
    }
    known = Movie.create("Jaws", year=1975, duration=124, **credits)
    other = Movie.create("Heat", year=1995, directors="Michael Mann", duration=170)
    plays = [{"name": "JAWS!"}, {"name": "Heat", "director": "Somebody"}, {"name": "Unknown"}]
    asked: list[str] = []

    def catalogue(title: str, year: int | None) -> Movie | None:
        assert year is None
        asked.append(title)
        return other if title == "Heat" else None

    stats = compute_user_stats(plays, catalogue, {"jaws": known})
    assert asked == ["Heat", "Unknown"]
    assert stats["watch_time_minutes"] == 124 + 170
    names = [director["name"] for director in stats["most_watched_directors"]]
    assert names == ["Somebody", "Steven Spielberg"]
