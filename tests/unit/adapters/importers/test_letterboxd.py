from dataclasses import replace
from datetime import date

import pytest

from cinestats.adapters.importers.letterboxd_export import choose
from cinestats.application.imports.rows import ImportedRow, SkippedRow
from cinestats.application.imports.said import film_of
from cinestats.domain.errors import CinestatsError

LIKE_COLUMNS = "Date,Name,Year,Letterboxd URI"


def test_every_diary_row_is_a_play_with_its_own_rating(read):
    """Each viewing counts, with its rating and on the day it was watched, not logged."""
    export = read("letterboxd/diary.csv")
    assert export.format == "Letterboxd diary"
    assert export.rows[0] == ImportedRow(
        line=2,
        kind="play",
        title="Metropolis",
        year=1927,
        rating=9,
        watched_on=date(2024, 3, 1),
        logged_on=date(2024, 3, 2),
        service="letterboxd",
        reference="https://boxd.it/a1",
        rewatch=False,
    )
    assert [(row.rating, row.watched_on) for row in export.rows[1:]] == [
        (None, date(2024, 3, 8)),
        (10, date(2024, 5, 10)),
        (1, None),
    ]


def test_the_day_logged_is_never_taken_for_the_day_watched(read):
    """A diary without watched dates gives plays without a day."""
    text = "Date,Name,Year,Letterboxd URI,Rewatch\n2024-01-12,Greed,1924,,no\n"
    (row,) = read("d.csv", text).rows
    assert (row.kind, row.watched_on, row.logged_on) == ("play", None, date(2024, 1, 12))


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
def test_an_impossible_rating_is_left_out_and_its_row_stays(read, bad):
    """The film was seen all the same."""
    text = f"Name,Year,Letterboxd URI,Rating\nA,2014,,{bad}\nB,2014,,3\n"
    export = read("ratings.csv", text)
    assert [(row.kind, row.rating) for row in export.rows] == [("film", None), ("film", 6)]
    assert export.notes == ("Rating could not be read in 1 row and was left out there.",)


@pytest.mark.parametrize(
    ("column", "cell", "field"),
    [
        ("Year", "20x4", "year"),
        ("Watched Date", "2024-02-30", "watched_on"),
        ("Date", "########", "logged_on"),
        ("Rewatch", "perhaps", "rewatch"),
        ("Letterboxd URI", "n/a", "reference"),
    ],
)
def test_no_damaged_cell_costs_a_play(read, column, cell, field):
    """What is left of the row is kept, and a note names the column."""
    cells = {
        "Date": "2024-03-02",
        "Name": "Metropolis",
        "Year": "1927",
        "Letterboxd URI": "https://boxd.it/a1",
        "Rewatch": "Yes",
        "Watched Date": "2024-03-01",
    }
    (good,) = read("diary.csv", f"{','.join(cells)}\n{','.join(cells.values())}\n").rows
    cells[column] = cell
    export = read("diary.csv", f"{','.join(cells)}\n{','.join(cells.values())}\n")
    assert export.rows == (replace(good, **{field: None}),)
    assert export.notes == (f"{column} could not be read in 1 row and was left out there.",)


LOG = "Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date"


@pytest.mark.parametrize(
    ("uri", "reference", "film"),
    [
        ("https://boxd.it/Thifn", True, False),
        ("https://letterboxd.com/anna/film/heat/", True, False),
        ("https://letterboxd.com/anna/film/heat/1/", True, False),
        ("https://letterboxd.com/film/heat/", False, True),
        ("http://www.letterboxd.com/film/heat", False, True),
        ("", False, False),
    ],
)
def test_an_address_names_a_play_or_a_film(read, uri, reference, film):
    """Some tools write the film's where Letterboxd has the entry's."""
    row = read("diary.csv", f"{LOG}\n2024-01-02,Heat,1995,{uri},,,,2024-01-01\n").rows[0]
    assert row.reference == (uri if reference else None)
    assert row.letterboxd_uri == (uri if film else None)


def test_no_play_has_two_days(read):
    """An address on rows of two days is that of the film; a row that came twice is one play."""
    rows = [
        "2024-01-02,Heat,1995,https://boxd.it/28,,,,2024-01-01",
        "2024-02-02,Heat,1995,https://boxd.it/28,,,,2024-02-01",
        *["2024-03-02,Heat,1995,https://boxd.it/3x,,,,2024-03-01"] * 2,
    ]
    found = read("diary.csv", "\n".join([LOG, *rows, ""])).rows
    assert [row.reference for row in found] == [None, None, *["https://boxd.it/3x"] * 2]
    assert [row.letterboxd_uri for row in found] == [*["https://boxd.it/28"] * 2, None, None]


@pytest.mark.parametrize(
    ("path", "columns"),
    [("ratings.csv", "Date,Name,Year,Letterboxd URI,Rating"), ("watched.csv", LIKE_COLUMNS)],
)
def test_the_address_of_a_film_seen_is_the_films(read, path, columns):
    """Never a play's."""
    text = f"{columns}\n2024-01-02,Heat,1995,https://boxd.it/28,4\n"
    (row,) = read(path, text if "Rating" in columns else text.replace(",4", "")).rows
    assert (row.reference, row.letterboxd_uri) == (None, "https://boxd.it/28")
    assert (row.rewatch, row.liked, row.tags) == (None, None, ())


@pytest.mark.parametrize(
    ("cell", "tags", "short"),
    [
        ('"short, animated"', ("short", "animated"), True),
        ("Shorts", ("Shorts",), True),
        ('"b,a, b,,"', ("b", "a"), False),
        ('"comma ""in"" tag"', ('comma "in" tag',), False),
        ("short-lived", ("short-lived",), False),
        ("", (), False),
    ],
)
def test_tags_are_parted_by_commas(read, cell, tags, short):
    """In their order, each once; one may tell that the film is a short."""
    (row,) = read("diary.csv", f"{LOG}\n2024-01-02,Heat,1995,,,,{cell},2024-01-01\n").rows
    assert (row.tags, film_of(row).is_short) == (tags, short)


@pytest.mark.parametrize(
    ("cell", "rewatch"), [("Yes", True), ("yes", True), ("", False), ("No", False)]
)
def test_a_blank_rewatch_is_none(read, cell, rewatch):
    """Where the column is; without it nothing is said."""
    (row,) = read("diary.csv", f"{LOG}\n2024-01-02,Heat,1995,,,{cell},,2024-01-01\n").rows
    assert row.rewatch is rewatch
    text = "Date,Name,Year,Letterboxd URI,Watched Date\n2024-01-02,Heat,1995,,2024-01-01\n"
    assert read("diary.csv", text).rows[0].rewatch is None


def test_a_review_without_a_day_is_no_play(read):
    """Reviews of logged views are plays; others only tell that the film was seen."""
    first, second = read("letterboxd/reviews.csv").rows
    assert (first.line, first.kind, first.title) == (2, "play", "Metropolis")
    assert (second.line, second.kind, second.rating) == (5, "film", 8)
    assert (first.reference, second.reference) == ("https://boxd.it/a1", None)
    assert (first.review, second.review) == ('A city,\n\nin "two" halves.', "No day.")


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
    assert export.notes[0].endswith("It was kept as a list, and no play was added.")


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


LIKE = f"{LIKE_COLUMNS}\n2024-01-12,Greed,1924,u\n"


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
        choose(["likes/reviews.csv"], [])
    paths = ["export/reviews.csv", "export/likes/films.csv"]
    views, _ = choose(paths, paths)
    assert views == {
        "reviews.csv": "export/reviews.csv",
        "likes/films.csv": "export/likes/films.csv",
    }
