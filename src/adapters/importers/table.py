"""Delimited text of any origin as rows of named cells."""

import csv
import re
import unicodedata
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from typing import TypeVar, cast

from cinestats.application.imports.rows import ImportedRow, RejectedRow, Row, SkippedRow
from cinestats.domain.errors import CinestatsError, InvalidInput
from cinestats.domain.lists import ListKey
from cinestats.domain.titles import normalize_title

from .cells import AMBIGUOUS, UNREADABLE, LeftOut
from .column_reader import ColumnReader
from .mending import mended

_T = TypeVar("_T")
# Gives the reader of a whole column, or the reason why nothing of it can be understood.
Judged = Callable[[str, str], object] | CinestatsError
Judge = Callable[[ColumnReader[object], str], Judged]

MAX_ROWS = 200_000
MAX_LINES = 1_000_000
MAX_HEADER_LENGTH = 10_000  # characters
# A quote that is never closed is given up behind so many lines: one bad line neither
# swallows the rest of the file nor makes reading it quadratic.
MAX_ROW_LINES = 300
# The cells of a larger table are read from its text anew each time they are gone through: held
# at once, cells of a letter or two take thirty times what they take in the file.
MAX_CELLS_HELD = 500_000

DELIMITERS = ",;\t|"
_CONFLICT_MARKER = re.compile(r"(<{7}|>{7}|\|{7})(\s|$)|={7}\s*$")
_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")
_EXCEL_SEPARATOR = re.compile(r"sep=.\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Export:
    """A file that was understood.

    ``format`` names what it is for people ("Letterboxd diary"); ``rows`` holds one item per
    data row of the file; each of ``notes`` is a sentence that the user should see. Of a plain
    table ``labels`` are the names of its columns, and ``columns`` those that were taken for
    something, by what. ``lists`` are those that the file has whole.
    """

    format: str
    rows: Sequence[Row]
    notes: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict[str, str])
    lists: tuple[ListKey, ...] = ()


class UnknownColumns(CinestatsError):
    """A table lacks a column that it must have; ``labels`` are those that it has."""

    def __init__(self, message: str, labels: Sequence[str]) -> None:
        self.labels = labels
        super().__init__(message)


@dataclass(slots=True)
class Record:
    """A data row: the line it starts on, from 1, and its stripped cells by column.

    ``ignored`` counts, by label and what is wrong, the cells that were left out. ``judge``
    gives the reader of a whole column.
    """

    line: int
    cells: Mapping[str, str]
    labels: Mapping[str, str]
    ignored: Counter[str]
    judge: Judge | None = None

    def __getitem__(self, column: str) -> str:
        """The cell of a column; blank where the file has no such column."""
        return self.cells.get(column, "")

    def read(self, reader: Callable[[str, str], _T], column: str) -> _T:
        """What ``reader`` makes of a cell and the column's label; raises its InvalidInput.

        A reader that judges by the column is given all its cells first, and what it cannot
        read then is None, and counted among the ignored cells.
        """
        if self.judge is None or not isinstance(reader, ColumnReader):
            return reader(self[column], self._label(column))
        judged = self.judge(cast("ColumnReader[object]", reader), column)
        if isinstance(judged, CinestatsError):
            raise judged
        return cast("_T", self._try(judged, column))

    def try_read(self, reader: Callable[[str, str], _T], column: str) -> _T | None:
        """The same, but None, counted among the ignored cells, where the reader refuses."""
        if self.judge is None or not isinstance(reader, ColumnReader):
            return self._try(reader, column)
        judged = self.judge(cast("ColumnReader[object]", reader), column)
        if not isinstance(judged, CinestatsError):
            return cast("_T | None", self._try(judged, column))
        if self[column]:
            self.ignored[f"{self._label(column)} {AMBIGUOUS}"] += 1
        return None

    def _try(self, reader: Callable[[str, str], _T], column: str) -> _T | None:
        try:
            return reader(self[column], self._label(column))
        except InvalidInput as error:
            why = error.why if isinstance(error, LeftOut) else UNREADABLE
            self.ignored[f"{self._label(column)} {why}"] += 1
            return None

    def _label(self, column: str) -> str:
        return self.labels.get(column, column)


