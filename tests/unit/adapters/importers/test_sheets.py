"""Spreadsheets, and what strangers make of them."""

import io
import zipfile
from datetime import date, datetime

import openpyxl
import pytest

from cinestats.adapters.importers import sheets
from cinestats.domain.errors import CinestatsError

pytestmark = pytest.mark.slow

_NAMES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
)


def xlsx(*tables):
    """A workbook with a sheet for each table."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for rows in tables:
        sheet = book.create_sheet()
        for row in rows:
            sheet.append(row)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def ods(rows):
    """A spreadsheet with these rows, as LibreOffice writes them."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "content.xml",
            f'<?xml version="1.0"?><office:document-content {_NAMES}><office:body>'
            f'<office:spreadsheet><table:table table:name="S">{rows}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return data.getvalue()


def text(value, more=""):
    return (
        f'<table:table-cell office:value-type="string"{more}><text:p>{value}</text:p>'
        "</table:table-cell>"
    )


def row(cells, more=""):
    return f"<table:table-row{more}>{cells}</table:table-row>"


REST = '<table:table-cell table:number-columns-repeated="16380"/>'
BLANK_ROWS = row(REST, ' table:number-rows-repeated="1048570"')


def test_a_workbook_is_a_table_like_any_other(read):
    """A typed day is a day, a number a number; what stands above the header is no data."""
    data = xlsx(
        [["a note"], ["nothing of films"]],
        [
            ["My films"],
            [],
            ["Title", "Year", "Watched", "Rating", None],
            ["Heat", 1995, date(2024, 3, 15), 4.5, "beside"],
            [1917, 2019.0, datetime.fromisoformat("2024-03-16 20:30"), 5, None],
            [],
            ["Alien", None, "17/03/2024", "4/5"],
        ],
    )
    rows = read("films.xlsx", data).rows
    assert [(r.line, r.title, r.year, r.rating, str(r.watched_on)) for r in rows] == [
        (4, "Heat", 1995, 9, "2024-03-15"),
        (5, "1917", 2019, 10, "2024-03-16"),
        (7, "Alien", None, 8, "2024-03-17"),
    ]


def test_every_importer_of_tables_reads_workbooks(read):
    """A Letterboxd diary that was saved as one is one."""
    header = ["Date", "Name", "Year", "Letterboxd URI", "Rating", "Rewatch", "Watched Date"]
    line = [date(2024, 1, 2), "Greed", 1924, "u", 4.5, None, date(2024, 1, 1)]
    export = read("diary.xlsx", xlsx([header, line]))
    assert export.format == "Letterboxd diary"
    assert (export.rows[0].rating, export.rows[0].watched_on) == (9, date(2024, 1, 1))


def test_an_open_document_is_a_table_too(read):
    """Repeated cells and rows are counted, and those that are blank are not filled."""
    day = '<table:table-cell office:value-type="date" office:date-value="2024-03-15"/>'
    number = '<table:table-cell office:value-type="float" office:value="4.5"/>'
    rows = (
        row(text("Titolo") + text("Data visione") + text("Voto") + REST)
        + row(text("Heat<text:s/>&amp; co") + day + number + REST)
        + row("<table:table-cell/>" + REST, ' table:number-rows-repeated="2"')
        + row(text("Alien") + day.replace("15", "16T20:00:00") + number + REST)
        + BLANK_ROWS
    )
    found = read("films.ods", ods(rows)).rows
    assert [(r.line, r.title, r.rating, str(r.watched_on)) for r in found] == [
        (2, "Heat & co", 9, "2024-03-15"),
        (5, "Alien", 9, "2024-03-16"),
    ]


def with_member(data, name, change):
    """The archive with one member changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for each in old.namelist():
            content = old.read(each)
            new.writestr(each, change(content) if each == name else content)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
SMALL = [["Title"], ["Heat"]]
HUGE = text("x", ' table:number-columns-repeated="16384"')


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (ods(row(HUGE, ' table:number-rows-repeated="1048576"')), "more than 5,000,000 cells"),
        (ods(row(text("x"), ' table:number-rows-repeated="999999999"')), "more than"),
        (ods(BLANK_ROWS), "is empty"),
        (ods("<table:table-row>"), "damaged"),
        (xlsx([]), "is empty"),
        (with_member(xlsx(SMALL), SHEET, lambda _: b"<worksheet"), "damaged"),
        (
            with_member(xlsx(SMALL), SHEET, lambda x: b"<!DOCTYPE a [<!ENTITY b 'c'>]>" + x),
            "holds what none has",
        ),
        (with_member(xlsx(SMALL), SHEET, lambda x: x + b" " * 2**25), "of .* bytes, more than"),
        (
            xlsx([["Foo", "Bar"], [1, 2]]),
            "has the columns Foo, Bar; expected one for the title",
        ),
    ],
)
def test_what_is_no_table_is_refused(read, data, message):
    """In a sentence, and in bounds: a few bytes may claim a thousand million cells."""
    with pytest.raises(CinestatsError, match=message):
        read("x.xlsx", data)


def test_a_cell_at_the_far_end_costs_no_memory(read):
    """Its row and column are bounded, and the rows between are blank lines."""

    def far(content):
        cell = b'<row r="999990"><c r="XFD999990" t="inlineStr"><is><t>x</t></is></c></row>'
        return content.replace(b"</sheetData>", cell + b"</sheetData>")

    found = read("x.xlsx", with_member(xlsx(SMALL), SHEET, far)).rows
    assert [each.title for each in found] == ["Heat"]


def test_rows_are_bounded(read, monkeypatch):
    """As those of any table."""
    data = xlsx([["Title"], *[["Heat"]] * 3])
    assert sheets.sheet_text(data, lambda _: True, 3) == "Title\nHeat\nHeat\nHeat\n"
    with pytest.raises(CinestatsError, match="more than 2 rows"):
        sheets.sheet_text(data, lambda _: True, 2)
