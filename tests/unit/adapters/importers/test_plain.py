import re
from datetime import UTC, date

import pytest

from cinestats.adapters.importers import read_export
from cinestats.application.imports.rows import ImportedRow, RejectedRow, SkippedRow
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


STARS_NOTE = (
    "The ratings in rating go up to 5 at most and were read as stars, out of five; say --scale"
    " 10 or --scale 100 if they are not (scale in the API)."
)


def test_a_column_of_other_things_is_left_out_with_a_note(read):
    """An age limit is nobody's stars."""
    export = read("x.csv", "title,Score\nGreed,PG-13\nM,R\nSunrise,5\n")
    assert {row.rating for row in export.rows} == {None}
    assert export.notes == ("The column Score does not hold ratings and was left out.",)


@pytest.mark.parametrize(
    ("ratings", "scale", "halves"),
    [
        ("4;5;1", None, [8, 10, 2]),
        ("4;5;8", None, [4, 5, 8]),
        ("4,5;8/10;★★½", None, [9, 8, 5]),
        ("40;100;70", None, [4, 10, 7]),
        ("4;5;1", 10, [4, 5, 1]),
        ("4;5;10", 100, [None, None, 1]),
        ("4;7;N/A", 5, [8, None, None]),
    ],
)
def test_a_scale_is_judged_by_the_whole_column(ratings, scale, halves):
    """Its greatest number tells what all are out of, unless the user does."""
    cells = ratings.split(";")
    text = "title;rating\n" + "".join(f"Film {n};{cell}\n" for n, cell in enumerate(cells))
    export = read_export("x.csv", text.encode(), zone=UTC, scale=scale)
    assert [row.rating for row in export.rows] == halves


@pytest.mark.parametrize(
    "header",
    ["Rating (1-10)", "Voto /10", "Score out of 10", "Bewertung (von 10)", "Note sur 10"],
)
def test_the_name_of_a_column_may_say_its_scale(read, header):
    """Of somebody who finds nothing better than middling."""
    export = read("x.csv", f"title,{header}\nGreed,4\nM,5\n")
    assert [row.rating for row in export.rows] == [4, 5]
    assert export.notes == ()


def test_stars_are_said_to_be_stars(read):
    """Five may be the best mark, or a middling one."""
    assert read("x.csv", "title,rating\nGreed,5\nM,4.5\n").notes == (STARS_NOTE,)


def test_a_rating_between_two_half_stars_is_not_rounded(read):
    """The play goes in without it."""
    export = read("x.csv", "title,rating\nGreed,5\nM,3.75\n")
    assert [row.rating for row in export.rows] == [10, None]
    assert export.notes[1] == (
        "rating lies between two half stars in 1 row and was left out there."
    )


def test_the_own_rating_comes_before_any_other(read):
    """Whatever their order in the file."""
    text = "title,IMDb Rating,Rating,Average,Your Rating\nGreed,8.1,7,6,9\n"
    assert read("x.csv", text).rows[0].rating == 9


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
        (f"{'x' * 501},1999,2024-01-01", "title: is 501 characters long"),
    ],
)
def test_bad_cells_reject_their_row_alone(read, cells, reason):
    """Bad inputs 9, 12, 14 and 18: field, what was found, what was expected."""
    rejected, good = read("x.csv", f"title,year,date\n{cells}\nGreed,1924,2024-01-01\n").rows
    assert isinstance(rejected, RejectedRow)
    assert (rejected.line, rejected.reason[: len(reason)]) == (2, reason)
    assert good.title == "Greed"


@pytest.mark.parametrize(
    ("cells", "label"),
    [
        ("A,199,2024-01-01", "year"),
        ("A,MCMXCIX,2024-01-01", "year"),
        ("A,1999,0001-01-01", "date"),
        ("A,1999,0001-01-01T00:00Z", "date"),
        ("A,1999,9999-12-31", "date"),
        ("A,1999,9999-12-31T23:59-09:00", "date"),
        ("A,1999,yesterday", "date"),
        ("A,1999,31/4/2024", "date"),
        ("A,1999,########", "date"),
        ("A,1999,2024-03", "date"),
    ],
)
def test_a_bad_year_or_day_never_costs_the_row(read, cells, label):
    """Bad inputs 9, 12 and 18: it is left empty, with a note; the row is still a play."""
    export = read("x.csv", f"title,year,date\n{cells}\nGreed,1924,2024-01-01\n")
    row = export.rows[0]
    assert (row.title, row.kind) == ("A", "play")
    assert (row.year is None, row.watched_on is None) == (label == "year", label == "date")
    assert export.notes == (f"{label} could not be read in 1 row and was left out there.",)


