import json
from datetime import date

import pytest

from cinestats.adapters.importers import source
from cinestats.application.imports.rows import ImportedRow, RejectedRow, SkippedRow
from cinestats.domain.errors import CinestatsError


def history(**changes):
    movie = {"title": "Metropolis", "year": 1927, "ids": {"imdb": None, "tmdb": 19}}
    movie |= changes.pop("movie", {})
    item = {"watched_at": "2024-01-31T12:00:00.000Z", "type": "movie", "movie": movie} | changes
    return json.dumps([item])


def test_history_gives_plays_on_the_local_day(read):
    """Half past eleven at night in UTC is the next day in Rome."""
    export = read("trakt_history.json")
    assert export.format == "Trakt history"
    assert export.rows[0] == ImportedRow(
        service="trakt",
        line=1,
        kind="play",
        title="Metropolis",
        year=1927,
        watched_on=date(2024, 2, 1),
        imdb_id="tt0017136",
        tmdb_id=19,
    )


def test_episodes_are_skipped_and_missing_ids_are_none(read):
    """Films and series are mixed; ids may be null or empty."""
    _, episode, film = read("trakt_history.json").rows
    assert episode == SkippedRow(2, "not a film: episode")
    assert (film.title, film.year, film.imdb_id, film.tmdb_id) == ("Häxan", None, None, None)


def test_ratings_give_films_seen(read):
    """Ratings from 1 to 10 are as many half stars; others are rejected."""
    film, season, bad = read("trakt_ratings.json").rows
    assert (film.kind, film.rating, film.watched_on) == ("film", 9, None)
    assert film.logged_on == date(2024, 2, 1)
    assert season == SkippedRow(2, "not a film: season")
    assert bad == RejectedRow(
        3, "item 3: rating: found 11, expected a whole number from 1 to 10"
    )


def test_a_summary_gives_the_last_view_of_each_film(read):
    """A note tells that earlier views are not in it; the epoch stands for an unknown day."""
    export = read("trakt_watched.json")
    assert [(row.kind, row.watched_on) for row in export.rows] == [
        ("play", date(2024, 4, 27)),
        ("play", None),
    ]
    assert "earlier views were not added" in export.notes[0]


def test_a_watchlist_adds_nothing(read):
    """Its items are listed, not watched."""
    item = {"listed_at": "2024-01-01T00:00:00Z", "movie": {"title": "Greed", "ids": {}}}
    export = read("watchlist.json", json.dumps([item]))
    assert export.rows == (SkippedRow(1, "on a watchlist"),)
    assert "nothing was added" in export.notes[0]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (history(watched_at="2024-01-31T12:00:00"), "watched_at: found"),
        (history(watched_at="yesterday"), "watched_at: found 'yesterday'"),
        (
            '[{"rated_at": "2024-01-31T12:00:00Z", "movie": {"title": "M"}}]',
            "rating: found None",
        ),
        (history(watched_at="0001-01-01T00:00:00Z"), "watched_at: found"),
        (history(watched_at="9999-12-31T23:59:59Z"), "watched_at: found"),
        (history(watched_at=None), "watched_at: found None"),
        (history(movie={"title": "  "}), "title: must not be blank"),
        (history(movie={"title": "a\0b"}), "title: must not hold control characters"),
        (history(movie={"year": True}), "year: found True"),
        (history(movie={"year": "1927"}), "year: found '1927'"),
        (history(movie={"ids": {"tmdb": 1.5}}), "tmdb: found 1.5"),
        (history(movie={"ids": {"tmdb": 0}}), "tmdb: found 0, expected a whole number from 1"),
        (history(movie={"ids": {"imdb": 133093}}), "imdb: found 133093, expected text"),
        (history(movie={"ids": [19]}), "ids: found [19], expected an object"),
        (history(movie={"year": 1869}), "year: found 1869, expected a whole number from 1870"),
        (history(movie={"year": 2201}), "year: found 2201, expected a whole number from 1870"),
        (history(watched_at="1888-12-31T23:59:59Z"), "watched_at: found"),
        (history(watched_at="2201-01-01T00:00:00Z"), "watched_at: found"),
        ('[{"watched_at": 1}]', "movie: found None"),
        ('[1, {"watched_at": "2024-01-01T00:00:00Z"}]', "item: found 1"),
    ],
)
def test_bad_items_are_rejected_one_by_one(read, text, reason):
    """Bad inputs 3, 9, 12, 16 and 18: each reason names the field and what was found."""
    row = read("history.json", text).rows[0]
    assert isinstance(row, RejectedRow)
    assert row.reason.startswith(f"item 1: {reason}")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[1, 2", "The JSON file is not JSON"),
        ('[{"watched_at": NaN}]', "holds NaN"),
        ("[" * 100_000, "nests deeper than 64 levels"),
        ("[" + "1" * 5000 + "]", "5,000 digits"),
        ('[{"watched_at": 1, "watched_at": 2}]', "twice"),
        ('{"a": 1}', "holds no list"),
        ('[{"a": 1}]', "none of Trakt's"),
        ("[3]", "none of Trakt's"),
    ],
)
def test_other_json_is_refused_whole(read, text, message):
    """Bad inputs 1, 5, 6 and 7: one sentence says what was found."""
    with pytest.raises(CinestatsError, match=message):
        read("history.json", text)


