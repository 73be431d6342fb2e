"""What each row of each service's file is read as, in the real columns."""

from datetime import date

import pytest

from cinestats.adapters.importers import detect, importers
from cinestats.adapters.importers.source import Source
from cinestats.application.imports.rows import ImportedRow
from cinestats.domain.lists import FilmList, Listing

from .conftest import FILES


def told(row):
    """What a row says, as short as it can be written; a reason for one that says nothing."""
    if not isinstance(row, ImportedRow):
        return row.line, f"{type(row).__name__}: {row.reason}"
    silent = {"line", "service", "kind", "title", "year", "written"}
    said = {
        name: getattr(row, name)
        for name in ImportedRow.__slots__
        if name not in silent and getattr(row, name) not in (None, "", (), False)
    }
    return row.line, row.kind, row.title, row.year, said


def skipped(line, reason):
    return line, f"SkippedRow: {reason}"


def on_list(line, name="your watchlist"):
    return skipped(line, f"on {name}: kept as a list, not as a play")


KEPT = "A watchlist holds films to see. It was kept as a list, and no play was added."


HEAT = {"imdb_id": "tt0113277", "tmdb_id": 949}

READ = {
    "netflix_history.csv": (
        "Netflix viewing history",
        (2, "play", "Gladiator", None, {"watched_on": date(2022, 4, 12)}),
        skipped(3, "not a film: episode"),
        skipped(4, "not a film: episode"),
        (5, "play", "John Wick: Chapter 4", None, {"watched_on": date(2023, 12, 31)}),
        skipped(6, "not a film: episode"),
        skipped(7, "not a film: trailer"),
    ),
    "netflix_activity.csv": (
        "Netflix viewing activity",
        (2, "play", "Gladiator", None, {"watched_on": date(2022, 10, 18)}),
        skipped(3, "not a film: episode"),
        skipped(4, "not a film: trailer"),
        skipped(5, "a part of the play on line 6"),
        (6, "play", "Heat", None, {"watched_on": date(2022, 10, 15)}),
        skipped(7, "watched for 4:59 minutes only"),
        skipped(8, "played by itself, and nobody did anything"),
        (9, "play", "Vertigo", None, {}),
        "The file holds the views of 2 people (Ann, Bob), and all were read; to bring those of"
        " one person, leave only them in the file.",
        "Duration could not be read in 1 row and was left out there.",
        "Start Time could not be read in 1 row and was left out there.",
    ),
    "prime_video.csv": (
        "Prime Video watch history",
        skipped(2, "not a film: series"),
        (3, "play", "Anatomie eines Falls", None, {"watched_on": date(2024, 7, 6)}),
        skipped(4, "not a film: trailer"),
        skipped(5, "a part of the play on line 3"),
        (6, "play", "Jeepers Creepers", None, {}),
        "Date Watched could not be read in 1 row and was left out there.",
    ),
    "simkl.json": (
        "Simkl backup",
        (
            *(1, "play", "Heat", 1995),
            {"rating": 9, "watched_on": date(2024, 3, 3), **HEAT, "review": "Again."},
        ),
        (2, "film", "Alien", 1979, {}),
        on_list(3),
        (4, "RejectedRow: item 4 is no JSON object"),
        skipped(5, "not a film: show"),
        (6, "play", "Perfect Blue", 1997, {"watched_on": date(2024, 3, 4)}),
        skipped(7, "not a film: anime"),
        "user_rating could not be read in 1 row and was left out there.",
    ),
    "simkl.csv": (
        "Simkl backup",
        (
            *(2, "play", "Heat", 1995),
            {"rating": 9, "watched_on": date(2024, 3, 2), **HEAT, "review": "Again."},
        ),
        skipped(3, "not a film: tv"),
        on_list(4),
    ),
    "simkl_import.csv": (
        "Simkl backup",
        (2, "film", "Heat", 1995, {"rating": 8, **HEAT}),
    ),
    "tv_time_records.csv": (
        "TV Time records",
        (2, "play", "Heat", 1995, {"watched_on": date(2021, 5, 2), "duration": 170}),
        (
            *(3, "play", "Heat", 1995),
            {"watched_on": date(2021, 6, 1), "duration": 170, "rewatch": True},
        ),
        skipped(4, "not a view: rewatch_count"),
        on_list(5),
        skipped(6, "not a film: episode"),
        skipped(7, "not a film: a total"),
        (8, "play", "Alien", None, {"watched_on": date(2021, 5, 2)}),
        "release_date could not be read in 1 row and was left out there.",
        "runtime could not be read in 1 row and was left out there.",
    ),
    "tv_time_episodes.csv": (
        "TV Time episodes",
        skipped(2, "not a film: episodes"),
        "The file holds series: nothing was added.",
    ),
    "tv_time_movies.csv": (
        "TV Time films",
        (
            *(2, "play", "Heat", 1995),
            {"watched_on": date(2021, 5, 2), "imdb_id": "tt0113277", "liked": True},
        ),
        skipped(3, "not watched"),
        (4, "film", "Alien", 1979, {}),
        "Rewatches are counted there without their days: only one play of a film was read.",
    ),
    "tv_time_movies.json": (
        "TV Time films",
        (
            *(1, "play", "Heat", 1995),
            {"watched_on": date(2021, 5, 2), "imdb_id": "tt0113277", "liked": True},
        ),
        skipped(2, "not watched"),
    ),
    "tv_time_series.json": (
        "TV Time episodes",
        skipped(1, "not a film: episodes"),
        "The file holds series: nothing was added.",
    ),
    "watcharr.json": (
        "Watcharr list",
        (
            *(1, "play", "Heat", 1995),
            {
                "watched_on": date(2024, 7, 2),
                "logged_on": date(2024, 6, 8),
                **HEAT,
                "duration": 170,
                "reference": "32",
            },
        ),
        (
            *(1, "play", "Heat", 1995),
            {
                "rating": 9,
                "watched_on": date(2025, 3, 1),
                "logged_on": date(2024, 6, 8),
                **HEAT,
                "duration": 170,
                "reference": "33",
                "review": "Twice.",
            },
        ),
        (
            *(2, "play", "Alien", 1979),
            {
                "watched_on": date(2024, 6, 9),
                "logged_on": date(2024, 6, 9),
                "tmdb_id": 348,
                "reference": "40",
            },
        ),
        (
            *(3, "film", "Jaws", 1975),
            {
                "logged_on": date(2024, 6, 10),
                "imdb_id": "tt0073195",
                "tmdb_id": 578,
                "duration": 124,
            },
        ),
        skipped(4, "not watched to the end: dropped"),
        skipped(5, "not a film: tv"),
        "rating lies between two half stars in 1 row and was left out there.",
    ),
    "yamtrack.csv": (
        "Yamtrack export",
        skipped(2, "not a film: tv"),
        (
            *(3, "play", "Perfect Blue", None),
            {
                "rating": 9,
                "watched_on": date(2024, 2, 9),
                "tmdb_id": 10494,
                "review": "Twice.",
            },
        ),
        on_list(4),
        skipped(5, "not a film: episode"),
        (6, "film", "Home Video", None, {}),
        "score lies between two half stars in 1 row and was left out there.",
    ),
    "ryot.json": (
        "Ryot export",
        skipped(1, "not watched to the end: 12.5 %"),
        (1, "play", "Heat", None, {"watched_on": date(2024, 3, 2), "tmdb_id": 949}),
        (
            *(1, "play", "Heat", None),
            {
                "rating": 9,
                "watched_on": date(2025, 1, 2),
                "tmdb_id": 949,
                "review": "Twice.",
            },
        ),
        (2, "film", "Alien", None, {"tmdb_id": 348}),
        skipped(3, "neither watched nor rated"),
        skipped(4, "not a film: show"),
        (5, "play", "Home Video", None, {}),
        "reviews.rating lies between two half stars in 1 row and was left out there.",
    ),
    "criticker.csv": (
        "Criticker ratings",
        (
            *(2, "film", "12 Angry Men", 1957),
            {"rating": 9, "logged_on": date(2014, 6, 21), "imdb_id": "tt0050083"},
        ),
        (
            *(3, "film", "Heat", 1995),
            {"logged_on": date(2016, 2, 8), "imdb_id": "tt0113277", "review": "Loud."},
        ),
        skipped(4, "not a film: series"),
        (5, "film", "Gigli", 2003, {"imdb_id": "tt0299930"}),
        "Date Rated could not be read in 1 row and was left out there.",
        "Score is less than half a star in 1 row and was left out there.",
        "Score lies between two half stars in 1 row and was left out there.",
    ),
    "filmaffinity.csv": (
        "FilmAffinity ratings",
        (2, "film", "Heat", 1995, {"rating": 9, "directors": ("Michael Mann",)}),
        (3, "film", "The Exterminating Angel", 1962, {"directors": ("Luis Buñuel",)}),
        "The file does not tell series from films: both were read.",
    ),
    "filmaffinity_list.csv": (
        "FilmAffinity ratings",
        (
            *(2, "film", "Heat", 1995),
            {
                "rating": 9,
                "directors": ("Michael Mann",),
                "listed": Listing(
                    FilmList("filmaffinity", "list", "filmaffinity_list"), "Heat", 1995
                ),
            },
        ),
        on_list(3, "your list filmaffinity_list"),
        "The file does not tell series from films: both were read.",
    ),
    "filmweb.csv": (
        "Filmweb ratings",
        (
            *(2, "film", "Werckmeister harmóniák", 2000),
            {"rating": 9, "logged_on": date(2020, 5, 2)},
        ),
        (3, "film", "Kiler", 1997, {"logged_on": date(2015, 3, 5), "liked": True}),
    ),
    "filmweb.json": (
        "Filmweb ratings",
        (
            *(1, "film", "Ejdeha Vared Mishavad!", 2016),
            {"rating": 5, "logged_on": date(2020, 1, 18)},
        ),
    ),
    "filmweb_old.csv": (
        "Filmweb ratings",
        (
            *(2, "film", "Kiler", 1997),
            {
                "rating": 6,
                "logged_on": date(2020, 9, 25),
                "duration": 104,
                "review": "Dobry.",
            },
        ),
    ),
    "filmweb_backup.csv": (
        "Filmweb ratings",
        (
            *(2, "play", "Heat", 1995),
            {
                "rating": 9,
                "watched_on": date(2024, 1, 31),
                "duration": 170,
                "liked": True,
            },
        ),
    ),
    "kinopoisk.csv": (
        "Kinopoisk ratings",
        (
            *(2, "film", "Sin City", 2005),
            {
                "rating": 10,
                "directors": ("Фрэнк Миллер", "Роберт Родригес"),
                "actors": ("Брюс Уиллис", "Микки Рурк"),
                "genres": ("боевик", "триллер"),
                "duration": 124,
            },
        ),
        skipped(3, "not a film: series"),
        (
            *(4, "film", "Брат", 1997),
            {
                "rating": 8,
                "directors": ("Алексей Балабанов",),
                "actors": ("Сергей Бодров мл.",),
                "genres": ("драма",),
                "duration": 100,
            },
        ),
    ),
    "douban.csv": (
        "Douban films",
        (
            *(2, "film", "肖申克的救赎", 1994),
            {"rating": 10, "logged_on": date(2020, 7, 17), "review": "好"},
        ),
        (3, "film", "霸王别姬", None, {"logged_on": date(2020, 7, 18)}),
        "The file does not tell series from films: both were read.",
    ),
    "douban_wishes.csv": (
        "Douban wishes",
        on_list(2),
        KEPT,
    ),
    "tautulli.json": (
        "Tautulli history",
        (
            *(1, "play", "Inception", 2010),
            {
                "watched_on": date(2024, 1, 2),
                "imdb_id": "tt1375666",
                "reference": "1124",
            },
        ),
        skipped(2, "a part of the play in row 1"),
        (
            *(3, "play", "Heat", None),
            {"watched_on": date(2023, 12, 31), "tmdb_id": 949, "reference": "1123"},
        ),
        skipped(4, "not watched to the end: 84 %"),
        skipped(5, "not a film: episode"),
        "The file holds the views of 2 people (Ann, Bob), and all were read; to bring those of"
        " one person, leave only them in the file.",
    ),
    "plex.json": (
        "Plex history",
        (
            *(1, "play", "Heat", 1995),
            {"watched_on": date(2024, 1, 2), "reference": "/status/sessions/history/900"},
        ),
        (
            *(2, "play", "Alien", 1979),
            {"watched_on": date(2024, 1, 2), "reference": "/status/sessions/history/901"},
        ),
        skipped(3, "not a film: episode"),
        "The file holds the views of 2 people (account 1, account 7), and all were read; to"
        " bring those of one person, leave only them in the file.",
    ),
    "jellyfin.tsv": (
        "Jellyfin playback report",
        skipped(1, "a part of the play on line 2"),
        (2, "play", "Heat", None, {"watched_on": date(2024, 3, 15)}),
        (3, "play", "Alien", None, {"watched_on": date(2019, 3, 15)}),
        skipped(4, "watched for 1:00 minutes only"),
        skipped(5, "not a film: episode"),
        (6, "RejectedRow: found 1 cells, expected 9"),
        "The file does not tell whether a film was watched to its end: five minutes were"
        " enough.",
    ),
}


