from datetime import date

import pytest

from cinestats.application.imports.rows import ImportedRow, RejectedRow
from cinestats.domain.errors import CinestatsError


def test_a_lone_date_is_the_day_watched_and_names_under_stars_are_actors(read):
    """A dated TSV diary whose "stars" are people."""
    export = read("diary.tsv")
    assert export.format == "plain table"
    assert export.rows[0] == ImportedRow(
        service="csv",
        line=2,
        kind="play",
        title="Metropolis",
        year=1927,
        watched_on=date(2024, 3, 1),
        imdb_id="tt0017136",
        directors=("Fritz Lang",),
        actors=("Brigitte Helm", "Gustav Fröhlich"),
    )


def test_numbers_under_stars_are_ratings(read):
    """What the column holds decides; beside a watched date, "date" is the day of writing."""
    text = (
        "Film;Anno;Stars;Date;Watched Date;Cast;Genres;Runtime\n"
        "Greed;1924;4,5;2024-01-02;2024-01-01;Zasu Pitts|Gibson Gowland;Drama|Western;140\n"
    )
    assert read("x.csv", text).rows[0] == ImportedRow(
        service="csv",
        line=2,
        kind="play",
        title="Greed",
        year=1924,
        rating=9,
        watched_on=date(2024, 1, 1),
        logged_on=date(2024, 1, 2),
        actors=("Zasu Pitts", "Gibson Gowland"),
        genres=("Drama", "Western"),
        duration=140,
    )


def test_a_lone_column_of_stars_holds_ratings_or_actors_and_never_both(read):
    """Ratings are not taken for the names of actors as well."""
    row = read("x.csv", "title,stars\nGreed,4.5\n").rows[0]
    assert (row.rating, row.actors) == (9, ())


def test_a_table_without_days_lists_films_seen(read):
    """Titles alone will do."""
    row = read("x.csv", "title\nGreed\n").rows[0]
    assert row == ImportedRow(service="csv", line=2, kind="film", title="Greed")


def test_scores_on_another_scale_are_left_out_with_a_note(read):
    """A critics' score is nobody's stars."""
    export = read("x.csv", "title,Score\nGreed,81\nM,97\nSunrise,5\n")
    assert {row.rating for row in export.rows} == {None}
    assert export.notes == (
        "The column Score does not hold ratings from 0.5 to 5 stars and was left out.",
    )


def test_a_bad_rating_among_good_ones_is_rejected(read):
    """A column that mostly holds stars is held to it."""
    rows = read("x.csv", "title,rating\nGreed,5\nM,4.5\nSunrise,7\nHäxan,\n").rows
    assert rows[2] == RejectedRow(4, "rating: found '7', expected 0.5 to 5 stars in half steps")
    assert rows[3].rating is None


def test_ratings_out_of_ten_have_a_column_of_their_own(read):
    """As Letterboxd's import format names it."""
    row = read("x.csv", "Title,Year,Rating10,WatchedDate\nGreed,1924,9,2024-01-01\n").rows[0]
    assert (row.rating, row.watched_on) == (9, date(2024, 1, 1))


def test_a_moment_with_its_zone_falls_on_the_local_day(read):
    """Half past eleven at night in UTC is the next day in Rome (bad input 17)."""
    row = read("x.csv", "title,watched_at\nGreed,2024-01-31T23:30:00Z\n").rows[0]
    assert row.watched_on == date(2024, 2, 1)


def test_cells_that_look_like_formulas_are_titles(read):
    """Bad input 25: ``=cmd()`` is text and stays text."""
    text = "title,year\n=cmd('calc'),1999\n@SUM(1),1999\n-1,1999\n+1,1999\n"
    titles = [row.title for row in read("x.csv", text).rows]
    assert titles == ["=cmd('calc')", "@SUM(1)", "-1", "+1"]


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        (",1999,2024-01-01", "title: must not be blank"),
        ("a\0b,1999,2024-01-01", "title: must not hold control characters"),
        (f"{'x' * 501},1999,2024-01-01", "title: is 501 characters long"),
        ("A,199,2024-01-01", "year: found '199', expected a year from 1870"),
        ("A,MCMXCIX,2024-01-01", "year: found 'MCMXCIX'"),
        ("A,1999,0001-01-01", "date: found '0001-01-01', expected a day from 1888-01-01 on"),
        ("A,1999,0001-01-01T00:00Z", "date: found '0001-01-01T00:00Z', expected a day"),
        ("A,1999,9999-12-31", "date: found '9999-12-31', expected a day from 1888-01-01 on"),
        ("A,1999,9999-12-31T23:59-09:00", "date: found '9999-12-31T23:59-09:00'"),
        ("A,1999,yesterday", "date: found 'yesterday', expected a day such as 2024-01-31"),
        ("A,1999,31/4/2024", "date: found '31/4/2024', expected a day such as 2024-01-31"),
        ("A,1999,1/11/2024", "date: found '1/11/2024', expected a day such as 2024-01-31, as"),
        ("A,1999,########", "date: found '########'"),
    ],
)
def test_bad_cells_reject_their_row_alone(read, cells, reason):
    """Bad inputs 9, 12, 14 and 18: field, what was found, what was expected."""
    rejected, good = read("x.csv", f"title,year,date\n{cells}\nGreed,1924,2024-01-01\n").rows
    assert isinstance(rejected, RejectedRow)
    assert (rejected.line, rejected.reason[: len(reason)]) == (2, reason)
    assert good.title == "Greed"


