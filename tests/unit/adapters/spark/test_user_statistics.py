"""Complete statistics of films, whatever they are handed over as."""

import os

import pytest

if os.environ.get("CI") != "true":
    pytest.importorskip("pyspark", reason="The extra distributed is not installed.")

from collections.abc import Iterator
from typing import Any

import bson
import numpy as np
import pandas as pd
from pyspark.sql import Row

from cinestats.adapters.memory.stores import MemoryStores
from cinestats.adapters.spark.legacy import recompute_users
from cinestats.adapters.spark.user_statistics import compute_user_stats
from cinestats.application.stores import Stores
from cinestats.domain.errors import InvalidInput
from cinestats.domain.movie import Movie
from tests.unit.adapters.odd_values import ODD_VALUES, READABLE, UNREADABLE, Mute

FIELDS = (
    *("name", "year", "rating", "genres", "actors", "director", "duration", "date"),
    *("watched_date", "poster_url", "imdb_id", "ids", "tags", "rewatch", "liked", "review"),
    *("old_rating", "new_rating", "details", "place", "unknown"),
)
GOOD = {"name": "Ali", "rating": 3}
INFINITE = [value for name, value in ODD_VALUES.items() if "infinity" in name]


def odd_films(value: Any) -> list[Any]:
    """The value as a film, and in each field of one."""
    return [value, *({"name": "Heat", field: value} for field in FIELDS)]


# ── One bad film ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("value", ODD_VALUES.values(), ids=ODD_VALUES)
def test_whatever_a_film_holds_the_others_count(value: Any) -> None:
    """And it counts itself, or is left out with its number, its name and the reason."""
    films = odd_films(value)
    found = compute_user_stats([*films, GOOD])
    left_out = found["left_out"]
    assert found["total_watched"] == len(films) + 1 - len(left_out)
    assert found["rating_distribution"]["3"] >= 1
    for left in left_out:
        assert left["reason"]
        if left["number"] > 2:  # neither the value itself nor one in the place of the name
            assert left["name"] == "Heat"