RawRow = tuple[int, Sequence[str]] | RejectedRow | SkippedRow


class RowsAnew:
    """Rows that are made anew each time they are gone through, so that none is held."""

    def __init__(self, make: Callable[[], Iterator[RawRow]]) -> None:
        self._make = make

    def __iter__(self) -> Iterator[RawRow]:
        return self._make()


@dataclass(frozen=True, slots=True)
class Table:
    """``labels`` are the header's cells as written, ``columns`` the same as ``column_key``
    has them; ``rows`` are the cells of each row with its line, or the row's rejection, and
    can be gone through again.
    """

    labels: tuple[str, ...]
    columns: tuple[str, ...]
    rows: Iterable[RawRow]

    def shown_labels(self) -> str:
        """The first labels, for a sentence about the file."""
        return ", ".join(label[:30] for label in self.labels[:8])

    def cells(self) -> Iterator[Sequence[str]]:
        """The cells of the rows that have one for each column."""
        return (row[1] for row in self.rows if isinstance(row, tuple))

    def column(self, column: str) -> Sequence[str]:
        """The stripped cells of one column."""
        if column not in self.columns:
            return ()
        at = self.columns.index(column)
        return [cells[at].strip() for cells in self.cells()]

    def export(
        self,
        format: str,
        read: Callable[[Record], ImportedRow | SkippedRow],
        *notes: str,
        mend: bool = True,
    ) -> Export:
        """Every row as ``read`` understands it; its InvalidInput becomes a rejection.

        Without ``mend`` text that looks damaged is left as it is. Raises CinestatsError where
        a column as a whole cannot be understood.
        """
        ignored = Counter[str]()
        labels = self._by_column(self.labels)
        judged: dict[tuple[ColumnReader[object], str], Judged] = {}
        repaired = 0, "", ""

        def judge(reader: ColumnReader[object], column: str) -> Judged:
            if (reader, column) not in judged:
                try:
                    found = reader.judged(self.column(column), labels.get(column, column))
                    judged[reader, column] = found
                except CinestatsError as error:
                    judged[reader, column] = error
            return judged[reader, column]

        def convert(row: RawRow) -> Row:
            nonlocal repaired
            if not isinstance(row, tuple):
                return row
            line, cells = row
            written = cells
            if mend:
                better = [mended(cell) for cell in cells]
                for old, new in zip(cells, better, strict=True):
                    if old != new:
                        count, *first = repaired
                        repaired = count + 1, *(first if count else (old, new))
                cells = better
            try:
                found = read(Record(line, self._by_column(cells), labels, ignored, judge))
                if isinstance(found, SkippedRow) or found.title not in written:
                    found = replace(found, written=tuple(written))
                return found
            except InvalidInput as error:
                return RejectedRow(line, str(error))

        rows = tuple(map(convert, self.rows))
        left_out = (
            f"{what} in {count:,} {'row' if count == 1 else 'rows'} and was left out there."
            for what, count in sorted(ignored.items())
        )
        return Export(format, rows, (*notes, *_repairs(*repaired), *left_out))

    def _by_column(self, cells: Sequence[str]) -> Mapping[str, str]:
        # Of two columns with one name the first counts; one without a name is nobody's.
        pairs = zip(reversed(self.columns), reversed(cells), strict=True)
        return {column: cell.strip() for column, cell in pairs if column}


def _repairs(count: int, old: str, new: str) -> tuple[str, ...]:
    if not count:
        return ()
    cells = "One cell" if count == 1 else f"{count:,} cells"
    return (
        f"{cells} with damaged text {'was' if count == 1 else 'were'} mended, such as"
        f" {old[:60]!r}, which reads {new[:60]!r} now.",
    )


