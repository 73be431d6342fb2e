"""Spreadsheets, .xlsx and .ods, as the delimited text that they could have been saved as.

The files come from strangers: they are read row by row within the limits of archives and
tables, for a few bytes may claim a million rows of 16,384 cells.
"""

import csv
import io
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice
from xml.etree import ElementTree
from zipfile import ZipFile

from cinestats.domain.errors import CinestatsError

from .archive import UNREADABLE, Archive

MAX_SHEETS = 50
MAX_COLUMNS = 500
MAX_ROW = 1_000_000  # blank rows count, which is all that the last ones mostly are
MAX_CELLS = 5_000_000
_HEADER_ROWS = 50  # so far down a header is looked for

_WORKBOOK = "xl/workbook.xml"
_CONTENT = "content.xml"
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_COVERED = f"{_TABLE}covered-table-cell"

Cells = Sequence[str]


def sheet_text(data: bytes, is_header: Callable[[Cells], bool], max_rows: int) -> str | None:
    """The first sheet with a header, as lines of CSV; None for a zip that is no spreadsheet.

    The header is the first row near the top that ``is_header`` knows; the rows before it are
    blank lines, so that a row has the number it has in the sheet. Without one the first
    sheet that holds something is taken as it is. Raises CinestatsError for a damaged file and
    one beyond a limit.
    """
    names = _names(data)
    if _WORKBOOK in names:
        sheets = _xlsx_sheets
    elif _CONTENT in names and "mimetype" in names:
        archive = Archive(data)
        if not archive.read("mimetype").strip().startswith(_ODS):
            return None
        sheets = _ods_sheets
    else:
        return None
    archive = Archive(data)
    for name in archive.names:
        if name.endswith((".xml", ".rels")):
            _check_xml(name, archive.read(name))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl tells of what it leaves out
            return _text(sheets(data), is_header, max_rows)
    except (CinestatsError, MemoryError):
        raise
    except Exception as error:  # damaged files fail in as many ways as they have parts
        raise CinestatsError(f"The spreadsheet is damaged: {str(error)[:200]}.") from error


def _names(data: bytes) -> Sequence[str]:
    try:
        return ZipFile(io.BytesIO(data)).namelist()
    except UNREADABLE:
        return ()


def _check_xml(name: str, content: bytes) -> None:
    """No office program writes a document type, which can make a text of any length."""
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content or b"\0" in content:
        raise CinestatsError(f"The spreadsheet holds what none has, in {name[:80]!r}.")


def _text(
    sheets: Iterable[Iterator[Cells]], is_header: Callable[[Cells], bool], max_rows: int
) -> str:
    first: tuple[int, list[Cells], Iterator[Cells]] | None = None
    for rows in islice(sheets, MAX_SHEETS):
        top = list(islice(rows, _HEADER_ROWS))
        for skipped, row in enumerate(top):
            if is_header(row):
                return _written(skipped, top[skipped:], rows, max_rows)
        if first is None and any(map(any, top)):
            skipped = next(at for at, row in enumerate(top) if any(row))
            # A sheet behind it is read before this one, which is kept as it is until then.
            first = skipped, [*top[skipped:], *islice(rows, max_rows + 1)], iter(())
    if first is None:
        raise CinestatsError("The spreadsheet is empty; expected a row that names its columns.")
    return _written(*first, max_rows)


def _written(skipped: int, top: list[Cells], rows: Iterator[Cells], max_rows: int) -> str:
    out = io.StringIO()
    out.write("\n" * skipped)
    width = max((at for at, cell in enumerate(top[0], 1) if cell), default=0)
    writer = csv.writer(out, lineterminator="\n")
    blank = count = 0
    for cells in (row for part in (top, rows) for row in part):
        used = max((at for at, cell in enumerate(cells, 1) if cell), default=0)
        if not used:
            blank += 1
            continue
        out.write("\n" * blank)
        blank, count = 0, count + 1
        if count > max_rows + 1:
            raise CinestatsError(f"The file has more than {max_rows:,} rows; split it.")
        # What stands beside the table is a remark on the sheet, and has no column.
        writer.writerow([*cells[:width], *[""] * (width - len(cells))])
    return out.getvalue()


def _xlsx_sheets(data: bytes) -> Iterator[Iterator[Cells]]:
    import openpyxl  # only spreadsheets pay for it

    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    for sheet in book.worksheets:
        sheet.reset_dimensions()  # which the file may have wrong
        yield (
            () if row.count(None) == len(row) else tuple(map(_shown, row))
            for row in islice(sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True), MAX_ROW)
        )


def _shown(value: object) -> str:
    """The value of a cell as text: days as ISO has them, whole numbers without a point."""
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
        case datetime():
            is_day = value.time() == time()
            return value.date().isoformat() if is_day else value.isoformat(" ", "seconds")
        case date():
            return value.isoformat()
        case timedelta():
            return str(value)
        case _:
            return str(value)


def _ods_sheets(data: bytes) -> Iterator[Iterator[Cells]]:
    content = Archive(data).read(_CONTENT)
    sheets: list[list[Cells]] = []
    cells = blank = 0
    for event, element in ElementTree.iterparse(io.BytesIO(content), ("start", "end")):
        if element.tag == f"{_TABLE}table" and event == "start":
            sheets.append([])
            blank = 0
        elif element.tag == f"{_TABLE}table-row" and event == "end" and sheets:
            row, repeats = _ods_row(element), _repeats(element, "rows")
            element.clear()
            if not row:  # a sheet ends in a million of them
                blank += repeats
                continue
            cells += repeats * len(row) + blank
            if cells > MAX_CELLS:
                raise CinestatsError(f"The spreadsheet has more than {MAX_CELLS:,} cells.")
            sheets[-1] += [()] * blank + [row] * repeats
            blank = 0
    yield from map(iter, sheets)


def _ods_row(row: ElementTree.Element) -> Cells:
    cells: list[str] = []
    for cell in row:
        if cell.tag in (f"{_TABLE}table-cell", _COVERED):
            repeats = min(_repeats(cell, "columns"), MAX_COLUMNS - len(cells))
            cells += [_ods_value(cell)] * repeats
    while cells and not cells[-1]:
        cells.pop()
    return tuple(cells)


def _repeats(element: ElementTree.Element, what: str) -> int:
    said = element.get(f"{_TABLE}number-{what}-repeated", "1")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 1


def _ods_value(cell: ElementTree.Element) -> str:
    match cell.get(f"{_OFFICE}value-type"):
        case "date":
            return cell.get(f"{_OFFICE}date-value", "").replace("T00:00:00", "")
        case "float" | "currency":
            return _shown(float(cell.get(f"{_OFFICE}value", "nan")))
        case "percentage":
            return f"{float(cell.get(f'{_OFFICE}value', 'nan')) * 100:g}%"
        case "boolean":
            return cell.get(f"{_OFFICE}boolean-value", "").upper()
        case _:
            return "\n".join(map(_ods_paragraph, cell.findall(f"{_TEXT}p")))


def _ods_paragraph(paragraph: ElementTree.Element) -> str:
    parts = [paragraph.text or ""]
    for part in paragraph:
        if part.tag == f"{_TEXT}s":  # blanks in a row
            parts.append(" " * min(int(part.get(f"{_TEXT}c", "1")), 1000))
        elif part.tag == f"{_TEXT}line-break":
            parts.append("\n")
        else:
            parts.append(_ods_paragraph(part))
        parts.append(part.tail or "")
    return "".join(parts)
