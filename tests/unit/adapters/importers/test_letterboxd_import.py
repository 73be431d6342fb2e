import contextlib
from datetime import date

import pytest

from cinestats.application.imports.rows import ImportedRow, RejectedRow
from cinestats.domain.errors import CinestatsError
from cinestats.domain.lists import Listing, watchlist_of
from cinestats.domain.movie import FilmIds


def test_each_row_is_a_play_or_a_film_seen(read):
    """All columns that Letterboxd documents are read."""
    export = read("letterboxd_import.csv")
    assert export.format == "Letterboxd import"
    first, again, film = export.rows
    assert first == ImportedRow(
        line=2,
        kind="play",
        title="Heat",
        year=1995,
        rating=9,
        watched_on=date(2024, 3, 15),
        imdb_id="tt0113277",
        tmdb_id=949,
        directors=("Michael Mann",),
        service="letterboxd-import",
        rewatch=False,
        tags=("crime", "short"),
        review="<b>Good.</b>",
    )
    assert (again.rating, again.rewatch) == (8, True)
    assert again.directors == ("Joel Coen", "Ethan Coen")
    assert again.reference == "https://letterboxd.com/anna/film/heat/1/"
    assert (film.kind, film.title, film.tmdb_id, film.reference) == ("film", "", 348, None)
    assert film.letterboxd_uri == "https://letterboxd.com/film/alien/"
    assert film.review == "One.\n\nTwo."


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("imdbID,Rating10,WatchedDate", "tt0113277,9,2024-03-15"),
        ("tmdbID,Rating10,WatchedDate", "949,9,2024-03-15"),
        ("WatchedDate,Title,Year,Rating10", "2024-03-15,Heat,1995,9"),
        ("Title,Year,Rating,WatchedDate", "Heat,1995,4.5,2024-03-15"),
    ],
)
def test_any_of_the_columns_will_do(read, header, row):
    """An id stands for the title, and no title is made up."""
    export = read("x.csv", f"{header}\n{row}\n")
    assert export.format == "Letterboxd import"
    (play,) = export.rows
    assert (play.kind, play.rating, play.watched_on) == ("play", 9, date(2024, 3, 15))
    assert play.title == ("Heat" if "Title" in header else "")
    assert play.rewatch is None


@pytest.mark.parametrize(
    ("header", "row", "format"),
    [
        ("imdbid,title,rating", "tt0113277,Heat,4", "plain table"),
        ("imdbID,Title,Rating", "tt0113277,Heat,9", "plain table"),
        ("Title,Year,Rating", "Heat,1995,4", "plain table"),
        (
            "WatchedDate,Title,Rating,FilmKey,EntryID",
            "2024-03-15,Heat,4,heat|1995,e1",
            "cinestats diary",
        ),
    ],
)
def test_other_tables_are_left_to_others(read, header, row, format):
    """Columns spelt as no tool spells them, and ratings that Letterboxd would not take."""
    with contextlib.suppress(CinestatsError):
        assert read("x.csv", f"{header}\n{row}\n").format == format


def test_a_row_without_film_is_rejected(read):
    """There is nothing to know it by."""
    (row,) = read("x.csv", "imdbID,Title,WatchedDate\n,,2024-03-15\n").rows
    assert row == RejectedRow(2, "Title: must not be blank")


def test_no_damaged_cell_costs_a_row(read):
    """A note names each column."""
    text = "tmdbID,imdbID,Title,Year,Rating,WatchedDate,Rewatch\nx,y,Heat,z,★,never,perhaps\n"
    export = read("x.csv", text.replace("★", "-"))
    (row,) = export.rows
    assert (row.kind, row.title, row.watched_on, row.rewatch) == ("play", "Heat", None, None)
    assert len(export.notes) == 6


def test_a_short_address_is_not_guessed(read):
    """It may be a film's or a play's."""
    text = "LetterboxdURI,Title,WatchedDate\nhttps://boxd.it/28dA,Heat,2024-03-15\n"
    export = read("x.csv", text)
    (row,) = export.rows
    assert (row.title, row.reference, row.letterboxd_uri) == ("Heat", None, None)
    assert export.notes == (
        "A short address may be that of a film or of a play: LetterboxdURI was left out in 1"
        " row.",
    )


@pytest.mark.parametrize(
    "title", ['The \\"Burbs\\"', 'The ""Burbs""', '\\"Burbs\\", The', 'A \\\\ B \\"C\\"']
)
def test_quotes_inside_quotes_are_doubled_or_escaped(read, title):
    """Letterboxd asks for a backslash, most programs double the quote."""
    text = f'Title,Year,WatchedDate\n"{title}",1989,2024-03-15\nHeat,1995,2024-03-16\n'
    first, second = read("x.csv", text).rows
    expected = title.replace('""', '"').replace('\\"', '"').replace("\\\\", "\\")
    assert (first.title, second.title) == (expected, "Heat")


def test_a_watchlist_adds_nothing(read):
    """Its name tells, as its columns do not."""
    export = read("letterboxd_watchlist.csv", "tmdbID,Title,Year\n949,Heat,1995\n")
    (row,) = export.rows
    assert row.reason == "on your watchlist: kept as a list, not as a play"
    films = watchlist_of("letterboxd-import")
    assert row.listed == Listing(films, "Heat", 1995, FilmIds(tmdb=949))


def test_who_asks_for_letterboxd_gets_it(read):
    """It is Letterboxd's format."""
    text = "imdbID,WatchedDate\ntt0113277,2024-03-15\n"
    assert read("x.csv", text, format="letterboxd").format == "Letterboxd import"
