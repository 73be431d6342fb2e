import tracemalloc
from collections import Counter

import pytest

from cinestats.adapters.importers import cells, table
from cinestats.adapters.importers.table import Record, read_table
from cinestats.application.imports.rows import RejectedRow, SkippedRow
from cinestats.domain.errors import CinestatsError, InvalidInput


@pytest.fixture(autouse=True, params=["held", "read anew"])
def _both_ways(request, monkeypatch):
    """Every test is of a table whose cells are held, and of one that is too large for it."""
    if request.param == "read anew":
        monkeypatch.setattr(table, "MAX_CELLS_HELD", 0)


def rows(text):
    return list(read_table(text).rows)


def test_a_large_table_takes_little_more_than_its_text(monkeypatch):
    """Cells of two letters would take thirty times as much, were they all held."""
    monkeypatch.setattr(table, "MAX_CELLS_HELD", 5_000)
    line = ",".join(["ab"] * 100)
    text = f"{line}\n" * 2_000
    tracemalloc.start()
    try:
        found = read_table(text)
        assert sum(len(cells) for cells in found.cells()) == 199_900
        assert len(found.column("ab")) == 1_999
        assert tracemalloc.get_traced_memory()[1] < len(text) * 2
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_any_delimiter_and_line_end_will_do(delimiter, newline):
    """Bad input 25: the header tells which delimiter it is."""
    text = newline.join(["title_year", "a b_1999", '"c_d"_2000']).replace("_", delimiter)
    assert rows(text) == [(2, ["a b", "1999"]), (3, [f"c{delimiter}d", "2000"])]


def test_a_row_has_the_number_of_the_line_it_starts_on():
    """Quoted line breaks and blank lines are counted; doubled quotes are quotes."""
    text = 'a,b\n\n"one\n""two""\n\nthree",1\n , \nlast,2\n'
    assert rows(text) == [(3, ['one\n"two"\n\nthree', "1"]), (8, ["last", "2"])]


def test_ragged_rows_are_rejected_alone():
    """Bad input 25: too few and too many cells; blank ones at the end do no harm."""
    assert rows("a,b\n1\n1,2,3\n1,2,,\n1,2\n") == [
        RejectedRow(2, "found 1 cell, expected 2 as in the header"),
        RejectedRow(3, "found 3 cells, expected 2 as in the header"),
        (4, ["1", "2"]),
        (5, ["1", "2"]),
    ]


def test_an_open_quote_costs_its_own_line_only():
    """The lines behind it are read as if it were not there."""
    open_, *good = rows('a,b\n"x,1\ny,2\nz,3\n')
    assert isinstance(open_, RejectedRow)
    assert open_.line == 2
    assert "each opening quote to be closed" in open_.reason
    assert good == [(3, ["y", "2"]), (4, ["z", "3"])]


def test_an_open_quote_that_another_closes_costs_its_own_line_only():
    """A row of several lines that does not fit is taken line by line."""
    first, *good = rows('a,b\n"x,1\ny,2\n"z",3\n')
    assert isinstance(first, RejectedRow)
    assert good == [(3, ["y", "2"]), (4, ["z", "3"])]


def test_an_open_quote_in_a_long_file_is_given_up():
    """A quoted cell reaches over 300 lines at most, so that reading stays linear."""
    found = rows('a,b\n"x,1\n' + "y,2\n" * 1000)
    assert [type(row) for row in found[:2]] == [RejectedRow, tuple]
    assert len(found) == 1001


def test_conflict_markers_are_rejected_and_both_sides_read():
    """A file with a git conflict loses no row."""
    text = "a,b\n<<<<<<< HEAD\n1,2\n=======\n3,4\n>>>>>>> other, branch\n5,6\n"
    found = rows(text)
    assert [row.line for row in found if isinstance(row, RejectedRow)] == [2, 4, 6]
    assert found[0].reason.startswith("found a git conflict marker")
    assert [row for row in found if not isinstance(row, RejectedRow)] == [
        (3, ["1", "2"]),
        (5, ["3", "4"]),
        (7, ["5", "6"]),
    ]


def test_a_spreadsheets_separator_line_is_no_header():
    """Excel may write ``sep=;`` before the header."""
    assert read_table("sep=;\ntitle;year\na;1\n").columns == ("title", "year")


