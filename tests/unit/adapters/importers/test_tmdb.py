from datetime import date

import pytest

from cinestats.application.imports.rows import ImportedRow, RejectedRow, SkippedRow

HEADER = (
    "TMDb ID,IMDb ID,Type,Name,Release Date,Season Number,Episode Number,Rating,Your Rating,"
    "Date Rated\n"
)


def rated(rating="9", kind="movie", released="1994-09-10T00:00:00Z", name="Pulp Fiction"):
    return (
        f"{HEADER}680,tt0110912,{kind},{name},{released},,,8.49,{rating},2023-05-02T21:40:27Z\n"
    )


def test_films_rated_are_films_seen_and_the_rest_is_skipped(read):
    """The rating is the user's own, never the average."""
    export = read("tmdb_ratings.csv")
    assert export.format == "TMDB ratings"
    assert [row.reason for row in export.rows if isinstance(row, SkippedRow)] == [
        "not a film: tv",
        "not a film: tv",
        "not a film: episode",
        "without a rating of your own",
    ]
    assert [row for row in export.rows if isinstance(row, ImportedRow)] == [
        ImportedRow(
            line=4,
            kind="film",
            title="Pulp Fiction",
            year=1994,
            rating=9,
            logged_on=date(2023, 5, 2),
            imdb_id="tt0110912",
            tmdb_id=680,
            service="tmdb",
        )
    ]


@pytest.mark.parametrize(
    ("cell", "rating"),
    [("9", 9), ("10.0", 10), ("8.5", 9), ("7,5", 8), ("0.5", 1), ("7.40", 7), ("1", 1)],
)
def test_a_rating_between_half_stars_goes_to_the_nearer(read, cell, rating):
    """A note says how many did."""
    export = read("ratings.csv", rated(f'"{cell}"'))
    assert export.rows[0].rating == rating
    is_between = cell in ("8.5", "7,5", "0.5", "7.40")
    assert bool(export.notes) == is_between


@pytest.mark.parametrize("cell", ["0", "11", "0.4", "10.5", "good", "N/A", "-", "★★★"])
def test_an_impossible_rating_is_left_out(read, cell):
    """The film was rated, and so seen."""
    export = read("ratings.csv", rated(cell))
    assert (export.rows[0].kind, export.rows[0].rating) == ("film", None)
    assert export.notes == ("Your Rating could not be read in 1 row and was left out there.",)


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        ("movie", ImportedRow),
        ("Movie", ImportedRow),
        ("", ImportedRow),
        ("tv", SkippedRow),
        ("season", SkippedRow),
        ("episode", SkippedRow),
        ("person", RejectedRow),
    ],
)
def test_only_films_come_in(read, kind, outcome):
    """A type that is not known is not guessed."""
    assert isinstance(read("ratings.csv", rated(kind=kind)).rows[0], outcome)


@pytest.mark.parametrize(
    ("cell", "year"),
    [("2008-01-01T00:00:00Z", 2008), ("1994-09-10", 1994), ("10/9/1994", 1994), ("", None)],
)
def test_the_year_is_that_of_the_day_of_release(read, cell, year):
    """As it is written: in another zone it may be another day."""
    export = read("ratings.csv", rated(released=cell))
    assert (export.rows[0].year, export.notes) == (year, ())


def test_a_day_of_release_without_a_year_is_left_out(read):
    """And so is one with two."""
    for cell in ("soon", "1994 or 1995"):
        export = read("ratings.csv", rated(released=cell))
        assert export.rows[0].year is None
        assert export.notes[0].startswith("Release Date could not be read in 1 row")


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("watchlist.csv", "on your watchlist: kept as a list, not as a play"),
        ("favorites.csv", "a like: kept as a list, not as a play"),
        ("x.csv", "without a rating of your own"),
    ],
)
def test_what_is_not_rated_was_not_seen_for_certain(read, path, reason):
    """The files have the same columns; the name tells which it is."""
    (row,) = read(path, rated("")).rows
    assert row.reason == reason
    assert (row.listed is None) == (path == "x.csv")


def test_a_favourite_that_is_rated_is_liked(read):
    """Other files say nothing of likes."""
    assert read("favorites.csv", rated()).rows[0].liked is True
    assert read("ratings.csv", rated()).rows[0].liked is None


def test_an_id_stands_for_the_title(read):
    """The number is TMDB's own."""
    assert read("ratings.csv", rated(name="")).rows[0].title == ""
