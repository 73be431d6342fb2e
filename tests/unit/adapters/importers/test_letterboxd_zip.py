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


def packed(files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, lines in files.items():
            archive.writestr(name, "\n".join([*lines, ""]))
    return buffer.getvalue()


def test_every_play_every_rating_and_every_other_film_come_through(read):
    """What a rating rates is not for the file to say, be its film in the diary or not."""
    export = read("export.zip", zipped())
    assert export.format == "Letterboxd export"
    assert imported(export) == [
        ("diary.csv", "play", "Metropolis", 1927, 9),
        ("diary.csv", "play", "Nosferatu", 1922, None),
        ("diary.csv", "play", "Metropolis", 1927, 10),
        ("diary.csv", "play", "Safety Last!", 1923, 1),
        ("reviews.csv", "film", "The General", 1926, 8),
        ("ratings.csv", "film", "Metropolis", 1927, 10),
        ("ratings.csv", "film", "The Cabinet, of Dr. Caligari", 1920, 7),
        ("ratings.csv", "film", "Nosferatu", 1979, 6),
        ("watched.csv", "film", "Sherlock Jr.", 1924, None),
    ]


def test_rows_that_say_no_more_are_skipped_with_the_reason(read):
    """Every row of the files that are read is accounted for."""
    export = read("export.zip", zipped())
    skipped = [row for row in export.rows if isinstance(row, SkippedRow)]
    on_list = "on your {}: kept as a list, not as a play"
    assert [(row.line, row.reason, row.file) for row in skipped] == [
        (2, "its text is with its play in diary.csv", "reviews.csv"),
        (2, "the film is in ratings.csv already", "watched.csv"),
        (4, "the film is in diary.csv already", "watched.csv"),
        (2, "a like of a film seen", "likes/films.csv"),
        (7, on_list.format("list Silent"), "lists/silent.csv"),
        (8, on_list.format("list Silent"), "lists/silent.csv"),
        (2, on_list.format("watchlist"), "watchlist.csv"),
    ]
    assert [(row.listed.list.kind, row.listed.title) for row in skipped if row.listed] == [
        ("likes", "Metropolis"),
        ("list", "Metropolis"),
        ("list", "Sunrise"),
        ("watchlist", "Greed"),
    ]
    assert export.lists == (
        ("letterboxd", "likes", "likes"),
        ("letterboxd", "list", "Silent"),
        ("letterboxd", "watchlist", "watchlist"),
    )


def test_the_files_complete_each_other(read):
    """A play takes the text of its review, a like, and the address of its film."""
    rows = read("export.zip", zipped()).rows
    first, other, again = rows[:3]
    assert first.review == 'A city,\n\nin "two" halves.'
    assert again.review is None
    assert [(row.letterboxd_uri, row.liked) for row in (first, other, again)] == [
        ("https://boxd.it/f1", True),
        ("https://boxd.it/f2", None),
        ("https://boxd.it/f1", True),
    ]
    assert first.reference == "https://boxd.it/a1"
    assert {row.liked for row in rows if getattr(row, "title", "") == "Metropolis"} == {True}


DIARY = "Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date"
FILM = "Date,Name,Year,Letterboxd URI"


def test_of_two_films_of_one_name_the_address_tells(read):
    """A play that does not say which it is of takes neither address nor like."""
    export = read(
        "export.zip",
        packed(
            {
                "diary.csv": [DIARY, "2024-01-02,Enemy,2013,https://boxd.it/e1,,,,2024-01-01"],
                "ratings.csv": [f"{FILM},Rating", "2024-01-02,Enemy,2013,https://boxd.it/a,4"],
                "watched.csv": [
                    FILM,
                    "2024-01-02,Enemy,2013,https://boxd.it/a",
                    "2024-01-02,Enemy,2013,https://boxd.it/b",
                ],
                "likes/films.csv": [FILM, "2024-01-02,Enemy,2013,https://boxd.it/b"],
            }
        ),
    )
    assert [
        (row.file, row.letterboxd_uri, row.liked)
        for row in export.rows
        if isinstance(row, ImportedRow)
    ] == [
        ("diary.csv", None, None),
        ("ratings.csv", "https://boxd.it/a", None),
        ("watched.csv", "https://boxd.it/b", True),
    ]


def test_a_like_of_a_film_that_is_not_seen_adds_nothing(read):
    """It says so, as does one that cannot be read."""
    export = read(
        "export.zip",
        packed(
            {
                "diary.csv": [DIARY, "2024-01-02,Heat,1995,https://boxd.it/e1,,,,2024-01-01"],
                "likes/films.csv": [FILM, "2024-01-02,M,1931,https://boxd.it/m", "a,,,"],
            }
        ),
    )
    assert [(row.line, row.reason) for row in export.rows[1:]] == [
        (2, "a like of a film that no file has seen"),
        (3, "Name: must not be blank"),
    ]
    assert export.rows[0].liked is None


def test_a_review_that_the_diary_lacks_is_a_play_of_its_own(read):
    """Its text says nothing of other plays of the film."""
    export = read(
        "export.zip",
        packed(
            {
                "diary.csv": [DIARY, "2024-01-02,Heat,1995,https://boxd.it/e1,,,,2024-01-01"],
                "reviews.csv": [
                    "Date,Name,Year,Letterboxd URI,Rating,Rewatch,Review,Tags,Watched Date",
                    "2024-01-02,Heat,1995,https://boxd.it/e2,,,Good.,,2024-01-01",
                ],
            }
        ),
    )
    assert [(row.kind, row.review) for row in export.rows] == [
        ("play", None),
        ("play", "Good."),
    ]


def test_notes_tell_what_was_left_alone(read):
    """Deleted and orphaned rows are not read; of watchlist and lists no play is made."""
    kept = "It was kept as a list, and no play was added."
    assert read("export.zip", zipped()).notes == (
        f"lists/silent.csv: A list says nothing of views. {kept}",
        f"watchlist.csv: A watchlist holds films to see. {kept}",
        "What Letterboxd keeps as deleted and orphaned was left alone.",
    )


def test_a_list_that_is_none_of_letterboxds_costs_nothing_else(read):
    """Nobody knows what it is, and it is left alone; so are lists of others that are liked."""
    diary = [DIARY, "2024-01-02,Heat,1995,https://boxd.it/e1,,,,2024-01-01"]
    odd = {"lists/odd.csv": ["Dear list", "today"], "likes/lists.csv": ["a,b", "1,2"]}
    export = read("export.zip", packed({"diary.csv": diary, **odd}))
    assert len(export.rows) == 1
    assert export.notes == ("No views are in likes/lists.csv, lists: left alone.",)


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
    deleted = {"deleted/diary.csv": [DIARY, "2024-01-02,Heat,1995,u,,,,2024-01-01"]}
    with pytest.raises(CinestatsError, match=r"holds no diary\.csv"):
        read("export.zip", packed(deleted))


def test_a_zip_of_lists_alone_is_read(read):
    """It makes no play."""
    views = ("diary.csv", "ratings.csv", "watched.csv", "reviews.csv")
    assert imported(read("export.zip", zipped(without=views))) == []


def test_a_zip_whose_files_are_not_letterboxds_is_refused(read):
    """A member's name alone proves nothing."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("diary.csv", "Dear diary\ntoday\n")
    with pytest.raises(CinestatsError, match=r"diary\.csv in the zip file has not the columns"):
        read("export.zip", buffer.getvalue())


def test_a_rejected_diary_row_does_not_hide_the_film(read):
    """What could not be read from the diary still comes from watched.csv, without a day."""
    export = read(
        "export.zip",
        packed(
            {
                "diary.csv": [DIARY, "2024-01-01,Greed,1924,,,,,2024-01-01,too,much"],
                "watched.csv": [FILM, "2024-01-01,Greed,1924,"],
            }
        ),
    )
    rejected, film = export.rows
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