def column_key(label: str) -> str:
    """The name of a column without case, accents, blanks and punctuation.

    >>> column_key("Runtime (mins)"), column_key("watched_date")
    ('runtimemins', 'watcheddate')
    """
    return normalize_title(label).replace(" ", "")


def read_table(
    text: str, first_column: str | None = None, delimiter: str | None = None
) -> Table:
    """Split text at ``delimiter``, or whichever of ``, ; tab |`` parts its header best.

    With ``first_column`` the header is the line that begins so, and what stands before it
    is no data. Blank lines are ignored. Raises CinestatsError for a file without a header
    and for one beyond the limits above.
    """
    if max(text.count("\n"), text.count("\r")) > MAX_LINES:
        raise CinestatsError(f"The file has more than {MAX_LINES:,} lines; split it.")
    lines = _lines(text)
    start, header = _header(lines, first_column or "")
    if len(header) > MAX_HEADER_LENGTH or _is_binary(header):
        raise CinestatsError("The file is not text; expected an export with a header line.")
    parted_by = delimiter or max(
        DELIMITERS, key=lambda d: len(next(csv.reader([header], delimiter=d)))
    )
    written, consumed = _parse(chain([header], islice(lines, MAX_ROW_LINES - 1)), parted_by)
    labels = tuple(map(mended, written))
    rows = RowsAnew(lambda: _rows(text, start + consumed, parted_by, len(labels)))
    held: list[RawRow] = []
    count = 0
    for count, row in enumerate(rows, 1):
        if count > MAX_ROWS:
            raise CinestatsError(f"The file has more than {MAX_ROWS:,} rows; split it.")
        if count * len(labels) <= MAX_CELLS_HELD:
            held.append(row)
    is_held = count * len(labels) <= MAX_CELLS_HELD
    return Table(labels, tuple(map(column_key, labels)), held if is_held else rows)


def _lines(text: str) -> Iterator[str]:
    """The lines with their ends, of which any program's may stand in the file."""
    return (match[0] for match in _LINE.finditer(text))


def _header(lines: Iterator[str], beginning: str) -> tuple[int, str]:
    """The header's index and line; the iterator is behind it then."""
    for index, line in enumerate(lines):
        is_header = line.strip() and line.lstrip('" ').startswith(beginning)
        if is_header and not _EXCEL_SEPARATOR.match(line) and not _CONFLICT_MARKER.match(line):
            return index, line
    raise CinestatsError("The file has no header line, which should name its columns.")


def _rows(text: str, start: int, delimiter: str, width: int) -> Iterator[RawRow]:
    """The rows from the line at index ``start`` on."""
    lines = islice(_lines(text), start, None)
    ahead = deque(islice(lines, MAX_ROW_LINES))
    while ahead:
        row, consumed = _next_row(ahead, start + 1, delimiter, width)
        if row is not None:
            yield row
        start += consumed
        for _ in range(consumed):
            ahead.popleft()
        ahead.extend(islice(lines, consumed))


def _is_binary(header: str) -> bool:
    """Whether it holds more than the odd control character."""
    controls = sum(unicodedata.category(c) == "Cc" and c not in "\t\r\n" for c in header)
    return controls * 10 > len(header)


def _parse(lines: Iterable[str], delimiter: str) -> tuple[list[str], int]:
    """The cells of the first row in ``lines``, and how many lines it takes."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        return next(reader), reader.line_num
    except csv.Error as error:
        raise InvalidInput(
            "quotes", f"cannot be read ({error}), expected each opening quote to be closed"
        ) from error


def _next_row(
    lines: deque[str], number: int, delimiter: str, width: int
) -> tuple[tuple[int, Sequence[str]] | RejectedRow | None, int]:
    """The row that ``lines`` begin with, None for a blank one, and how many lines to go on.

    ``number`` is that of the first line in the file.
    """
    if _CONFLICT_MARKER.match(lines[0]):
        reason = f"found a git conflict marker, expected {width} cells as in the header"
        return RejectedRow(number, reason), 1
    try:
        cells, consumed = _parse(lines, delimiter)
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
