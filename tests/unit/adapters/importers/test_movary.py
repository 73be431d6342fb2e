import io
import zipfile
from datetime import date

from cinestats.application.imports.rows import ImportedRow
from cinestats.domain.lists import Listing, watchlist_of
from cinestats.domain.movie import FilmIds


def test_history_rows_are_plays_or_films_without_a_day(read):
    """A blank day tells only that the film was seen; an impossible one leaves its play."""
    export = read("movary_history.csv")
    assert export.format == "Movary history"
    play, film, bad = export.rows
    assert play == ImportedRow(
        line=2,
        kind="play",
        title="Metropolis",
        year=1927,
        watched_on=date(2024, 3, 1),
        imdb_id="tt0017136",
        tmdb_id=19,
        service="movary",
        review='With "sound"',
        place="Cinema",
    )
    assert (film.kind, film.watched_on, film.rating) == ("film", None, None)
    assert (bad.kind, bad.watched_on) == ("play", None)
    assert export.notes == (
        "tmdbId could not be read in 1 row and was left out there.",
        "watchedAt could not be read in 1 row and was left out there.",
    )


def test_the_older_header_is_known_too(read):
    """Comment and location came later."""
    export = read("movary_history_old.csv")
    assert export.format == "Movary history"
    assert export.rows[0].watched_on == date(2024, 3, 1)


def test_ratings_from_1_to_10_are_half_stars(read):
    """They are the film's; anything else is left out, not the film."""
    export = read("movary_ratings.csv")
    assert [(row.kind, row.rating) for row in export.rows] == [
        ("film", 9),
        ("film", None),
        ("film", None),
    ]
    assert export.notes == ("userRating could not be read in 1 row and was left out there.",)


def test_a_bad_id_does_not_cost_the_row(read):
    """Title and year can find the film as well."""
    text = "title,year,tmdbId,imdbId,watchedAt\nGreed,1924,x,y,2024-01-01\n"
    export = read("history.csv", text)
    assert (export.rows[0].tmdb_id, export.rows[0].imdb_id) == (None, None)
    assert len(export.notes) == 2


def test_a_watchlist_adds_nothing(read):
    """Films to see were not seen."""
    text = "title,year,tmdbId,imdbId,addedAt\nGreed,1924,1405,tt0015881,2024-01-01\n"
    (row,) = read("watchlist.csv", text).rows
    assert row.reason == "on your watchlist: kept as a list, not as a play"
    assert row.listed == Listing(
        watchlist_of("movary"),
        "Greed",
        1924,
        FilmIds("tt0015881", 1405),
        listed_on=date(2024, 1, 1),
    )


def test_a_watchlist_whose_rows_lack_the_year_is_read(read):
    """Movary once wrote it so."""
    text = "title,year,tmdbId,imdbId,addedAt\nGreed,1405,tt0015881,2024-01-01\n"
    (row,) = read("watchlist.csv", text).rows
    assert (row.listed.title, row.listed.year, row.listed.ids.tmdb) == ("Greed", None, 1405)


def test_a_zip_of_its_files_keeps_plays_and_ratings(read):
    """What a rating rates is not for the file to say: both come through."""
    files = {
        "history.csv": "title,year,tmdbId,imdbId,watchedAt,comment,location\n"
        "Heat,1995,949,tt0113277,2024-03-15,,\nHeat,1995,949,tt0113277,2024-03-15,,\n",
        "ratings.csv": "title,year,tmdbId,imdbId,userRating\nHeat,1995,949,tt0113277,9\n",
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    export = read("movary.zip", packed.getvalue())
    assert export.format == "Movary export"
    assert [(row.file, row.kind, row.rating) for row in export.rows] == [
        ("history.csv", "play", None),
        ("history.csv", "play", None),
        ("ratings.csv", "film", 9),
    ]


def test_an_id_stands_for_the_title(read):
    """Movary knows each film by its TMDB number."""
    text = "title,year,tmdbId,imdbId,userRating\n,,949,,9\n"
    (row,) = read("ratings.csv", text).rows
    assert (row.title, row.tmdb_id) == ("", 949)