@pytest.mark.parametrize("name", READ)
def test_each_row_is_read_as_what_it_is(read, name):
    """Plays, films seen, and what is skipped or rejected with its reason; then the notes."""
    format, *expected = READ[name]
    export = read(name)
    assert export.format == format
    assert [*map(told, export.rows), *export.notes] == expected


def test_kinopoisk_s_xls_is_html_inside(read):
    """It says the same as a CSV, on other lines."""
    export = read("kinopoisk.xls")
    told_of_csv = [told(row)[1:] for row in read("kinopoisk.csv").rows]
    assert [told(row)[1:] for row in export.rows] == told_of_csv
    assert [row.line for row in export.rows] == [33, 58, 83]


def test_a_scale_that_nobody_uses_to_its_end_is_told(read):
    """Who rates out of ten on Criticker has no score above it."""
    head = "Score,Film Name,Year,Date Rated,Mini Review,URL,IMDB ID\n"
    row = '{},"Heat",1995,"Feb 08 2016, 01:02","",https://www.criticker.com/film/Heat/,\n'
    export = read("x.csv", head + row.format(9) + row.format(10))
    assert [each.rating for each in export.rows] == [9, 10]
    assert "as out of ten" in export.notes[0]
    assert read("x.csv", head + row.format(10) + row.format(11)).rows[0].rating == 1


