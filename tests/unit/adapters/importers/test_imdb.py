from datetime import date
from zoneinfo import ZoneInfo

import pytest

from cinestats.adapters.importers import read_export
from cinestats.application.imports.rows import ImportedRow, RejectedRow, SkippedRow

RATINGS = (
    "Const,Your Rating,Date Rated,Title,URL,Title Type,IMDb Rating,Runtime (mins),Year,Genres,"
    "Num Votes,Release Date,Directors\n"
)


def test_a_rated_film_is_a_film_seen_with_its_credits(read):
    """Ratings from 1 to 10 are as many half stars; the day of rating is no day of viewing."""
    export = read("imdb_ratings.csv")
    assert export.format == "IMDb ratings"
    assert export.rows[1] == ImportedRow(
        line=3,
        kind="film",
        title="La corazzata Potëmkin",
        year=1925,
        rating=7,
        logged_on=date(2024, 1, 13),
        imdb_id="tt0015648",
        directors=("Sergei Eisenstein", "Grigoriy Aleksandrov"),
        genres=("Drammatico", "Storico"),
        duration=66,
        service="imdb",
    )


def test_what_is_not_a_film_is_skipped_in_the_accounts_language(read):
    """An Italian account's "Serie TV" is no film, its "Corto" is one."""
    rows = read("imdb_ratings.csv").rows
    assert rows[2] == SkippedRow(4, "not a film: Serie TV")
    assert rows[3].kind == "film"


def test_damage_by_a_spreadsheet_costs_no_row(read):
    """A film on the list of ratings was seen, whatever is left of its rating and its day."""
    export = read("imdb_ratings.csv")
    short, blank, hashes = export.rows[3:]
    # Another row has the day 13/1/2024, which tells what 1/11/2024 means.
    assert (short.year, short.logged_on, short.duration, short.short) == (
        1902,
        date(2024, 11, 1),
        None,
        True,
    )
    assert [(row.kind, row.rating) for row in (blank, hashes)] == [("film", None)] * 2
    assert export.notes == (
        "Runtime (mins) could not be read in 1 row and was left out there.",
        "Your Rating could not be read in 1 row and was left out there.",
    )


def test_the_list_of_2014_is_read_and_its_genres_spelt_as_today(read):
    """Of a list the rated films count; "sci_fi" is the Sci-Fi of later files."""
    export = read("imdb_list_2014.csv")
    assert export.format == "IMDb list"
    film, unrated, series = export.rows
    assert (film.rating, film.genres, film.logged_on) == (
        9,
        ("Drama", "Sci-Fi"),
        date(2014, 11, 7),
    )
    assert unrated.reason == "on your list imdb_list_2014: kept as a list, not as a play"
    assert [row.listed.position for row in (film, unrated)] == [1, 2]
    assert series == SkippedRow(4, "not a film: TV Series")


def test_columns_in_another_language_are_known_by_their_order(read):
    """Headers are translated, their order is not."""
    text = (
        "Const,Il tuo voto,Data del voto,Titolo,URL,Tipo,Voto IMDb,Durata,Anno,Generi,Voti,"
        "Uscita,Registi\n"
        "tt0017136,9,2024-01-11,Metropolis,https://www.imdb.com/title/tt0017136/,Film,8.3,153,"
        "1927,Fantascienza,1,1927-02-06,Fritz Lang\n"
    )
    export = read("voti.csv", text)
    assert export.format == "IMDb ratings"
    assert (export.rows[0].title, export.rows[0].rating, export.rows[0].duration) == (
        "Metropolis",
        9,
        153,
    )


@pytest.mark.parametrize(
    "type_",
    [
        "movie",
        "tvMovie",
        "Feature Film",
        "short",
        "Documentary",
        "TV Special",
        "Speciale TV",
        "video",
        "Spielfilm",
        "Película",
        "Téléfilm",
        "musicVideo",
        "",
    ],
)
def test_films_of_all_kinds_count(read, type_):
    """TV films, shorts, documentaries and specials are films, and so is what has no type."""
    row = f"tt0017136,9,2024-01-11,M,u,{type_},8,90,1927,Drama,1,1927-02-06,X\n"
    assert read("r.csv", RATINGS + row).rows[0].kind == "film"


