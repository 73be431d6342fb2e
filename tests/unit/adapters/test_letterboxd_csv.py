"""A diary that is exported and imported again has the same statistics."""

import csv
import io
import json
import zipfile
from collections.abc import Sequence
from datetime import UTC, date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cinestats.adapters.importers import read_export
from cinestats.adapters.letterboxd_csv import COLUMNS, MAX_PART_BYTES, write_parts
from cinestats.application.catalogue.ports import CatalogueFilm
from cinestats.application.diary.export import exported_plays
from cinestats.application.imports.rows import ImportedRow
from cinestats.domain.diary import AddMovie
from cinestats.domain.entry import Entry
from cinestats.domain.movie import FilmIds, Movie
from tests.unit.application.application import TODAY, Application

# The columns that Letterboxd documents for its import.
LETTERBOXD = {
    *("LetterboxdURI", "tmdbID", "imdbID", "Title", "Year", "Directors"),
    *("Rating", "Rating10", "WatchedDate", "Rewatch", "Tags", "Review"),
}

HEAT = CatalogueFilm(
    Movie.create(
        "Heat",
        year=1995,
        directors="Michael Mann",
        duration=170,
        genres=["Crime"],
        ids=FilmIds("tt0113277", 949),
    ),
    italian_title="Heat - La sfida",
)
TITLES = ("Heat", "Heat - La sfida", "=cmd()", "'=x", "-30-", 'A, "B"', "Amélie", "<<<<<<< x")
NAMES = ("Robert Downey, Jr.", "A, B", 'Dwayne "The Rock" Johnson', "=1+1", "X|Y", "[Z]", "M")

texts = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=12
).filter(str.strip)
names = st.lists(st.sampled_from(NAMES) | texts, max_size=4)
movies = st.builds(
    Movie.create,
    st.sampled_from(TITLES) | texts,
    year=st.none() | st.integers(1990, 1996),
    film_key=st.none() | st.just("heat|1995") | st.just("heat|1995|tt0113277"),
    genres=names,
    directors=names,
    actors=names,
    duration=st.none() | st.integers(1, 300),
    poster_url=st.none() | st.just("https://img.example/p,1.jpg"),
)
ratings = st.none() | st.integers(1, 10)
days = st.none() | st.integers(0, 5).map(lambda n: TODAY - timedelta(days=n))
diaries = st.lists(st.tuples(movies, ratings, days), max_size=12)


def filled(plays: Sequence[tuple[Movie, int | None, date | None]]) -> Application:
    app = Application()
    app.catalogue.load([HEAT])
    for number, (movie, rating, day) in enumerate(plays):
        name = f"e{number}"
        app.recorder.record_all(  # what the diary's rules refuse is left out
            [
                AddMovie(
                    event_id=name,
                    user_id="u1",
                    entry=Entry(name, movie, rating, day, day or TODAY),
                    today=TODAY,
                    now=app.now,
                )
            ]
        )
    return app


def export(app: Application) -> list[bytes]:
    return list(write_parts(exported_plays(app.diaries.entries("u1"), app.catalogue)))


def told(app: Application) -> tuple[object, Sequence[object]]:
    """The read models of u1 without moments and positions."""
    app.projector.catch_up()
    stats = app.models.user_stats("u1")
    affinities = [
        (each.type, each.name, each.affinity)
        for type_ in ("director", "actor", "genre")
        for each in app.models.affinities("u1", type_)
    ]
    return stats and stats.stats, affinities


def imported(data: bytes, name: str = "x.csv") -> Application:
    app = filled([])
    report = app.importer.run("u1", read_export(name, data, zone=UTC).rows)
    assert not report.rejected
    return app


@given(diaries)
@example([(HEAT.movie, 8, None), (HEAT.movie, 9, TODAY), (HEAT.movie, None, date(2025, 1, 1))])
@example(
    [
        (Movie.create("Heat", year=1995), 8, TODAY),
        (Movie.create("Heat", year=1995, film_key="k"), 7, TODAY),
    ]
)
def test_an_export_imports_again_to_equal_statistics(
    plays: list[tuple[Movie, int | None, date | None]],
) -> None:
    """Whatever the titles and names, the days, and what the catalogue knows."""
    before = filled(plays)
    (data,) = export(before)
    after = imported(data)
    assert told(after) == told(before)
    by_id = sorted(before.diaries.entries("u1"), key=lambda e: e.entry_id)
    assert sorted(after.diaries.entries("u1"), key=lambda e: e.entry_id) == by_id


@given(diaries)
def test_an_export_adds_nothing_to_its_own_diary(
    plays: list[tuple[Movie, int | None, date | None]],
) -> None:
    """Every row is skipped."""
    app = filled(plays)
    (data,) = export(app)
    report = app.importer.run("u1", read_export("x.csv", data, zone=UTC).rows)
    assert report.skipped == report.read == len(app.diaries.entries("u1"))
    assert export(app) == [data]


