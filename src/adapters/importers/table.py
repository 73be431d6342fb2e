"""Delimited text of any origin as rows of named cells."""

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from cinestats.application.imports.rows import ImportedRow, RejectedRow, Row, SkippedRow
from cinestats.domain.errors import CinestatsError, InvalidInput
from cinestats.domain.titles import normalize_title

_T = TypeVar("_T")

MAX_ROWS = 200_000
MAX_LINES = 1_000_000
MAX_HEADER_LENGTH = 10_000  # characters
# A quote that is never closed is given up behind so many lines: one bad line neither
# swallows the rest of the file nor makes reading it quadratic.
MAX_ROW_LINES = 300

_DELIMITERS = ",;\t|"
_CONFLICT_MARKER = re.compile(r"(<{7}|>{7}|\|{7})(\s|$)|={7}\s*$")
_EXCEL_SEPARATOR = re.compile(r"sep=.\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Export:
    """A file that was understood.

    ``format`` names what it is for people ("Letterboxd diary"); ``rows`` holds one item per
    data row of the file; each of ``notes`` is a sentence that the user should see.
    """

    format: str
    rows: Sequence[Row]
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class Record:
    """A data row: the line it starts on, from 1, and its stripped cells by column.

    ``ignored`` counts, by label, the cells that could not be read in a column that a row can
    do without.
    """

    line: int
    cells: Mapping[str, str]
    labels: Mapping[str, str]
    ignored: Counter[str]

    def __getitem__(self, column: str) -> str:
        """The cell of a column; blank where the file has no such column."""
        return self.cells.get(column, "")

    def read(self, reader: Callable[[str, str], _T], column: str) -> _T:
        """What ``reader`` makes of a cell and the column's label; raises its InvalidInput."""
        return reader(self[column], self.labels.get(column, column))

    def try_read(self, reader: Callable[[str, str], _T], column: str) -> _T | None:
        """The same, but None, counted among the ignored cells, where the reader refuses."""
        try:
            return self.read(reader, column)
        except InvalidInput:
            self.ignored[self.labels[column]] += 1
            return None


@dataclass(frozen=True, slots=True)
class Table:
    """``labels`` are the header's cells as written, ``columns`` the same as ``column_key``
    has them; ``rows`` are the cells of each row with its line, or the row's rejection.
    """

    labels: tuple[str, ...]
    columns: tuple[str, ...]
    rows: Sequence[tuple[int, Sequence[str]] | RejectedRow]

    def shown_labels(self) -> str:
        """The first labels, for a sentence about the file."""
        return ", ".join(label[:30] for label in self.labels[:8])

    def cells(self) -> Iterator[Sequence[str]]:
        """The cells of the rows that have one for each column."""
        return (row[1] for row in self.rows if not isinstance(row, RejectedRow))

    def export(
        self,
        format: str,
        read: Callable[[Record], ImportedRow | SkippedRow],
        *notes: str,
    ) -> Export:
        """Every row as ``read`` understands it; its InvalidInput becomes a rejection."""
        ignored = Counter[str]()
        labels = self._by_column(self.labels)

        def convert(row: tuple[int, Sequence[str]] | RejectedRow) -> Row:
            if isinstance(row, RejectedRow):
                return row
            line, cells = row
            try:
                return read(Record(line, self._by_column(cells), labels, ignored))
            except InvalidInput as error:
                return RejectedRow(line, str(error))

        rows = tuple(map(convert, self.rows))
        left_out = (
            f"{label} could not be read in {count:,} {'row' if count == 1 else 'rows'} and was"
            " left out there."
            for label, count in sorted(ignored.items())
        )
        return Export(format, rows, (*notes, *left_out))

    def _by_column(self, cells: Sequence[str]) -> Mapping[str, str]:
        # Of two columns with one name the first counts.
        pairs = zip(reversed(self.columns), reversed(cells), strict=True)
        return {column: cell.strip() for column, cell in pairs}


def column_key(label: str) -> str:
    """The name of a column without case, accents, blanks and punctuation.

    >>> column_key("Runtime (mins)"), column_key("watched_date")
    ('runtimemins', 'watcheddate')
    """
    return normalize_title(label).replace(" ", "")


def read_table(text: str, first_column: str | None = None) -> Table:
    """Split text at whichever of ``, ; tab |`` parts its header best.

    With ``first_column`` the header is the line that begins so, and what stands before it
    is no data. Blank lines are ignored. Raises CinestatsError for a file without a header
    and for one beyond the limits above.
    """
    if max(text.count("\n"), text.count("\r")) > MAX_LINES:
        raise CinestatsError(f"The file has more than {MAX_LINES:,} lines; split it.")
    lines = list(io.StringIO(text, newline=""))
    start = _header_index(lines, first_column or "")
    header = lines[start]
    if len(header) > MAX_HEADER_LENGTH or any(map(_is_control, header)):
        raise CinestatsError("The file is not text; expected an export with a header line.")
    delimiter = max(_DELIMITERS, key=lambda d: len(next(csv.reader([header], delimiter=d))))
    labels, consumed = _parse(lines[start : start + MAX_ROW_LINES], delimiter)
    rows: list[tuple[int, Sequence[str]] | RejectedRow] = []
    start += consumed
    while start < len(lines):
        row, consumed = _next_row(lines, start, delimiter, len(labels))
        if row is not None:
            rows.append(row)
        if len(rows) > MAX_ROWS:
            raise CinestatsError(f"The file has more than {MAX_ROWS:,} rows; split it.")
        start += consumed
    return Table(tuple(labels), tuple(map(column_key, labels)), rows)


def _header_index(lines: Sequence[str], beginning: str) -> int:
    for index, line in enumerate(lines):
        is_header = line.strip() and line.lstrip('" ').startswith(beginning)
        if is_header and not _EXCEL_SEPARATOR.match(line) and not _CONFLICT_MARKER.match(line):
            return index
    raise CinestatsError("The file has no header line, which should name its columns.")


def _is_control(character: str) -> bool:
    return unicodedata.category(character) == "Cc" and character not in "\t\r\n"


def _parse(lines: Sequence[str], delimiter: str) -> tuple[list[str], int]:
    """The cells of the first row in ``lines``, and how many lines it takes."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        return next(reader), reader.line_num
    except csv.Error as error:
        raise InvalidInput(
            "quotes", f"cannot be read ({error}), expected each opening quote to be closed"
        ) from error


def _next_row(
    lines: Sequence[str], start: int, delimiter: str, width: int
) -> tuple[tuple[int, Sequence[str]] | RejectedRow | None, int]:
    """The row at index ``start``, None for a blank one, and how many lines to go on."""
    number = start + 1
    if _CONFLICT_MARKER.match(lines[start]):
        reason = f"found a git conflict marker, expected {width} cells as in the header"
        return RejectedRow(number, reason), 1
    try:
        cells, consumed = _parse(lines[start : start + MAX_ROW_LINES], delimiter)
    except InvalidInput as error:
        return RejectedRow(number, str(error)), 1
    if not any(map(str.strip, cells)):
        return None, consumed
    while len(cells) > width and not cells[-1].strip():
        cells.pop()
    if len(cells) != width:
        # Not all the lines of a broken row need be broken: go on with its second line.
        plural = "cell" if len(cells) == 1 else "cells"
        reason = f"found {len(cells)} {plural}, expected {width} as in the header"
        return RejectedRow(number, reason), 1
    return (number, cells), consumed