def test_a_column_in_two_readings_is_refused_with_both(read):
    """Nothing tells whether January or February is meant; the user can."""
    text = "title,Watched Date\nGreed,1/2/2024\nM,3/3/2024\n"
    with pytest.raises(CinestatsError) as refused:
        read("x.csv", text)
    assert str(refused.value) == (
        "The days of the column Watched Date can be read in two ways: '1/2/2024' is 2 January"
        " 2024 or 1 February 2024. Say which with --dates (dates in the API): mdy or dmy."
    )
    days = [
        read_export("x.csv", text.encode(), zone=UTC, dates=order).rows[0].watched_on
        for order in ("mdy", "dmy")
    ]
    assert days == [date(2024, 1, 2), date(2024, 2, 1)]


def test_a_day_of_writing_in_two_readings_is_left_out(read):
    """It is no reason to refuse a diary."""
    export = read("x.csv", "title,watched,date\nGreed,2024-01-31,1/2/2024\n")
    assert (export.rows[0].watched_on, export.rows[0].logged_on) == (date(2024, 1, 31), None)
    assert export.notes[0].startswith("date could be two days")


@pytest.mark.parametrize(
    ("header", "cells", "reason"),
    [
        ("Type", "TV Series", "not a film: TV Series"),
        ("Type", "tvEpisode", "not a film: tvEpisode"),
        ("Tipo", "Serie TV", "not a film: Serie TV"),
        ("Type", "Trailer", "not a film: Trailer"),
        ("Type", "tv", "not a film: tv"),
        ("Season", "2", "not a film: season 2"),
        ("Status", "Planned", "not seen: Planned"),
        ("Status", "Plan to Watch", "not seen: Plan to Watch"),
        ("Status", "dropped", "not seen: dropped"),
        ("Stato", "Da vedere", "not seen: Da vedere"),
        ("Watched", "FALSE", "not ticked as seen"),
        ("Watched", "", "not ticked as seen"),
        ("Seen", "no", "not ticked as seen"),
        ("Visto", "0", "not ticked as seen"),
        ("Gesehen", "Nein", "not ticked as seen"),
    ],
)
def test_a_row_that_is_no_view_of_a_film_is_skipped(read, header, cells, reason):
    """The columns for the type and the status are obeyed."""
    ticked = "yes" if "ticked" in reason else ""
    text = f"title,year,{header}\nGreed,1924,{cells}\nM,1931,{ticked}\n"
    skipped, film = read("x.csv", text).rows
    assert skipped == SkippedRow(2, reason)
    assert film.title == "M"


@pytest.mark.parametrize("type_", ["Movie", "tvMovie", "Film", "Documentary", "TV Special", ""])
def test_films_of_every_type_are_read(read, type_):
    """Also those made for television."""
    assert read("x.csv", f"title,type\nGreed,{type_}\n").rows[0].title == "Greed"


@pytest.mark.parametrize(
    "row",
    ["Total,,,1", "Average,,,5", "TOTAL:,,,", "Totale,,,12", "Durchschnitt,,,4.5", "Итого,,,3"],
)
def test_a_row_that_sums_up_others_is_no_film(read, row):
    """It has no year and no day."""
    rows = read("x.csv", f"title,year,watched,rating\nGreed,1924,2024-01-01,5\n{row}\n").rows
    assert rows[1] == SkippedRow(3, "a total, no film")


@pytest.mark.parametrize("row", ["Total,2023,,1", "Sum,,2024-01-01,4", "Total Recall,,,4"])
def test_a_film_may_be_called_like_a_sum(read, row):
    """A year or a day tells that it was seen."""
    rows = read("x.csv", f"title,year,watched,rating\nGreed,1924,2024-01-01,5\n{row}\n").rows
    assert rows[1].title == row.partition(",")[0]


@pytest.mark.parametrize(
    ("cell", "title", "year"),
    [
        ("Heat (1995)", "Heat", 1995),
        ("1917", "1917", None),
        ("1917 (2019)", "1917", 2019),
        ("(500) Days of Summer", "(500) Days of Summer", None),
        ("2001: A Space Odyssey", "2001: A Space Odyssey", None),
        ("Heat (9999)", "Heat (9999)", None),
        ("(1995)", "(1995)", None),
    ],
)
def test_a_year_behind_the_title_is_parted_from_it(read, cell, title, year):
    """Where no column has the year."""
    for text in (f"title\n{cell}\n", f"title,year\n{cell},\n"):
        row = read("x.csv", text).rows[0]
        assert (row.title, row.year) == (title, year)
    row = read("x.csv", f"title,year\n{cell},1950\n").rows[0]
    assert (row.title, row.year) == (cell, 1950)


