from datetime import date

import pytest

from cinestats.adapters.importers.formats.letterboxd import choose
from cinestats.application.imports.rows import ImportedRow, RejectedRow, SkippedRow
from cinestats.domain.errors import CinestatsError


def test_every_diary_row_is_a_play_with_its_own_rating(read):
    """Each viewing counts, with its rating and on the day it was watched, not logged."""
    export = read("letterboxd/diary.csv")
    assert export.format == "Letterboxd diary"
    assert export.rows[0] == ImportedRow(
        service="letterboxd",
        line=2,
        kind="play",
        title="Metropolis",
        year=1927,
        rating=9,
        watched_on=date(2024, 3, 1),
        logged_on=date(2024, 3, 2),
    )
    assert [(row.rating, row.watched_on) for row in export.rows[1:]] == [
        (None, date(2024, 3, 8)),
        (10, date(2024, 5, 10)),
        (1, None),
    ]


def test_the_day_logged_is_never_taken_for_the_day_watched(read):
    """A diary without watched dates gives plays without a day."""
    row = read("d.csv", "Date,Name,Year,Letterboxd URI,Rewatch\n2024-01-12,Greed,1924,u,no\n")
    assert row.rows == (
        ImportedRow(
            service="letterboxd",
            line=2,
            kind="play",
            title="Greed",
            year=1924,
            logged_on=date(2024, 1, 12),
        ),
    )


def test_ratings_and_watched_only_say_that_a_film_was_seen(read):
    """Both give undated film rows; only ratings.csv speaks of ratings."""
    ratings = read("letterboxd/ratings.csv")
    assert [(r.kind, r.rating, r.watched_on) for r in ratings.rows] == [
        ("film", 10, None),
        ("film", 7, None),
        ("film", 6, None),
    ]
    watched = read("letterboxd/watched.csv")
    assert {(r.kind, r.rating, r.watched_on) for r in watched.rows} == {("film", None, None)}


def test_ratings_may_be_drawn_as_stars(read):
    """Half stars come as numbers, with a decimal comma, or as characters."""
    text = "Name;Year;Letterboxd URI;Rating\nA;2014;u;4,5\nB;2008;u;★★★★½\nC;2008;u;½\n"
    assert [row.rating for row in read("ratings.csv", text).rows] == [9, 9, 1]


@pytest.mark.parametrize("bad", ["0", "5.5", "4.25", "6", "true", "NaN", "-1", "★★★★★★"])
def test_an_impossible_rating_rejects_its_row_alone(read, bad):
    """The reason names the field, what was found and what was expected (bad input 2)."""
    text = f"Name,Year,Letterboxd URI,Rating\nA,2014,u,{bad}\nB,2014,u,3\n"
    rejected, good = read("ratings.csv", text).rows
    assert rejected == RejectedRow(
        2, f"Rating: found {bad!r}, expected 0.5 to 5 stars in half steps"
    )
    assert good.rating == 6


def test_a_review_without_a_day_is_no_play(read):
    """Reviews of logged views are plays; others only tell that the film was seen."""
    first, second = read("letterboxd/reviews.csv").rows
    assert (first.line, first.kind, first.title) == (2, "play", "Metropolis")
    assert (second.line, second.kind, second.rating) == (5, "film", 8)


@pytest.mark.parametrize(
    ("path", "count"),
    [
        ("letterboxd/watchlist.csv", 1),
        ("letterboxd/likes/films.csv", 1),
        ("letterboxd/lists/silent.csv", 2),
    ],
)
def test_what_is_no_log_of_views_is_skipped_whole(read, path, count):
    """Watchlists, likes and lists add nothing, and say so."""
    export = read(path)
    assert [type(row) for row in export.rows] == [SkippedRow] * count
    assert export.notes[0].endswith("nothing was added.")


def test_rows_of_a_list_are_numbered_by_their_lines_in_the_file(read):
    """What stands before a list's second header is no data."""
    assert [row.line for row in read("letterboxd/lists/silent.csv").rows] == [7, 8]


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("watched.csv", "watched"),
        ("somebody_watched (1).csv", "watched"),
        ("watchlist.csv", "watchlist"),
        (r"C:\watched\watchlist.csv", "watchlist"),
        ("likes_films.csv", "likes"),
        ("export/likes/films.csv", "likes"),
    ],
)
def test_the_name_decides_where_columns_are_alike(read, path, found):
    """watched.csv, watchlist.csv and likes/films.csv have the same four columns."""
    text = "Date,Name,Year,Letterboxd URI\n2024-01-05,Greed,1924,u\n"
    assert read(path, text).format == f"Letterboxd {found}"


def test_a_name_that_does_not_decide_is_refused(read):
    """Nobody's watchlist is taken for films they saw."""
    text = "Date,Name,Year,Letterboxd URI\n2024-01-05,Greed,1924,u\n"
    with pytest.raises(CinestatsError, match="does not tell which it is"):
        read("unwatched.csv", text)


@pytest.mark.parametrize(
    "path",
    [
        *("deleted/diary.csv", "deleted\\diary.csv", "deleted_diary.csv"),
        *("x/orphaned/diary.csv", "orphaned-d.csv"),
    ],
)
def test_deleted_and_orphaned_rows_count_for_nothing(read, path):
    """A file whose path says that its rows are gone is skipped whole, with a note."""
    text = "Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date\n"
    export = read(path, text + "2024-01-02,Greed,1924,u,5,,,2024-01-01\n")
    assert [type(row) for row in export.rows] == [SkippedRow]
    assert "nothing was added" in export.notes[0]


def test_a_bad_day_of_logging_does_not_cost_the_row(read):
    """Such a field is left out, and a note says how often."""
    text = "Date,Name,Year,Letterboxd URI,Rating\n########,Greed,1924,u,5\n"
    export = read("ratings.csv", text)
    assert (export.rows[0].rating, export.rows[0].logged_on) == (10, None)
    assert export.notes == ("Date could not be read in 1 row and was left out there.",)


LIKE = "Date,Name,Year,Letterboxd URI\n2024-01-12,Greed,1924,u\n"


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("likes/films.csv", "likes"),
        ("films.csv", "likes"),
        ("likes\\films.csv", "likes"),
        ("watched.csv", "watched"),
        ("letterboxd-anna-watched.csv", "watched"),
        ("watchlist.csv", "watchlist"),
    ],
)
def test_the_path_tells_what_the_columns_cannot(read, path, kind):
    """With folders of any system, and with more in the name."""
    assert read(path, LIKE).format == f"Letterboxd {kind}"


def test_a_name_that_tells_nothing_is_refused(read):
    """The sentence says what to do."""
    with pytest.raises(CinestatsError) as refused:
        read("export.csv", LIKE)
    assert str(refused.value) == (
        "Letterboxd's watched.csv, watchlist.csv and likes/films.csv look alike inside and the"
        " file's name does not tell which it is; give it its own name back."
    )


def test_reviews_that_are_only_liked_are_no_views():
    """A folder that is Letterboxd's own is not the one that everything was packed into."""
    with pytest.raises(CinestatsError, match=r"holds no diary\.csv"):
        choose(["likes/reviews.csv"])
    views, _ = choose(["export/reviews.csv", "export/likes/films.csv"])
    assert views == {"reviews.csv": "export/reviews.csv"}
