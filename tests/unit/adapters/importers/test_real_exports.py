"""Real exports, which are not ours to ship: read from beside the repository, or skipped."""

import csv
import io
import json
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from cinestats.application.imports.rows import ImportedRow, RejectedRow
from cinestats.domain.lists import by_list

ROOT = next(p for p in Path(__file__).parents if (p / "pyproject.toml").exists())
EXPORTS = ROOT.parent / "shared/data/exports"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not EXPORTS.is_dir(), reason="the real exports in ../shared/data are not here"
    ),
]


def outcome(export):
    return Counter(
        row.kind if isinstance(row, ImportedRow) else type(row).__name__ for row in export.rows
    )


def load(read, path):
    return read(path, (EXPORTS / path).read_bytes())


def data_rows(path):
    """The rows of a file, counted by other means than the importers'."""
    data = path.read_bytes()
    if path.suffix == ".json":
        return len(json.loads(data))
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = data.decode("cp1252")
    if "list export v7" in text:
        text = text[text.index("Position,") :]
    delimiter = "\t" if path.suffix == ".tsv" else ","
    return len(list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)))


def test_every_row_of_every_file_is_accounted_for(read):
    """Each data row gives one item, and none is bad."""
    rejected = []
    paths = [path for path in sorted(EXPORTS.rglob("*")) if path.is_file()]
    assert len(paths) >= 37
    for path in paths:
        name = path.relative_to(EXPORTS).as_posix()
        export = load(read, name)
        assert len(export.rows) == data_rows(path), name
        rejected += [(name, row.line) for row in export.rows if isinstance(row, RejectedRow)]
    assert rejected == []


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("letterboxd/AgosVenezia/diary.csv", {"play": 913}),
        ("letterboxd/extratone/diary.csv", {"play": 317}),
        ("letterboxd/joaopalmeiro_diary.csv", {"play": 117}),
        ("letterboxd/itibz_watched.csv", {"film": 1198}),
        ("letterboxd/extratone/reviews_excerpt.csv", {"play": 13, "film": 1}),
        ("letterboxd/extratone/watchlist.csv", {"SkippedRow": 113}),
        ("letterboxd/extratone/likes_films.csv", {"SkippedRow": 89}),
        ("letterboxd/extratone/deleted_diary.csv", {"SkippedRow": 1}),
        ("letterboxd/fixture_brianlovin/ratings.csv", {"film": 3}),
        ("movary/GENERATED_history.csv", {"play": 252}),
        ("movary/GENERATED_history_pre0.5x_format.csv", {"play": 60}),
        ("imdb/ratings_suat0.csv", {"film": 112, "SkippedRow": 71}),
        ("imdb/old_quoted_2014_ph1l74.csv", {"film": 9, "SkippedRow": 422}),
        ("imdb/watchlist_suat0.csv", {"film": 1, "SkippedRow": 27}),
        ("imdb/watchlist_2018_LAripping.csv", {"SkippedRow": 152}),
        ("other/watched_diary_HongjianLi.tsv", {"play": 693}),
        ("trakt/traktpy_sync_ratings_mixed.json", {"film": 1, "SkippedRow": 3}),
        ("trakt/traktpy_sync_history.json", {"play": 2, "SkippedRow": 1}),
        ("trakt/yamtrack_watched.json", {"SkippedRow": 1}),
    ],
)
def test_rows_are_what_a_count_by_hand_says(read, path, expected):
    """Plays, films seen, and rows that are neither."""
    assert outcome(load(read, path)) == expected


def test_a_diarys_ratings_come_through(read):
    """The distribution in half stars is that of the file's Rating column."""
    rows = load(read, "letterboxd/AgosVenezia/diary.csv").rows
    expected = {1: 10, 2: 13, 3: 15, 4: 40, 5: 45, 6: 117, 7: 121, 8: 200, 9: 187, 10: 165}
    assert Counter(row.rating for row in rows) == expected


def test_imdb_ratings_of_films_come_through(read):
    """Of the rated films, not the series."""
    rows = load(read, "imdb/ratings_suat0.csv").rows
    found = Counter(row.rating for row in rows if isinstance(row, ImportedRow))
    assert found == {2: 2, 3: 2, 4: 1, 5: 7, 6: 23, 7: 35, 8: 32, 9: 9, 10: 1}


def test_stars_that_are_people_are_actors(read):
    """The dated TSV diary has no ratings, and three actors a film."""
    first = load(read, "other/watched_diary_HongjianLi.tsv").rows[0]
    assert (first.watched_on.isoformat(), first.rating) == ("2013-10-27", None)
    assert first.actors[::2] == ("Kristen Stewart", "Robert Pattinson")


def test_drawn_stars_are_ratings(read):
    """★★★★½ is nine half stars."""
    rows = load(read, "letterboxd/fixture_byu/ratings.csv").rows
    assert [row.rating for row in rows] == [9, 9]


def cells_of(path):
    """The rows of a table of Letterboxd's, by column."""
    return list(
        csv.DictReader(io.StringIO((EXPORTS / path).read_text("utf-8-sig"), newline=""))
    )


LOGS = [
    "letterboxd/AgosVenezia/diary.csv",
    "letterboxd/extratone/diary.csv",
    "letterboxd/extratone/reviews_excerpt.csv",
    "letterboxd/fixture_brianlovin/diary.csv",
    "letterboxd/fixture_byu/diary.csv",
    "letterboxd/joaopalmeiro_diary.csv",
    "letterboxd/melvincarvalho/diary.csv",
]


