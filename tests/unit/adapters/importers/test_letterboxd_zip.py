import io
import zipfile
from pathlib import Path

import pytest

from cinestats.application.imports.rows import ImportedRow, SkippedRow
from cinestats.domain.errors import CinestatsError

FOLDER = Path(__file__).parent / "files/letterboxd"


def zipped(root="", without=()):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(p for p in FOLDER.rglob("*") if p.is_file()):
            name = path.relative_to(FOLDER).as_posix()
            if name not in without:
                archive.write(path, root + name)
    return buffer.getvalue()


def imported(export):
    return [
        (row.file, row.kind, row.title, row.year, row.rating)
        for row in export.rows
        if isinstance(row, ImportedRow)
    ]


def test_every_play_counts_and_every_other_film_once(read):
    """Diary rows are plays; a film elsewhere comes once, matched by name and year."""
    export = read("export.zip", zipped())
    assert export.format == "Letterboxd export"
    assert imported(export) == [
        ("diary.csv", "play", "Metropolis", 1927, 9),
        ("diary.csv", "play", "Nosferatu", 1922, None),
        ("diary.csv", "play", "Metropolis", 1927, 10),
        ("diary.csv", "play", "Safety Last!", 1923, 1),
        ("ratings.csv", "film", "The Cabinet, of Dr. Caligari", 1920, 7),
        ("ratings.csv", "film", "Nosferatu", 1979, 6),
        ("watched.csv", "film", "Sherlock Jr.", 1924, None),
    ]


def test_rows_of_films_that_came_before_are_skipped_with_the_reason(read):
    """Every row of the files that are read is accounted for."""
    export = read("export.zip", zipped())
    assert [row for row in export.rows if isinstance(row, SkippedRow)] == [
        SkippedRow(2, "the film is in diary.csv already", "ratings.csv"),
        SkippedRow(2, "the film is in ratings.csv already", "watched.csv"),
        SkippedRow(4, "the film is in diary.csv already", "watched.csv"),
    ]


def test_notes_tell_what_was_left_alone(read):
    """Deleted and orphaned rows, lists and repeated reviews are not read."""
    assert read("export.zip", zipped()).notes == (
        "What Letterboxd keeps as deleted and orphaned was left alone.",
        "No views are in watchlist.csv, likes, lists: left alone.",
        "reviews.csv repeats rows of diary.csv: left alone.",
    )


def test_reviews_stand_in_for_a_missing_diary(read):
    """Without diary.csv the dated reviews are the plays."""
    export = read("export.zip", zipped(without=["diary.csv"]))
    assert imported(export)[:2] == [
        ("reviews.csv", "play", "Metropolis", 1927, 9),
        ("reviews.csv", "film", "The General", 1926, 8),
    ]


def test_an_export_that_was_packed_again_in_a_folder_is_read_too(read):
    """The folder around everything makes no difference."""
    plain = read("export.zip", zipped())
    assert read("export.zip", zipped("letterboxd-me-2024/")) == plain


def test_a_zip_without_views_is_refused(read):
    """A film that was deleted does not come back by way of its folder."""
    views = ("diary.csv", "ratings.csv", "watched.csv", "reviews.csv")
    with pytest.raises(CinestatsError, match=r"holds no diary\.csv"):
        read("export.zip", zipped(without=views))


def test_a_zip_whose_files_are_not_letterboxds_is_refused(read):
    """A member's name alone proves nothing."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("diary.csv", "Dear diary\ntoday\n")
    with pytest.raises(CinestatsError, match=r"diary\.csv in the zip file has not the columns"):
        read("export.zip", buffer.getvalue())


def test_a_rejected_diary_row_does_not_hide_the_film(read):
    """What could not be read from the diary still comes from watched.csv, without a day."""
    header = "Date,Name,Year,Letterboxd URI"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("diary.csv", f"{header},Watched Date\n2024-01-01,Greed,1924,u,never\n")
        archive.writestr("watched.csv", f"{header}\n2024-01-01,Greed,1924,u\n")
    rejected, film = read("export.zip", buffer.getvalue()).rows
    assert (rejected.file, rejected.line) == ("diary.csv", 2)
    assert (film.file, film.kind, film.title) == ("watched.csv", "film", "Greed")


def test_a_file_that_was_chosen_must_have_its_columns(read):
    """The others are Letterboxd's, so this one should be too."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        file.writestr("diary.csv", "a,b\n1,2\n")
        file.writestr("ratings.csv", (FOLDER / "ratings.csv").read_bytes())
    with pytest.raises(CinestatsError) as refused:
        read("export.zip", content.getvalue())
    assert str(refused.value) == (
        "diary.csv in the zip file has not the columns of Letterboxd's."
    )