@pytest.mark.parametrize(("value", "reason"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_is_left_out_with_its_reason(value: Any, reason: str) -> None:
    """Whichever field it stands in."""
    (left,) = compute_user_stats([{"name": "Heat", "genres": value}, GOOD])["left_out"]
    assert (left["number"], left["name"]) == (1, "Heat")
    assert reason.split()[0] in left["reason"]
    assert left["reason"].startswith("genres: ")


@pytest.mark.parametrize(
    ("film", "name", "reason"),
    [
        ({"name": b"\xff"}, r"b'\xff'", "name: is not UTF-8 at byte 0"),
        (Row("Heat", 4), None, "movie: cannot be read"),
        (pd.Series({"name": "Heat"}), None, "movie: must be a mapping or a row, not"),
        (np.array(["Heat"]), None, "movie: must be a mapping or a row, not"),
        ({"name": Mute()}, "a value of Mute without a repr (RuntimeError)", "name: cannot be"),
        (Mute(), None, "movie: must be a mapping or a row, not a value of Mute without a repr"),
        ({"name": object()}, "{}", "name: must be text"),
        ({"name": float("inf")}, "1.7976931348623157e+308", "name: must be text"),
        ({"rating": 4}, None, "name: must be text, not absent or null"),
    ],
)
def test_a_film_that_is_none_is_left_out(film: Any, name: Any, reason: str) -> None:
    found = compute_user_stats([film, GOOD])
    (left,) = found["left_out"]
    assert (left["number"], left["name"]) == (1, name)
    assert left["reason"].startswith(reason)
    assert found["total_watched"] == 1


def test_the_older_recompute_takes_the_same_films() -> None:
    """Whose others count, and whose bad ones are left out."""
    films = [each for value in ODD_VALUES.values() for each in odd_films(value)]
    stores: Stores = MemoryStores()
    assert recompute_users(["anna"], stores, lambda user_id: [*films, GOOD]) is None
    stored = stores.models.user_stats("anna")
    assert stored is not None
    assert stored.stats.total_watched == compute_user_stats([*films, GOOD])["total_watched"]


# ── Ratings ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [(name, *pair) for name, pair in READABLE.items()],
    ids=READABLE,
)
def test_a_rating_counts_is_none_or_costs_the_film(
    name: str, value: Any, expected: object
) -> None:
    """A number of any library counts; only NaN and what is not there is none."""
    found = compute_user_stats([{"name": "Heat", "rating": value}])
    if expected in (4, 4.5) and expected is not True:
        assert found["sum_ratings"] == expected, name
        assert found["left_out"] == []
    elif expected is None:
        assert (found["total_watched"], found["rating_distribution"]) == (1, {})
    else:
        (left,) = found["left_out"]
        assert left["reason"].startswith("rating: must be a number from 0.5 to 5"), name


@pytest.mark.parametrize("value", INFINITE, ids=repr)
def test_an_infinity_is_no_year_and_no_length(value: Any) -> None:
    """It costs the field that can be done without, not the film."""
    film = {"name": "Heat", "year": value, "duration": value, "date": value, "rating": 4}
    found = compute_user_stats([film])
    assert (found["total_watched"], found["sum_ratings"]) == (1, 4)
    assert found["watch_time_minutes"] == 0


def test_lists_of_every_kind_are_lists() -> None:
    films = [
        {"name": "Heat", "genres": genres}
        for genres in (
            *(np.array(["Crime"]), pd.Series(["Crime"]), pd.Index(["Crime"]), {"Crime"}),
            *(("Crime",), [b"Crime"], frozenset({"Crime"}), {"Crime": 1}.keys(), "Crime"),
        )
    ]
    assert compute_user_stats(films)["genre_data"] == [{"name": "Crime", "count": len(films)}]


# ── What completes them ──────────────────────────────────────────────────────────────────

KNOWN = {
    "director": "Michael Mann",
    "genres": ["Crime"],
    "actors": "Al Pacino",
    "duration": 170,
}


def figures(stats: dict[str, Any]) -> tuple[Any, ...]:
    directors = [each["name"] for each in stats["most_watched_directors"]]
    actors = [each["name"] for each in stats["most_watched_actors"]]
    return directors, actors, stats["favorite_genres"], stats["watch_time_minutes"]


COMPLETE = (["Michael Mann"], ["Al Pacino"], ["Crime"], 170)


@pytest.mark.parametrize("key", ["Heat: The Film", "heat the film"])
@pytest.mark.parametrize(
    "known",
    [
        KNOWN,
        Row(**KNOWN),
        pd.Series(KNOWN).to_dict(),
        {**KNOWN, "title": "Heat"},
        {**KNOWN, "name": "Heat", "rating": "8.8"},
        {**KNOWN, "original_title": "Heat", "title": None},
        {**KNOWN, "genre": ["Crime"], "genres": None, "year": np.int64(1995)},
        {**KNOWN, "genres": np.array(["Crime"]), "duration": bson.Int64(170)},
        Movie.create(
            "Heat",
            year=1995,
            genres=["Crime"],
            directors=["Michael Mann"],
            actors=["Al Pacino"],
            duration=170,
        ),
    ],
    ids=lambda known: type(known).__name__,
)
def test_a_prefetched_film_completes(
    key: str, known: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """Under the title or the normalised one, whether or not it says its title again."""
    found = compute_user_stats([{"name": "Heat: The Film"}], None, {key: known})
    assert figures(found) == COMPLETE
    assert caplog.text == ""


def test_films_of_one_title_stay_two_films() -> None:
    """What was fetched by title has no year of its own: each film keeps its own."""
    films = [{"name": "Heat", "year": year} for year in (1986, 1995, 1995)]
    (director,) = compute_user_stats(films, None, {"Heat": KNOWN})["most_watched_directors"]
    assert (director["count"], director["films"]) == (3, 2)


class Films:
    """A collection, as far as it is asked, and what it was asked for."""

    def __init__(self, *documents: Any) -> None:
        self.documents, self.asked = documents, list[Any]()

    def find(self, query: dict[str, Any]) -> Iterator[Any]:
        self.asked += query["$or"][0]["title"]["$in"]
        return iter(self.documents)


@pytest.mark.parametrize(
    "given", [(), *([field] for field in KNOWN), list(KNOWN)[:3], list(KNOWN)]
)
@pytest.mark.parametrize("collection", [True, False], ids=["collection", "function"])
def test_what_is_missing_still_comes_from_the_catalogue(
    given: list[str], collection: bool
) -> None:
    """What the prefetched film has goes before; the catalogue is asked for nothing else."""
    prefetched = {"Heat": {field: KNOWN[field] for field in given}}
    others = {"director": "B", "actors": "C", "genres": ["D"], "duration": 9}
    catalogue = Films({"title": "Heat", **others}, None, {"title": Mute()}, Row("Heat"))
    asked = list[str]()

    def function(title: str, year: int | None) -> Any:
        asked.append(title)
        return others

    found = compute_user_stats(
        [{"name": "Heat"}], catalogue if collection else function, prefetched
    )
    told = {**others, **prefetched["Heat"]}
    expected = [told["director"]], [told["actors"]], told["genres"], told["duration"]
    assert figures(found) == expected
    complete = len(given) == len(KNOWN)
    assert [*catalogue.asked, *asked] == ([] if complete else ["Heat"])


@pytest.mark.parametrize("value", ODD_VALUES.values(), ids=ODD_VALUES)
def test_whatever_is_known_of_a_film_it_counts(value: Any) -> None:
    """What cannot be read of a catalogue is logged, and completes nothing."""
    known = {f"Film {number}": film for number, film in enumerate(odd_films(value))}
    mine = [{"name": name, "rating": 3} for name in known]
    for stats in (
        compute_user_stats(mine, None, known),
        compute_user_stats(mine, Films(*known.values()), None),
        compute_user_stats(mine, lambda title, year: known[title]),
    ):
        assert (stats["total_watched"], stats["sum_ratings"]) == (len(mine), 3 * len(mine))


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ((None,), "movies: must be a list of films, not None"),
        (("Heat",), "movies: must be a list of films, not 'Heat'"),
        (({"name": "Heat"},), "movies: must be a list of films"),
        ((Mute(),), "movies: must be a list of films, not a value of Mute without a repr"),
        (
            ([], "movies"),
            "catalog_collection: must be a collection or a function, not 'movies'",
        ),
        (([], b"movies"), "catalog_collection: must be a collection or a function"),
        (([], [GOOD]), "catalog_collection: must be a collection or a function"),
        (([], 7), "catalog_collection: must be a collection or a function, not 7"),
        (
            ([], Mute()),
            "catalog_collection: must be a collection or a function, not a value of Mute",
        ),
        (([], None, [GOOD]), "prefetched_map: must be a mapping of films by title"),
        (([], None, "Heat"), "prefetched_map: must be a mapping of films by title, not 'Heat'"),
        (
            ([], None, Mute()),
            "prefetched_map: must be a mapping of films by title, not a value of Mute",
        ),
    ],
)
def test_arguments_of_another_kind_are_one_error(arguments: Any, reason: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        compute_user_stats(*arguments)
    assert str(refused.value).startswith(reason)
