import json
from datetime import date

import pytest

from cinestats.adapters.film_json import FILM_FIELDS
from cinestats.adapters.letterboxd_csv import write_parts
from cinestats.application.diary.export import ExportedPlay
from cinestats.application.imports.rows import RejectedRow
from cinestats.domain.entry import Entry
from cinestats.domain.errors import CinestatsError
from tests.unit.adapters.test_film_json import JAWS

DAY = date(2025, 1, 20)

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
    assert row.entry.movie.genres == found


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
        entry = export.rows[0].entry
        assert (entry.movie.film_key, entry.entry_id) == ("the-key", "the-entry")


def test_a_row_without_a_key_was_written_by_a_person(read):
    """It is a film seen, or a view where it has a day; an entry's id alone means nothing."""
    rows = read("x.csv", f"{HEADER}Greed,,,e,,,\nM,2024-01-01,,e,,,\nSunrise,,k,,,,\n").rows
    assert [(row.kind, row.entry and row.entry.entry_id) for row in rows] == [
        ("film", None),
        ("play", None),
        ("play", ""),
    ]


def test_every_field_of_a_film_comes_back_from_our_export(read):
    """A new field, too: nothing here names one."""
    assert all(getattr(JAWS, field.attribute) for field in FILM_FIELDS)
    (part,) = write_parts([ExportedPlay(Entry("e1", JAWS, 8, None, DAY), False)])
    (row,) = read("x.csv", part).rows
    assert row.entry.movie == JAWS


def test_names_that_others_wrote_are_refused_by_their_column(read):
    """A list of ours and one that is parted by signs alike."""
    for names in ("x" * 201, f'["{"x" * 201}"]'.replace('"', '""')):
        (row,) = read(
            "d.csv", f'Title,WatchedDate,FilmKey,EntryId,GenreList\nHeat,,,,"{names}"\n'
        ).rows
        assert row.reason == "GenreList: is 201 characters long, more than 200"


def test_a_list_that_cannot_be_read_loses_nothing(read):
    """The bad item is rejected alone, and its list is not taken for a whole one."""
    about = {"service": "trakt", "kind": "list", "description": None, "url": None, "tags": []}
    heat = {"title": "Heat", "year": 1995}
    lists = [
        {**about, "name": "Good", "films": [heat]},
        {**about, "name": "Bad", "films": [heat, {"title": 5}, 7, {"title": "A", "year": 1}]},
        {**about, "name": "None", "films": None},
        {**about, "name": 5, "films": []},
        "no list",
        {**about, "kind": "shelf", "name": "Odd", "films": [heat]},
    ]
    document = {"user_id": "u", "entries": [], "stats": {}, "lists": lists}
    export = read("x.json", json.dumps(document))
    assert export.lists == (("trakt", "list", "Good"),)
    assert [(row.line, row.reason) for row in export.rows] == [
        (1, "on your list Good: kept as a list, not as a play"),
        (2, "on your list Bad: kept as a list, not as a play"),
        (3, "item 3: title: must be text, not a number"),
        (4, "item 4: film: must be a JSON object, not a number"),
        (5, "item 5: year: must be from 1870 to 2200, not 1"),
        (6, "films: must be a list of objects"),
        (7, "name: must be text, not a number"),
        (8, "list: must be a JSON object, not text"),
        (9, "kind: must be one of list, watchlist, likes"),
    ]
    document["lists"] = {}
    assert read("x.json", json.dumps(document)).rows == ()
    document["lists"] = {"a": 1}
    with pytest.raises(CinestatsError, match="lists is no list"):
        read("x.json", json.dumps(document))
