"""What spreadsheets and people do to the files of services, on any cell."""

import csv
import io
import json
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinestats.adapters.importers import read_export
from cinestats.application.imports.rows import ImportedRow, RejectedRow

ROME = ZoneInfo("Europe/Rome")

# A row that is good, and its cells that tell which film it is and whether it counts.
TABLES: Mapping[str, tuple[Mapping[str, str], set[str]]] = {
    "diary.csv": (
        {
            "Date": "2024-03-02",
            "Name": "Metropolis",
            "Year": "1927",
            "Letterboxd URI": "https://boxd.it/a1",
            "Rating": "4.5",
            "Rewatch": "Yes",
            "Tags": "silent, short",
            "Watched Date": "2024-03-01",
        },
        {"Name"},
    ),
    "ratings.csv": (
        {
            "Date": "2024-03-02",
            "Name": "Metropolis",
            "Year": "1927",
            "Letterboxd URI": "https://boxd.it/f1",
            "Rating": "4.5",
        },
        {"Name"},
    ),
    "for letterboxd.csv": (
        {
            "tmdbID": "19",
            "imdbID": "tt0017136",
            "Title": "Metropolis",
            "Year": "1927",
            "Rating10": "9",
            "WatchedDate": "2024-03-01",
            "Rewatch": "true",
            "Tags": "silent",
            "Review": "Tall.",
        },
        {"Title"},
    ),
    "imdb.csv": (
        {
            "Const": "tt0017136",
            "Your Rating": "9",
            "Date Rated": "2024-01-11",
            "Title": "Metropolis",
            "URL": "https://www.imdb.com/title/tt0017136/",
            "Title Type": "movie",
            "IMDb Rating": "8.3",
            "Runtime (mins)": "153",
            "Year": "1927",
            "Genres": "Drama, Sci-Fi",
            "Num Votes": "1",
            "Release Date": "1927-02-06",
            "Directors": "Fritz Lang",
        },
        {"Title", "Title Type"},
    ),
    "tmdb.csv": (
        {
            "TMDb ID": "19",
            "IMDb ID": "tt0017136",
            "Type": "movie",
            "Name": "Metropolis",
            "Release Date": "1927-02-06T00:00:00Z",
            "Rating": "8.1",
            "Your Rating": "9",
            "Date Rated": "2023-05-02T09:29:50Z",
        },
        {"Name", "Type", "Your Rating"},
    ),
    "history.csv": (
        {
            "title": "Metropolis",
            "year": "1927",
            "tmdbId": "19",
            "imdbId": "tt0017136",
            "watchedAt": "2024-03-01",
            "comment": "Tall.",
            "location": "Cinema",
        },
        {"title"},
    ),
}
DAMAGE = st.sampled_from(
    [
        *("", "?", "-", "N/A", "########", "=1+1", "1,5", "0", "31/02/2024", "12/11/2024"),
        *("4.5 stars", "★★★★★★", "\x07", "Ã©", "00:00", "1e3", "9" * 40, "x" * 600, "a\nb"),
        *('"', "null"),
    ]
) | st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


def read(path: str, cells: Mapping[str, str]) -> Any:
    table = io.StringIO(newline="")
    csv.writer(table).writerows([cells.keys(), cells.values()])
    return read_export(path, table.getvalue().encode(), zone=ROME)


@pytest.mark.parametrize("path", TABLES)
@given(data=st.data())
def test_no_damaged_cell_costs_a_row_that_tells_its_film(
    path: str, data: st.DataObject
) -> None:
    """What was not damaged is read as before."""
    cells, needed = TABLES[path]
    (good,) = read(path, cells).rows
    optional = sorted(cells.keys() - needed)
    damaged = data.draw(st.dictionaries(st.sampled_from(optional), DAMAGE, max_size=4))
    (row,) = read(path, {**cells, **damaged}).rows
    assert isinstance(row, ImportedRow)
    assert (row.title, row.service) == (good.title, good.service)
    if not damaged:
        assert row == good


@pytest.mark.parametrize("path", TABLES)
@given(data=st.data())
def test_a_row_of_any_cells_is_read_or_rejected_with_a_reason(
    path: str, data: st.DataObject
) -> None:
    """It never ends in anything else."""
    cells, _ = TABLES[path]
    damaged = data.draw(st.dictionaries(st.sampled_from(sorted(cells)), DAMAGE, min_size=1))
    rows = read(path, {**cells, **damaged}).rows
    assert len(rows) <= 1  # a row of blank cells is none
    assert all(isinstance(row, ImportedRow) or row.reason for row in rows)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**40), 2**40)
    | st.floats(allow_nan=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=4,
)


@given(st.dictionaries(st.sampled_from(["id", "watched_at", "action"]), JSON), JSON, JSON)
def test_no_damaged_field_of_trakt_costs_an_item_that_tells_its_film(
    fields: dict[str, Any], ids: Any, year: Any
) -> None:
    """Its title is enough."""
    movie = {"title": "Metropolis", "year": year, "ids": ids}
    good = {"watched_at": "2024-01-31T12:00:00Z", "movie": movie}
    text = json.dumps([good, {**good, **fields}])
    if "Infinity" in text or "NaN" in text:  # which is no JSON
        return
    rows = read_export("h.json", text.encode(), zone=ROME).rows
    assert [type(row) for row in rows] == [ImportedRow, ImportedRow]
    assert [row.title for row in rows if not isinstance(row, RejectedRow)] == ["Metropolis"] * 2