def test_all_that_a_row_says_of_a_play_is_kept(read):
    """Each in its field."""
    text = (
        "Title,Rewatch,Liked,Tags,Review,Location,With,Wikidata,Letterboxd URI\n"
        'Greed,yes,♥,"a, b","One\nTwo",Odeon,Ann,Q1,https://letterboxd.com/film/greed/\n'
        "M,,,,,,,,\n"
    )
    greed, m = read("x.csv", text).rows
    assert (greed.rewatch, greed.liked, greed.tags) == (True, True, ("a", "b"))
    assert (greed.review, greed.place, greed.company) == ("One\nTwo", "Odeon", "Ann")
    assert greed.wikidata_id == "Q1"
    assert greed.letterboxd_uri == "https://letterboxd.com/film/greed/"
    assert (m.rewatch, m.liked, m.tags, m.review) == (False, False, (), None)


@pytest.mark.parametrize(
    "header",
    [
        "Titel;Jahr;Gesehen am;Bewertung",
        "Titre;Année;Vu le;Note",
        "Título;Año;Fecha de visionado;Puntuación",
        "Título;Ano;Assistido em;Nota",
        "Tytuł;Rok;Data obejrzenia;Ocena",
        "Название;Год;Дата просмотра;Оценка",
        "Film adı;Yıl;İzleme tarihi;Puan",
        "Titel;År;Datum sedd;Betyg",
        "Titel;År;Set den;Bedømmelse",
        "Nimi;Vuosi;Katselupäivä;Arvosana",
        "Název;Rok;Datum zhlédnutí;Hodnocení",
        "Cím;Év;Megnézve;Értékelés",
        "Τίτλος;Έτος;Ημερομηνία προβολής;Βαθμολογία",
        "タイトル;年;鑑賞日;評価",
        "제목;연도;감상일;평점",
        "片名;年份;观看日期;评分",
    ],
)
def test_headers_are_known_in_the_languages_of_the_larger_film_countries(read, header):
    """Title, year, day and rating."""
    row = read("x.csv", f"{header}\nHeat;1995;15.03.2024;4\n").rows[0]
    assert (row.title, row.year, row.rating) == ("Heat", 1995, 8)
    assert row.watched_on == date(2024, 3, 15)


def test_the_user_says_what_the_columns_are():
    """By their labels; a field without a label is not read."""
    text = b"Foo,Bar,Rating\nGreed,2024-01-31,5\n"
    columns = ["title=Foo", "watched=bar", "rating="]
    row = read_export("x.csv", text, zone=UTC, columns=columns).rows[0]
    assert (row.title, row.watched_on, row.rating) == ("Greed", date(2024, 1, 31), None)


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"columns": ["title"]}, "column: found 'title', expected FIELD=NAME"),
        ({"columns": ["x=Foo"]}, "column: found 'x', expected one of title, year"),
        ({"columns": ["title=X"]}, "has no column 'X' for title: it has the columns Foo"),
        ({"dates": "x"}, "dates: found 'x', expected one of mdy, dmy, ymd"),
        ({"scale": 7}, "scale: found 7, expected one of 5, 10, 100"),
        ({"delimiter": "x"}, "delimiter: found 'x', expected one of ,, ;, tab, |"),
        ({"encoding": "rot13"}, "encoding: found 'rot13', expected a name such as utf-8"),
        ({"encoding": "a\0"}, "encoding: found"),
    ],
)
def test_what_the_user_says_is_checked(said, message):
    """The sentence tells what is known."""
    with pytest.raises(CinestatsError, match=re.escape(message)):
        read_export("x.csv", b"Foo\nGreed\n", zone=UTC, **said)


def test_the_delimiter_may_be_said():
    """Where the header alone would tell another."""
    text = b"title;a,b,c\nGreed;x\n"
    assert read_export("x.csv", text, zone=UTC, delimiter=";").rows[0].title == "Greed"


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
        " name, film or movie. Say which it is with --column title=NAME (column in the API)."
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
    ("stars", "is_rating"), [("5,PG", True), ("5,PG,R", False), (",,4", True), (",", True)]
)
def test_half_of_the_cells_make_a_column_of_ratings(read, stars, is_rating):
    """Blank cells say nothing; a column with fewer ratings is left out with a note."""
    cells = stars.split(",")
    text = "title,score\n" + "".join(f"Film {n},{cell}\n" for n, cell in enumerate(cells))
    notes = read("x.csv", text).notes
    assert ("The column score does not hold ratings and was left out." in notes) != is_rating


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
