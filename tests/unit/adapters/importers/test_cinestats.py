import pytest

from cinestats.application.imports.rows import RejectedRow

HEADER = "Title,WatchedDate,FilmKey,EntryID,DirectorList,ActorList,GenreList\n"


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ('"[""Drama"",""Crime""]"', ("Drama", "Crime")),
        ("Drama; Crime", ("Drama", "Crime")),
        ("[]", ()),
        ("", ()),
    ],
)
def test_names_are_a_json_list_or_parted_as_others_do(read, cell, found):
    """So that a person may write them, too."""
    (row,) = read("x.csv", f"{HEADER}Greed,2024-01-01,k,e,,,{cell}\n").rows
    assert row.film.genres == found


@pytest.mark.parametrize("cell", ["[1]", '"[""Drama"",1]"', "[[]]", "[Drama]", "[null]"])
def test_a_list_of_anything_but_names_is_refused(read, cell):
    """The sentence shows how a list looks."""
    (row,) = read("x.csv", f"{HEADER}Greed,2024-01-01,k,e,,,{cell}\n").rows
    assert isinstance(row, RejectedRow)
    assert row.reason.startswith("GenreList: found '[")
    assert row.reason.endswith('expected a list such as ["Drama","Crime"]')


def test_our_export_is_one_for_letterboxd_too(read):
    """Who asks for Letterboxd's format gets it whole."""
    text = f"{HEADER}Greed,2024-01-01,the-key,the-entry,,,\n"
    for format in ("auto", "cinestats", "letterboxd"):
        export = read("x.csv", text, format=format)
        assert export.format == "cinestats diary"
        assert (export.rows[0].film_key, export.rows[0].entry_id) == ("the-key", "the-entry")


def test_a_row_without_a_key_was_written_by_a_person(read):
    """It is a film seen, or a view where it has a day; an entry's id alone means nothing."""
    rows = read("x.csv", f"{HEADER}Greed,,,e,,,\nM,2024-01-01,,e,,,\nSunrise,,k,,,,\n").rows
    assert [(row.kind, row.entry_id) for row in rows] == [
        ("film", None),
        ("play", None),
        ("play", None),
    ]