def test_a_file_of_too_many_items_is_refused(read, monkeypatch):
    """The limit is that of rows."""
    monkeypatch.setattr(source, "MAX_ROWS", 2)
    with pytest.raises(CinestatsError, match="more than 2 items"):
        read("history.json", "[1, 2, 3]")


def test_an_empty_history_has_no_rows(read):
    """Nothing watched is nothing wrong."""
    assert read("history.json", "[]").rows == ()


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("1889-01-01T12:00:00Z", date(1889, 1, 1)),
        ("2200-12-31T12:00:00Z", date(2200, 12, 31)),
        ("1970-01-01T00:00:00Z", None),
        ("1970-01-01T00:00:01Z", date(1970, 1, 1)),
    ],
)
def test_a_moment_on_the_bound_is_read(read, moment, day):
    """Only the epoch itself stands for an unknown day."""
    (row,) = read("history.json", history(watched_at=moment, movie={"year": 1870})).rows
    assert (row.kind, row.watched_on, row.year) == ("play", day, 1870)


@pytest.mark.parametrize(
    ("rating", "is_good"), [(0, False), (1, True), (10, True), (11, False)]
)
def test_ratings_go_from_one_to_ten(read, rating, is_good):
    """Both are let in."""
    item = {"rated_at": "2024-01-31T12:00:00Z", "rating": rating, "movie": {"title": "M"}}
    (row,) = read("ratings.json", json.dumps([item])).rows
    assert (getattr(row, "rating", None) == rating) == is_good


@pytest.mark.parametrize("moment", ["listed_at", "collected_at"])
def test_what_was_not_watched_is_skipped(read, moment):
    """A list and a collection, each with a note."""
    item = {moment: "2024-01-01T00:00:00Z", "movie": {"title": "Greed", "ids": {}}}
    export = read("x.json", json.dumps([item]))
    assert isinstance(export.rows[0], SkippedRow)
    assert export.notes[0].endswith("nothing was added.")


@pytest.mark.parametrize("other", ["episode", "season", "show"])
def test_what_is_no_film_is_skipped_by_its_key_or_its_type(read, other):
    """Backup tools write the one or the other."""
    for changes in ({other: {}}, {"type": other}):
        (row,) = read("history.json", history(**changes)).rows
        assert row == SkippedRow(1, f"not a film: {other}")


@pytest.mark.parametrize("moment", ["yesterday", "2024-01-31T12:00:00", 5])
def test_a_moment_needs_its_zone(read, moment):
    """The sentence shows one."""
    (row,) = read("h.json", history(watched_at=moment)).rows
    expected = (
        "text" if moment == 5 else "a time with its zone, such as 2024-01-31T20:15:00.000Z"
    )
    assert row.reason == f"item 1: watched_at: found {moment!r}, expected {expected}"