@pytest.mark.parametrize(
    "type_",
    [
        "tvSeries",
        "tvMiniSeries",
        "Mini serie TV",
        "Episodio TV",
        "Fernsehserie",
        "Série télé",
        "videoGame",
        "Videogioco",
        "Videospiel",
        "podcastEpisode",
        "tvEpisode",
        "Mini-Series",
    ],
)
def test_series_episodes_and_games_do_not(read, type_):
    """They are skipped whatever their rating says."""
    row = f"tt0017136,?,2024-01-11,M,u,{type_},8,90,1927,Drama,1,1927-02-06,X\n"
    assert read("r.csv", RATINGS + row).rows == (SkippedRow(2, f"not a film: {type_}"),)


def test_an_unknown_type_is_not_guessed(read):
    """The row is rejected with its reason."""
    row = "tt0017136,9,2024-01-11,M,u,Hörbuch,8,90,1927,Drama,1,1927-02-06,X\n"
    assert read("r.csv", RATINGS + row).rows == (
        RejectedRow(2, "Title Type: found 'Hörbuch', expected a type of film or series"),
    )


def test_a_file_in_windows_encoding_is_read_with_a_note(read):
    """Old files come in Windows-1252."""
    row = "tt0017136,9,2024-01-11,Das weiße Band,u,movie,8,90,1927,Drama,1,1927-02-06,X\n"
    export = read("r.csv", (RATINGS + row).encode("cp1252"))
    assert export.rows[0].title == "Das weiße Band"
    assert "Windows-1252" in export.notes[0]


@pytest.mark.parametrize(
    "columns",
    [
        "Const,Voto,Data,Titolo,URL,Tipo,IMDb,Durata,Anno,Generi,Voti,Uscita,Registi",
        "Const,Voto,Data,Titolo,Originale,URL,Tipo,IMDb,Durata,Anno,Generi,Voti,Uscita,Registi",
    ],
)
def test_a_translated_header_needs_the_id_and_the_address_where_they_belong(read, columns):
    """The number of columns alone proves nothing: such a table is a plain one."""
    url = "https://www.imdb.com/title/tt0017136/"
    cells = dict.fromkeys(columns.split(","), "1")
    good = cells | {
        "Const": "tt0017136",
        "URL": url,
        "Tipo": "Film",
        "Voto": "9",
        "Anno": "1927",
    }
    good |= {"Data": "2024-01-11", "Durata": "153", "Titolo": "Metropolis"}
    assert read("voti.csv", f"{columns}\n{','.join(good.values())}\n").format == "IMDb ratings"
    for column in ("Const", "URL"):
        bad = good | {column: "1"}
        export = read("voti.csv", f"{columns}\n{','.join(bad.values())}\n")
        assert export.format == "plain table"


def test_a_list_says_that_only_the_rated_films_were_added(read):
    """The day of rating counts, else the day it was put on the list."""
    note = (
        "A list holds films to see as well: it was kept as a list, and only the rated ones were"
        " added."
    )
    assert note in read("imdb_list_2014.csv").notes
    header = "Position,Const,Created,Title,Title Type,Your Rating,Date Rated\n"
    rows = "1,tt0017136,2024-01-01,M,Movie,9,2024-02-02\n2,tt0017137,2024-01-01,N,Movie,8,\n"
    found = read("list.csv", header + rows).rows
    assert [row.logged_on for row in found] == [date(2024, 2, 2), date(2024, 1, 1)]


LIST = (
    "Position,Const,Created,Modified,Description,Title,Original Title,URL,Title Type,"
    "IMDb Rating,Runtime (mins),Year,Genres,Num Votes,Release Date,Directors"
)


