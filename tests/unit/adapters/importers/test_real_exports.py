"""Real exports, which are not ours to ship: read from beside the repository, or skipped."""

import csv
import io
import json
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from cinestats.application.imports.rows import ImportedRow, RejectedRow, SkippedRow

ROOT = next(p for p in Path(__file__).parents if (p / "pyproject.toml").exists())
EXPORTS = ROOT.parent / "shared/data/exports"

pytestmark = pytest.mark.skipif(
    not EXPORTS.is_dir(), reason="the real exports in ../shared/data are not here"
)


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
    """Each data row gives one item, and one row of all is bad."""
    rejected = []
    paths = [path for path in sorted(EXPORTS.rglob("*")) if path.is_file()]
    assert len(paths) >= 37
    for path in paths:
        name = path.relative_to(EXPORTS).as_posix()
        export = load(read, name)
        assert len(export.rows) == data_rows(path), name
        rejected += [(name, row.line) for row in export.rows if isinstance(row, RejectedRow)]
    assert rejected == [("letterboxd/fixture_brianlovin/ratings.csv", 4)]


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
        ("letterboxd/fixture_brianlovin/ratings.csv", {"film": 2, "RejectedRow": 1}),
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


def test_an_accounts_files_in_one_zip_count_each_film_once(read):
    """317 plays, 73 films only rated, 42 only watched; every other row is skipped."""
    folder = EXPORTS / "letterboxd/extratone"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("diary.csv", "ratings.csv", "watched.csv", "watchlist.csv"):
            archive.write(folder / name, name)
        archive.write(folder / "deleted_diary.csv", "deleted/diary.csv")
    export = read("export.zip", buffer.getvalue())
    assert outcome(export) == {"play": 317, "film": 73 + 42, "SkippedRow": 160 + 366}
    assert all(
        row.reason.startswith("the film is in")
        for row in export.rows
        if isinstance(row, SkippedRow)
    )
