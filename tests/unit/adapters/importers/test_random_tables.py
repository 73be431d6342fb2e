"""Tables of any columns, orders and damage."""

import csv
import io
from datetime import UTC, date

from hypothesis import event, given
from hypothesis import strategies as st

from cinestats.adapters.importers import read_export
from cinestats.adapters.importers.table import read_table
from cinestats.application.imports.rows import ImportedRow, RejectedRow, SkippedRow
from cinestats.domain.errors import CinestatsError

LABELS = [
    *(
        "Title",
        "Name",
        "Film",
        "Titolo",
        "Название",
        "タイトル",
        "Year",
        "Jahr",
        "Rating",
        "Your Rating",
    ),
    *(
        "Rating10",
        "Stars",
        "Voto",
        "IMDb Rating",
        "Watched",
        "Watched Date",
        "Date",
        "Gesehen am",
    ),
    *("Director", "Actors", "Genres", "Runtime", "Type", "Status", "Seen", "Season", "Rewatch"),
    *(
        "Liked",
        "Tags",
        "Review",
        "Place",
        "With",
        "imdbID",
        "tmdbId",
        "Wikidata",
        "",
        "X",
        "title",
    ),
    *(
        "Letterboxd URI",
        "Const",
        "Position",
        "watchedAt",
        "userRating",
        "Title Type",
        "Tag",
        "Note",
    ),
]
CELLS = [
    *(
        "",
        "Heat",
        "Heat (1995)",
        "1917",
        "Amélie",
        "AmÃ©lie",
        "Total",
        "千と千尋",
        "=1+1",
        "a,b",
        'a"b',
    ),
    *(
        "1995",
        "1995.0",
        "199",
        "4",
        "4.5",
        "3,75",
        "8",
        "75",
        "101",
        "4/5",
        "★★½",
        "0,00",
        "N/A",
        "-",
    ),
    *(
        "2024-03-15",
        "1/2/2024",
        "15/3/2024",
        "3/15/24",
        "March 15, 2024",
        "45366",
        "1710500000",
    ),
    *(
        "yes",
        "no",
        "TRUE",
        "FALSE",
        "x",
        "TV Series",
        "Planned",
        "short",
        "tt0113277",
        "Q1",
        "949",
    ),
    *(
        "a\nb",
        "a\0b",
        "\x85",
        "\ud83c",
        "9" * 500,
        "x" * 600,
        "NaN",
        "Infinity",
        "1e309",
        "²",
        "٣",
        "½",
    ),
]
cells = st.sampled_from(CELLS) | st.text(max_size=8)
tables = st.lists(st.sampled_from(LABELS), min_size=1, max_size=8).flatmap(
    lambda labels: st.tuples(
        st.just(labels),
        st.lists(st.lists(cells, min_size=len(labels), max_size=len(labels)), max_size=8),
    )
)
damages = st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), max_size=4)


def written(table, delimiter, encoding):
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows([table[0], *table[1]])
    return out.getvalue().encode(encoding, "replace")


def read(data, **said):
    """The rows; None for a file that is refused as a whole."""
    try:
        return read_export("x.csv", data, zone=UTC, **said).rows
    except CinestatsError:
        event("refused")
        return None


options = st.fixed_dictionaries(
    {},
    optional={
        "dates": st.sampled_from(["mdy", "dmy", "ymd"]),
        "scale": st.sampled_from([5, 10, 100]),
        "format": st.sampled_from(["csv", "letterboxd", "movary", "imdb", "auto"]),
        "columns": st.just(["title=X"]),
    },
)


@given(
    tables,
    st.sampled_from(",;\t|"),
    st.sampled_from(["utf-8", "utf-16", "cp1252", "cp1251", "shift_jis"]),
    damages,
    options,
)
def test_no_table_ends_in_a_traceback(table, delimiter, encoding, damage, said):
    """Hypothesis: a table is refused in a sentence, or each row becomes one of three things."""
    data = bytearray(written(table, delimiter, encoding))
    for at, value in damage:
        if data:
            data[at % len(data)] = value
    rows = read(bytes(data), **said)
    for row in rows or ():
        assert isinstance(row, ImportedRow | SkippedRow | RejectedRow)
        assert isinstance(row, ImportedRow) or row.reason


@given(tables, st.sampled_from(",;\t|"), options)
def test_every_row_is_accounted_for(table, delimiter, said):
    """Hypothesis: as many come out as the table has, each with a line of its own."""
    data = written(table, delimiter, "utf-8")
    rows = read(data, **said)
    if rows is not None:
        event("read")
        assert len(rows) == len(read_table(data.decode()).rows)
        assert len({row.line for row in rows}) == len(rows)


words = st.text("abcdefg éßДл千·'’&!-", min_size=1, max_size=12).map(str.strip).filter(bool)


@given(
    st.lists(
        st.tuples(
            words.map("f{}".format),
            st.integers(1900, 2020),
            st.integers(1, 10),
            st.dates(date(1970, 1, 1), date(2060, 1, 1)),
            words,
        ),
        min_size=1,
        max_size=8,
    ),
    st.permutations(["Title", "Year", "Rating", "Watched Date", "Review"]),
)
def test_no_cell_is_changed_in_silence(films, order):
    """Hypothesis: what a good row says is what is read, whatever the order of the columns."""
    rows = []
    for title, year, rating, day, review in films:
        values = dict(
            zip(
                ["Title", "Year", "Rating", "Watched Date", "Review"],
                [title, year, rating, day.isoformat(), review],
                strict=True,
            )
        )
        rows.append([values[name] for name in order])
    found = read(written((order, rows), ",", "utf-8"), scale=10)
    assert found is not None
    for row, (title, year, rating, day, review) in zip(found, films, strict=True):
        assert (row.title, row.year, row.rating) == (title, year, rating)
        assert row.watched_on == day
        assert row.review in (review, None)
        assert (row.review is None) == (review in ("-", "--", "---"))