def listed(*films):
    """A list as IMDb writes it, of (id, created, description, title, type, rating)."""
    lines = [
        f"{at},{const},{day},{day},{said},{title},{title},https://www.imdb.com/title/{const}/,"
        f"{type_},8.5,155,2000,Action,1,2000-05-01,Ridley Scott,{rating},"
        for at, (const, day, said, title, type_, rating) in enumerate(films, 1)
    ]
    return "\n".join([f"{LIST},Your Rating,Date Rated", *lines, ""])


CHECK_INS = listed(
    ("tt0172495", "2023-07-10", "with Anna", "Gladiator", "Movie", 9),
    ("tt0944947", "2023-07-11", "", "Game of Thrones", "TV Series", ""),
    ("tt0172495", "2024-07-10", "", "Gladiator", "Movie", 9),
    ("tt0172495", "never", "", "Gladiator", "Movie", 9),
    ("tt0000417", "2024-08-01", "", "A Trip to the Moon", "Short", ""),
)


@pytest.mark.parametrize(
    "path", ["checkins.csv", "13_imdb_checkins.csv", "CHECKINS.csv", "x\\check-ins (1).csv"]
)
def test_each_check_in_is_a_play_on_its_day(read, path):
    """Even without a rating; a film's rating stands on its latest play only."""
    export = read(path, CHECK_INS)
    assert export.format == "IMDb check-ins"
    assert export.rows[1] == SkippedRow(3, "not a film: TV Series")
    plays = [row for row in export.rows if isinstance(row, ImportedRow)]
    assert [(row.kind, row.watched_on, row.rating, row.short) for row in plays] == [
        ("play", date(2023, 7, 10), None, False),
        ("play", date(2024, 7, 10), 9, False),
        ("play", None, None, False),
        ("play", date(2024, 8, 1), None, True),
    ]
    assert plays[0].review == "with Anna"
    assert {row.reference for row in plays} == {None}


def test_the_user_may_say_that_a_list_is_of_plays():
    """The same rows under any name; a list of ratings has no days of plays."""
    zone = ZoneInfo("Europe/Rome")
    export = read_export("seen.csv", CHECK_INS.encode(), zone=zone, as_="plays")
    assert export.rows == read_export("checkins.csv", CHECK_INS.encode(), zone=zone).rows
    row = "tt0017136,9,2024-01-11,M,u,movie,8,90,1927,Drama,1,1927-02-06,X\n"
    (film,) = read_export("r.csv", (RATINGS + row).encode(), zone=zone, as_="plays").rows
    assert (film.kind, film.watched_on) == ("film", None)


def test_a_folders_name_makes_no_list_one_of_check_ins(read):
    """The file's own name does."""
    assert read("checkins/watchlist.csv", CHECK_INS).format == "IMDb list"


def test_a_list_need_not_have_ratings(read):
    """Older ones end with the directors: nothing in them was seen for certain."""
    text = f"{LIST}\n1,tt0172495,2023-07-10,2023-07-10,,G,G,u,Movie,8.5,155,2000,A,1,d,R\n"
    (row,) = read("watchlist.csv", text).rows
    assert row.reason == "on your watchlist: kept as a list, not as a play"
    (play,) = read("checkins.csv", text).rows
    assert (play.kind, play.watched_on) == ("play", date(2023, 7, 10))


@pytest.mark.parametrize(
    ("type_", "is_short"),
    [
        *(("short", True), ("TV Short", True), ("Cortometraggio", True), ("Kurzfilm", True)),
        *(("movie", False), ("TV Movie", False), ("", False)),
    ],
)
def test_shorts_are_told(read, type_, is_short):
    """In the account's language."""
    row = f"tt0017136,9,2024-01-11,M,u,{type_},8,90,1927,Drama,1,1927-02-06,X\n"
    assert read("r.csv", RATINGS + row).rows[0].short is is_short


def test_an_id_stands_for_the_title(read):
    """A row without either says nothing."""
    rows = ",9,2024-01-11,,u,movie,8,90,1927,D,1,1927-02-06,X\n"
    good, bad = read("r.csv", f"{RATINGS}tt0017136{rows}{rows}").rows
    assert (good.title, good.imdb_id) == ("", "tt0017136")
    assert isinstance(bad, RejectedRow)