@pytest.mark.parametrize("path", LOGS)
def test_each_row_of_a_log_is_the_play_it_says(read, path):
    """Address, flag, tags and text are the file's; a play without a day is a review's film."""
    rows, cells = load(read, path).rows, cells_of(path)
    is_of_films = "fixture_byu" in path
    for row, cell in zip(rows, cells, strict=True):
        is_play = row.kind == "play"
        uri = cell["Letterboxd URI"] or None
        assert row.reference == (uri if is_play and not is_of_films else None)
        assert row.letterboxd_uri == (uri if is_of_films else None)
        assert row.rewatch is (cell["Rewatch"].lower() == "yes")
        tags = [tag.strip() for tag in (cell.get("Tags") or "").split(",") if tag.strip()]
        assert list(row.tags) == tags
        assert (row.review or "") == (cell.get("Review") or "").strip()
        assert (row.title, str(row.year or "")) == (cell["Name"].strip(), cell["Year"])
    references = [row.reference for row in rows if row.reference]
    assert len(references) == len(set(references))


@pytest.mark.parametrize(
    "path",
    [
        *(f"letterboxd/{name}/ratings.csv" for name in ("AgosVenezia", "extratone")),
        *(f"letterboxd/{name}/watched.csv" for name in ("extratone", "melvincarvalho")),
        "letterboxd/itibz_watched.csv",
    ],
)
def test_a_film_seen_has_the_address_of_the_film(read, path):
    """And no play's."""
    for row, cell in zip(load(read, path).rows, cells_of(path), strict=True):
        assert (row.reference, row.letterboxd_uri) == (None, cell["Letterboxd URI"])


@pytest.mark.parametrize(
    "path", ["trakt/traktpy_sync_history.json", "trakt/traktpy_sync_history_movies.json"]
)
def test_each_play_of_a_history_has_its_id_and_those_of_the_film(read, path):
    """As the file numbers them."""
    plays = [row for row in load(read, path).rows if isinstance(row, ImportedRow)]
    items = [each for each in json.loads((EXPORTS / path).read_bytes()) if "movie" in each]
    assert [row.reference for row in plays] == [str(item["id"]) for item in items]
    ids = [(item["movie"]["ids"]["imdb"], item["movie"]["ids"]["tmdb"]) for item in items]
    assert [(row.imdb_id, row.tmdb_id) for row in plays] == ids


@pytest.mark.parametrize(
    "path", ["movary/GENERATED_history.csv", "movary/GENERATED_history_pre0.5x_format.csv"]
)
def test_each_play_of_movary_has_its_comment_and_place(read, path):
    """Where the file has them."""
    for row, cell in zip(load(read, path).rows, cells_of(path), strict=True):
        assert (row.review or "", row.place or "") == (
            cell.get("comment") or "",
            cell.get("location") or "",
        )
        assert (row.imdb_id, str(row.tmdb_id)) == (cell["imdbId"] or None, cell["tmdbId"])


def zipped(account, names):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, path in names.items():
            archive.write(EXPORTS / "letterboxd" / account / path, name)
    return buffer.getvalue()


def test_an_accounts_files_in_one_zip_complete_each_other(read):
    """317 plays with their texts, all 233 ratings, and 42 films that are only watched."""
    names = {
        name: name for name in ("diary.csv", "ratings.csv", "watched.csv", "watchlist.csv")
    }
    names |= {"deleted/diary.csv": "deleted_diary.csv", "likes/films.csv": "likes_films.csv"}
    names |= {"reviews.csv": "reviews_excerpt.csv"}
    names |= {"lists/software-history.csv": "list_software-history_v7.csv"}
    export = read("export.zip", zipped("extratone", names))
    found = outcome(export)
    reviews = load(read, "letterboxd/extratone/reviews_excerpt.csv").rows
    films = [row for row in reviews if row.kind == "film"]
    assert found == {
        "play": 317,
        "film": 233 + 42 + len(films),
        "SkippedRow": 366 + 89 + 113 + 2 + len(reviews) - len(films),
    }
    plays = {row.reference: row for row in export.rows if getattr(row, "kind", "") == "play"}
    for review in reviews:
        if review.kind == "play":
            assert plays[review.reference].review == review.review
    liked = {(cell["Name"], int(cell["Year"])) for cell in likes("extratone")}
    seen = [row for row in export.rows if isinstance(row, ImportedRow)]
    assert [bool(row.liked) for row in seen] == [(row.title, row.year) in liked for row in seen]
    assert {row.liked for row in seen} == {True, None}


def test_the_lists_of_an_account_come_back_as_their_files_have_them(read):
    """Every row of watchlist, likes and list, each in its place."""
    names = {"watchlist.csv": "watchlist.csv", "likes/films.csv": "likes_films.csv"}
    names |= {"lists/software-history.csv": "list_software-history_v7.csv"}
    export = read("export.zip", zipped("extratone", names))
    listed = [row.listed for row in export.rows]
    found = {
        about.name: Counter((film.title, film.year) for film in films)
        for about, films in by_list({each.place: each for each in listed}).items()
    }
    files = {"watchlist": "watchlist.csv", "likes": "likes_films.csv"}
    wanted = {
        name: Counter(
            (cell["Name"].strip(), int(cell["Year"]) if cell["Year"] else None)
            for cell in cells_of(f"letterboxd/extratone/{file}")
        )
        for name, file in files.items()
    }
    noir = found.pop("Software History")
    assert found == wanted
    assert list(noir) == [("BBS: The Documentary", 2005), ("Silicon Cowboys", 2016)]
    assert len(export.lists) == 3


def likes(account):
    return [cell for cell in cells_of(f"letterboxd/{account}/likes_films.csv") if cell["Year"]]
