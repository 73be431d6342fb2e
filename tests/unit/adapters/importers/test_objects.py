"""JSON as a table: every importer of JSON stands on it."""

import json
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinestats.adapters.importers import read_export
from cinestats.adapters.importers.moments import day_in, moment
from cinestats.adapters.importers.objects import as_fields, as_items, first_fields, read_objects
from cinestats.application.imports.rows import ImportedRow, RejectedRow
from cinestats.domain.errors import CinestatsError, InvalidInput

from .conftest import FILES

ROME = ZoneInfo("Europe/Rome")


def test_values_are_found_by_their_path():
    """As text, under the name of a column; what is no single value is blank."""
    items = [{"movie": {"title": "Heat", "year": 1995, "ids": []}, "seen": True}, 3, {}]
    table = read_objects(
        enumerate(items, 1),
        {
            "title": "movie.title",
            "year": "movie.year",
            "ids": "movie.ids",
            "deep": "movie.title.x",
            "is_seen": "seen",
        },
    )
    assert table.columns == ("title", "year", "ids", "deep", "isseen")
    assert table.labels[0] == "movie.title"
    assert list(table.rows) == [
        (1, ["Heat", "1995", "", "", "true"]),
        RejectedRow(2, "item 2 is no JSON object"),
        (3, ["", "", "", "", ""]),
    ]


@pytest.mark.parametrize("value", [None, 3, "x", True])
def test_another_value_has_neither_fields_nor_items(value):
    """So that nobody has to ask first."""
    assert as_fields(value) == {}
    assert as_items(value) == []
    assert first_fields([value]) == first_fields([]) == {}


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2022-10-17 23:42:00", date(2022, 10, 18)),
        ("2022-10-17T23:42:00.123456789Z", date(2022, 10, 18)),
        ("2022-10-17T20:00:00-05:00", date(2022, 10, 18)),
        ("2022-10-17", date(2022, 10, 17)),
        ("1666050120", date(2022, 10, 18)),
        ("1666050120000", date(2022, 10, 18)),
        ("", None),
    ],
)
def test_a_moment_is_of_the_day_that_its_user_had(cell, expected):
    """A day alone is that day, in every zone."""
    assert day_in(ROME)(cell, "x") == expected


@pytest.mark.parametrize(
    "cell",
    [
        "soon",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "99999999999",
        "１６６６０５０１２０",
    ],
)
def test_what_is_no_moment_of_a_diary_is_refused(cell):
    """In one sentence."""
    with pytest.raises(InvalidInput, match="expected a moment such as"):
        moment(cell, "x")


ODD = [None, True, 0, -1, 7.5, 1e300, 10**18, "", "x", "tt1", "9" * 5000, "½", [], [1], {}]
JSON = sorted(FILES.glob("*.json"))


@given(
    st.sampled_from(JSON), st.sampled_from([0.02, 0.1, 0.3]), st.randoms(use_true_random=False)
)
def test_no_damage_to_a_file_makes_more_of_it_than_a_refusal(path, share, chance):
    """Each row that is read has a title, and a rating that there is."""

    def damaged(value):
        if chance.random() < share:
            return chance.choice(ODD)
        if isinstance(value, dict):
            return {
                key: damaged(each) for key, each in value.items() if chance.random() > share / 4
            }
        return [damaged(each) for each in value] if isinstance(value, list) else value

    data = json.dumps(damaged(json.loads(path.read_text()))).encode()
    try:
        export = read_export(path.name, data, zone=ROME)
    except CinestatsError:
        return
    for row in export.rows:
        if isinstance(row, ImportedRow):
            assert row.title or row.imdb_id or row.tmdb_id
            assert row.rating is None or 1 <= row.rating <= 10
