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