@pytest.mark.parametrize(
    "day",
    [
        "2024-01-31",
        "31/1/2024",
        "1/31/2024",
        "31.01.2024",
        "45322",
        "45322.75",
        "2024/01/31",
        "2024-01-31 20:15",
        "2024-01-31T22:59:00Z",
        "Wed Jan 31 09:07:24 2024",
    ],
)
def test_days_are_read_where_only_one_reading_is_possible(read, day):
    """Spreadsheets write days in many ways."""
    row = read("x.csv", f"title,date\nGreed,{day}\n").rows[0]
    assert row.watched_on == date(2024, 1, 31)


def test_ragged_rows_are_listed_among_the_others(read):
    """Bad input 25: rows stay in the order of the file."""
    ragged, good = read("x.csv", "title,year\nGreed\nM,1931\n").rows
    assert ragged == RejectedRow(2, "found 1 cell, expected 2 as in the header")
    assert good.title == "M"


def test_a_table_without_titles_is_refused(read):
    """The sentence tells what was found and what is expected."""
    with pytest.raises(CinestatsError) as error:
        read("x.csv", "a,b\n1,2\n")
    assert str(error.value) == (
        "The file has the columns a, b; expected one for the title at least, called title,"
        " name, film or movie."
    )


@pytest.mark.parametrize(
    ("header", "field", "value"),
    [
        *((name, "title", "7") for name in ("title", "Name", "FILM", "Movie", "Film title")),
        *((name, "title", "7") for name in ("Movie Title", "titolo")),
        *(
            (name, "rating", 4)
            for name in ("Rating", "my rating", "Your Rating", "User_Rating")
        ),
        *((name, "rating", 4) for name in ("Stars", "score", "Voto")),
        ("Rating10", "rating", 2),
        *((name, "imdb_id", None) for name in ("IMDb", "imdb id", "tt", "const", "tconst")),
        *((name, "tmdb_id", 2) for name in ("TMDB", "tmdbID")),
        *((name, "directors", ("2",)) for name in ("Directors", "director", "Directed by")),
        *((name, "directors", ("2",)) for name in ("Regista", "registi", "regìa")),
        *(
            (name, "actors", ("2",))
            for name in ("Actors", "actor", "Cast", "starring", "attori")
        ),
        *((name, "genres", ("2",)) for name in ("Genres", "genre", "Genere", "generi")),
        *((name, "duration", 2) for name in ("Duration", "runtime", "Runtime (mins)")),
        *((name, "duration", 2) for name in ("minutes", "Durata")),
    ],
)
def test_a_column_is_known_by_any_of_its_names(read, header, field, value):
    """Without case, accents, blanks and punctuation."""
    text = f"{header}\n7\n" if field == "title" else f"title,{header}\nGreed,2\n"
    assert getattr(read("x.csv", text).rows[0], field) == value


@pytest.mark.parametrize("header", ["Year", "Release Year", "film year", "Anno"])
def test_a_year_is_known_by_any_of_its_names(read, header):
    """It is the year of release."""
    assert read("x.csv", f"title,{header}\nGreed,1924\n").rows[0].year == 1924


@pytest.mark.parametrize(
    "header",
    [
        *("Watched Date", "watched on", "Watched At", "Date watched", "watched", "View date"),
        *("Date Viewed", "viewed on", "Data visione", "date", "Data"),
    ],
)
def test_a_day_is_known_by_any_of_its_names(read, header):
    """A row with a day is a view."""
    row = read("x.csv", f"title,{header}\nGreed,2024-01-31\n").rows[0]
    assert (row.kind, row.watched_on, row.logged_on) == ("play", date(2024, 1, 31), None)


def test_of_two_names_for_one_thing_the_more_telling_counts(read):
    """A title before a name, wherever it stands; and a year of its own before others."""
    row = read("x.csv", "name,title,anno,year\nA,B,1931,1924\n").rows[0]
    assert (row.title, row.year) == ("B", 1924)


def test_a_rating_in_stars_comes_before_one_out_of_ten(read):
    """Where the stars are blank the other stands in."""
    rows = read("x.csv", "title,rating,rating10\nGreed,4.5,2\nM,,7\n").rows
    assert [row.rating for row in rows] == [9, 7]


@pytest.mark.parametrize(
    ("stars", "is_rating"), [("5,81", True), ("5,81,97", False), (",,4", True), (",", True)]
)
def test_half_of_the_cells_make_a_column_of_ratings(read, stars, is_rating):
    """Blank cells say nothing; a column with fewer ratings is left out with a note."""
    cells = stars.split(",")
    text = "title,score\n" + "".join(f"Film {n},{cell}\n" for n, cell in enumerate(cells))
    notes = read("x.csv", text).notes
    assert (notes == ()) == is_rating


def test_cells_that_could_not_be_read_are_counted_by_column(read):
    """In the words of the file's own header."""
    export = read("x.csv", "title,Runtime,TMDB\nGreed,long,x\nM,short,832\n")
    assert [row.duration for row in export.rows] == [None, None]
    assert export.notes == (
        "Runtime could not be read in 2 rows and was left out there.",
        "TMDB could not be read in 1 row and was left out there.",
    )


def test_a_column_without_a_name_fills_nothing(read):
    """The number of the row, which a program put in front, is nobody's rating or director."""
    row = read("x.csv", ",title,year\n4,Greed,1924\n").rows[0]
    assert row == ImportedRow(service="csv", line=2, kind="film", title="Greed", year=1924)
