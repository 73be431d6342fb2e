"""Documents: what is counted, as the API, the command line and MongoDB show it."""

import json
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from cinestats.adapters.documents.fields import Answer, ByRating, Moment, Play
from cinestats.adapters.documents.read_models import (
    AffinityAnswer,
    StatsAnswer,
    TrendsAnswer,
    UserStatsAnswer,
    trend_of,
)
from cinestats.adapters.documents.reports import PastImportAnswer
from cinestats.adapters.entry_json import figure_document
from cinestats.application.figures.ports import AffinityDocument, UserStatsDocument
from cinestats.application.imports.undo import PastImport
from cinestats.domain.affinity import Affinity, AffinityType
from cinestats.domain.figures.coverage import Coverage
from cinestats.domain.global_trend import DayCount, FilmDay, summarize
from cinestats.domain.movie import Movie
from cinestats.domain.user_stats import STATS_VERSION, UserStats
from tests.unit.domain.diaries import play

ROME = ZoneInfo("Europe/Rome")
NIGHT = datetime(2025, 1, 20, 23, 30, tzinfo=UTC)
COVERAGE = Coverage(3, 2, 1, 0, 3, 2)
IN_ROME = "2025-01-21T00:30:00+01:00"


def test_statistics_have_the_fields_of_their_collection() -> None:
    """Ratings in stars, months by year; a count of 0 is left out."""
    stats = UserStats(
        3, 2, 17, 340, {9: 1, 8: 1, 7: 0}, {(2025, 1): 2, (2024, 12): 1, (2023, 1): 0}
    )
    stored = UserStatsDocument("anna", stats, NIGHT, 7)
    document = UserStatsAnswer.stored(stored, COVERAGE, ROME).document()
    assert document == {
        "_id": "anna",
        "user_id": "anna",
        "total_watched": 3,
        "rated_count": 2,
        "sum_ratings": 8.5,
        "watch_time_minutes": 340,
        "rating_distribution": {"4": 1, "4_5": 1},
        "monthly_counts": {"2024": {"12": 1}, "2025": {"01": 2}},
        "updated_at": IN_ROME,
        "stats_version": STATS_VERSION,
        "position": 7,
        "coverage": {"plays": 3, "length": 2, "credits": 1, "genres": 0, "day": 3, "rating": 2},
    }
    assert StatsAnswer.stored(stored, COVERAGE, ROME).document() == {
        **document,
        "average_rating": 4.25,
    }
    unrated = stored._replace(stats=UserStats(total_watched=1))
    assert StatsAnswer.stored(unrated, COVERAGE, ROME).average_rating is None


@pytest.mark.parametrize(
    ("type_", "sum_voti"), [("director", 8.5), ("actor", 8.5), ("genre", 0)]
)
def test_an_affinity_has_the_fields_of_its_collection(
    type_: AffinityType, sum_voti: float
) -> None:
    """``sum_voti`` is 0 for genres, as the original has it."""
    stored = AffinityDocument("anna", type_, "Al Pacino", Affinity(3, 2, 17), NIGHT, 7)
    assert AffinityAnswer.stored(stored, ROME).document() == {
        "_id": f"anna_{type_}_Al_Pacino",
        "user_id": "anna",
        "type": type_,
        "name": "Al Pacino",
        "name_key": "Al_Pacino",
        "count": 3,
        "sum_voti": sum_voti,
        "rated_count": 2,
        "rating_sum": 8.5,
        "updated_at": IN_ROME,
        "position": 7,
    }


def test_trends_come_back_from_their_document() -> None:
    """Earlier versions wrote no movements: their documents are read all the same."""
    films = [
        Movie.create("Heat", year=1995, genres=["Crime"], poster_url="https://films.example/h"),
        Movie.create("Jaws"),
    ]
    today = date(2025, 3, 1)
    days = [(FilmDay(date(2025, 2, 20), f.film_key), DayCount(2, f)) for f in films]
    trend = summarize(days, today, 20)
    document = TrendsAnswer.stored(trend, NIGHT, ROME).document()
    assert (document["_id"], document["updated_at"]) == ("global", IN_ROME)
    assert trend_of(document) == trend
    del document["movements"], document["genre_movements"]
    older = trend_of(document)
    assert (older.movements, older.genre_movements) == ((), ())
    assert older.top_movies == trend.top_movies


class Told(Answer):
    at: Moment
    counts: ByRating


class Value:
    at = NIGHT
    counts = {10: 0, 2: 1}  # noqa: RUF012 - a stand-in


def test_a_document_takes_each_field_from_the_first_value_that_has_it() -> None:
    """Unless it is given by name."""
    assert Told.of(object(), Value(), zone=ROME).document() == {
        "at": IN_ROME,
        "counts": {"1": 1},
    }
    given = Told.of(Value(), counts={1: 2, 3: 4}, at=date(2025, 1, 2))
    assert given.document() == {"at": "2025-01-02", "counts": {"0_5": 2, "1_5": 4}}
    assert Told.of(Value()).at == NIGHT.isoformat()
    assert Told.of(Value(), at="2025-01-02").at == "2025-01-02"
    assert Told.of(Value(), at="2025-01-02T03:04:05Z", zone=ROME).at == "2025-01-02T03:04:05Z"


def test_a_value_that_does_not_fit_its_document_is_a_bug() -> None:
    """It is told as one, and not as the mistake of whoever asked."""
    with pytest.raises(TypeError, match="counts"):
        Told.of(Value(), counts={2: "many"})
    with pytest.raises(TypeError, match="counts"):
        Told.of(at=NIGHT)


def test_a_document_is_plain_json() -> None:
    """What is a tuple inside is a list."""

    class Listed(Answer):
        play: Play

    film = play("Heat", genres=["Crime"], directors="Michael Mann")
    document = Listed.of(play=film).document()
    assert document == {"play": json.loads(json.dumps(figure_document(film)))}


def test_a_past_import_is_told_in_the_zone() -> None:
    """With what it changed, and whether it was undone."""
    past = PastImport("i1", NIGHT, 3, True)
    assert PastImportAnswer.of(past, zone=ROME).document() == {
        "import_id": "i1",
        "kind": "import",
        "at": IN_ROME,
        "changes": 3,
        "undone": True,
    }