def test_the_columns_are_those_of_letterboxds_import() -> None:
    """A play in Letterboxd's words; what it ignores stands behind."""
    app = filled(
        [
            (Movie.create("Heat - La sfida", year=1995, film_key="heat|1995"), 9, TODAY),
            (HEAT.movie, 8, TODAY - timedelta(days=9)),
            (Movie.create("Fargo", directors=["Joel Coen", "Ethan Coen"]), None, None),
        ]
    )
    (data,) = export(app)
    first, second, third = csv.DictReader(io.StringIO(data.decode(), newline=""))
    assert set(COLUMNS[:10]) <= LETTERBOXD
    assert {label: first[label] for label in COLUMNS[:10]} == {
        "WatchedDate": "2025-01-12",
        "Title": "Heat",
        "Year": "1995",
        "Directors": "Michael Mann",
        "Rating": "4",
        "Rewatch": "",
        "Tags": "",
        "Review": "",
        "imdbID": "tt0113277",
        "tmdbID": "949",
    }
    assert (second["Title"], second["Rating"], second["Rewatch"]) == (
        "Heat - La sfida",
        "4.5",
        "true",
    )
    assert [third[label] for label in COLUMNS[:10]] == (
        ["", "Fargo", "", "Joel Coen, Ethan Coen", "", "", "", "", "", ""]
    )


def test_no_cell_is_a_formula() -> None:
    """To a spreadsheet every cell is text, whatever a title or a name begins with."""
    names = ["=cmd()", "+1", "-1", "@x", "＝cmd()"]
    app = filled([(Movie.create(name, directors=[name]), None, None) for name in names])
    (data,) = export(app)
    rows = csv.reader(io.StringIO(data.decode(), newline=""))
    assert not [cell for row in rows for cell in row if cell.startswith(tuple("=+-@＝"))]


@pytest.mark.slow
def test_a_large_diary_is_parted_and_read_as_one() -> None:
    """No part is larger than what Letterboxd takes; a zip of them imports as a whole."""
    actors = [f"{n} {'x' * 180}" for n in range(5)]
    plays = [(Movie.create(f"Film {n}", actors=actors), n % 10 + 1, TODAY) for n in range(1200)]
    before = filled(plays)
    parts = export(before)
    assert len(parts) == 2
    assert all(len(part) <= MAX_PART_BYTES for part in parts)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("__MACOSX/._diary-1.csv", b"\0")
        for number, part in enumerate(parts, 1):
            archive.writestr(f"diary-{number}.csv", part)
    assert told(imported(packed.getvalue(), "x.zip")) == told(before)


def rows_of(text: str) -> Sequence[object]:
    return read_export("x.csv", text.encode(), zone=UTC).rows


HEADER = "WatchedDate,Title,Year,Directors,ActorList,GenreList,FilmKey,EntryID\n"


def test_a_row_that_somebody_wrote_into_the_file_needs_only_a_title() -> None:
    """It is looked up in the catalogue as the rows of any table are; lists may be parted."""
    assert rows_of(HEADER + "2025-01-01,Heat,,A|B,C|D,,,\n,Fargo,,,,,,\n") == (
        ImportedRow(
            service="cinestats",
            line=2,
            kind="play",
            title="Heat",
            watched_on=date(2025, 1, 1),
            directors=("A", "B"),
            actors=("C", "D"),
        ),
        ImportedRow(service="cinestats", line=3, kind="film", title="Fargo"),
    )


@pytest.mark.parametrize("cell", ['["A"', "[1]", "[" * 5000, '[["A"]]'])
def test_a_list_that_is_none_is_rejected_with_its_row(cell: str) -> None:
    """The reason names the column and what was expected."""
    quoted = json.dumps(cell).replace('\\"', '""')
    (row,) = rows_of(HEADER + f",Heat,,,{quoted},,k,e\n")
    assert "ActorList: found" in getattr(row, "reason", "")


def test_a_day_that_was_changed_in_the_file_is_corrected() -> None:
    """The id of the entry says which play it is."""
    app = filled([(HEAT.movie, 8, TODAY)])
    (data,) = export(app)
    changed = data.replace(b"2025-01-21,Heat", b"2025-01-02,Heat")
    assert app.importer.run("u1", read_export("x.csv", changed, zone=UTC).rows).corrected == 1
    assert app.importer.run("u1", read_export("x.csv", changed, zone=UTC).rows).skipped == 1
    (entry,) = app.diaries.entries("u1")
    assert entry.watched_on == date(2025, 1, 2)