# Whose a file is, by the beginning of its name.
OWNERS = {
    "netflix": "netflix",
    "prime_video": "prime-video",
    "simkl": "simkl",
    "tv_time": "tv-time",
    "watcharr": "watcharr",
    "yamtrack": "yamtrack",
    "ryot": "ryot",
    "criticker": "criticker",
    "filmaffinity": "filmaffinity",
    "filmweb": "filmweb",
    "kinopoisk": "kinopoisk",
    "douban": "douban",
    "tautulli": "tautulli",
    "plex": "plex",
    "jellyfin": "jellyfin",
    "imdb": "imdb",
    "letterboxd": "letterboxd",
    "letterboxd_import": "letterboxd-import",
    "tmdb": "tmdb",
    "movary": "movary",
    "trakt": "trakt",
    "diary": "csv",
}


@pytest.mark.parametrize(
    "path",
    sorted(path.relative_to(FILES).as_posix() for path in FILES.rglob("*") if path.is_file()),
)
def test_its_own_importer_is_surest_of_each_file(path):
    """Where another were as sure, the file would be refused."""
    data = (FILES / path).read_bytes()
    owner = OWNERS[max((each for each in OWNERS if path.startswith(each)), key=len)]
    found = detect.surest(Source(path, data), importers())
    assert found is not None
    assert found.format == owner