def test_of_two_columns_with_one_name_the_first_counts():
    """Names are compared without case and punctuation."""
    titles: list[str] = []

    def read(record):
        titles.append(record["title"])
        return SkippedRow(record.line, "read")

    read_table("Title,title\nfirst,second\n").export("a table", read)
    assert titles == ["first"]


def test_limits_hold(monkeypatch):
    """Rows, lines and the header are bounded."""
    monkeypatch.setattr(table, "MAX_ROWS", 3)
    assert len(rows("a\n" + "x\n" * 3)) == 3
    with pytest.raises(CinestatsError, match="more than 3 rows"):
        rows("a\n" + "x\n" * 4)
    with pytest.raises(CinestatsError, match="more than 1,000,000 lines"):
        rows("a\n" + "\n" * 1_000_001)
    with pytest.raises(CinestatsError, match="not text"):
        rows("," * 10_001)


def test_a_cell_beyond_the_limit_rejects_its_row():
    """Nobody's title has 200,000 characters (bad input 14)."""
    big, good = rows(f"a,b\n{'x' * 200_000},1\ny,2\n")
    assert isinstance(big, RejectedRow)
    assert good == (3, ["y", "2"])


def test_a_file_on_its_limits_is_read(monkeypatch):
    """A million lines, a header of 10,000 characters, a quoted cell of 300 lines."""
    monkeypatch.setattr(table, "MAX_LINES", 4)
    assert len(rows("a\n1\n2\n3\n")) == 3
    with pytest.raises(CinestatsError, match="more than 4 lines"):
        rows("a\n1\n2\n3\n4\n")
    with pytest.raises(CinestatsError, match="more than 4 lines"):
        rows("a\r1\r2\r3\r4\r")
    monkeypatch.undo()
    assert read_table("a" * 9_999 + "\n").columns == ("a" * 9_999,)
    quoted = "\n".join(["x"] * 300)
    assert rows(f'a\n"{quoted}"\n') == [(2, [quoted])]
    assert isinstance(rows(f'a\n"{quoted}\n"\n')[0], RejectedRow)


@pytest.mark.parametrize("marker", ["<<<<<<< HEAD", ">>>>>>> other", "||||||| base", "======="])
def test_every_conflict_marker_is_known(marker):
    """Also before the header."""
    assert rows(f"{marker}\na,b\n1,2\n") == [(3, ["1", "2"])]
    assert isinstance(rows(f"a,b\n{marker}\n1,2\n")[0], RejectedRow)


@pytest.mark.parametrize("title", ["<<<<<<<", "=======!", "<<<<<< x", ">>>>>>>>"])
def test_a_title_may_look_like_a_conflict_marker(title):
    """A marker ends in white space or has its line to itself."""
    assert rows(f"a,b\n{title},2\n") == [(2, [title, "2"])]


def test_a_header_that_no_delimiter_parts_has_one_column():
    """Of delimiters that part it alike the comma counts first."""
    assert read_table("title\n").columns == ("title",)
    assert read_table("a,b;c\n").columns == ("a", "bc")


def test_cells_are_read_without_outer_blanks():
    """So "4 " is a rating."""
    seen: list[str] = []

    def read(record):
        seen.append(record["title"] + record["nothing"])
        return SkippedRow(record.line, "read")

    read_table("title, year \n Greed ,1924\n").export("a table", read)
    assert seen == ["Greed"]


def test_a_column_that_is_not_there_is_named_by_its_key():
    """There is no label to show."""
    with pytest.raises(InvalidInput, match=r"^name: must not be blank$"):
        Record(1, {}, {}, Counter()).read(cells.title, "name")


@pytest.mark.parametrize("header", ["Position,Name", '"Position","Name"', ' "Position",Name'])
def test_what_stands_before_the_header_is_no_data(header):
    """The header begins with the column that is asked for, in quotes or not."""
    found = read_table(f"A list\nXPosition,b\n{header}\n1,Heat\n", first_column="Position")
    assert list(found.cells()) == [["1", "Heat"]]


def test_a_quote_that_is_never_closed_is_named():
    """The row is rejected alone."""
    first, second = read_table('Name,Year\n"Heat,1995\nAli,2001\n').rows
    assert first.reason.startswith("quotes: cannot be read (")
    assert first.reason.endswith("), expected each opening quote to be closed")
    assert second == (3, ["Ali", "2001"])
