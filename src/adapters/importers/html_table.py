"""The table of a web page: what some services call .xls is HTML inside."""

import re
from collections.abc import Iterator
from itertools import dropwhile

from cinestats.adapters.html_text import unescaped
from cinestats.application.imports.rows import RejectedRow
from cinestats.domain.errors import CinestatsError

from .table import MAX_ROWS, Table, column_key

_PAGE = re.compile(r"\s*<(?:!doctype html|html|table)\b", re.IGNORECASE)
# What opens a row or a cell; none of these reads on beyond the next tag.
_ROW = re.compile(r"<tr\b[^<>]*>", re.IGNORECASE)
_CELL = re.compile(r"<t[dh]\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")


def is_html(text: str) -> bool:
    """Whether the text begins as a web page, or a table of one, does."""
    return _PAGE.match(text) is not None


def read_html_table(text: str) -> Table:
    """The rows of a page, of which the first with a cell is the header, each with its line.

    Raises CinestatsError for a page without a table, and for one of too many rows.
    """
    rows = list(dropwhile(lambda row: not row[1], _rows(text)))
    if not rows:
        raise CinestatsError("The file is a web page; expected a table, JSON or a zip file.")
    (_, labels), *others = rows
    width = len(labels)
    return Table(
        tuple(labels),
        tuple(map(column_key, labels)),
        [
            (line, row)
            if len(row) == width
            else RejectedRow(line, f"found {len(row)} cells, expected {width} as in the header")
            for line, row in others
        ],
    )


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    before, *rows = _ROW.split(text)
    if len(rows) > MAX_ROWS:
        raise CinestatsError(f"The file has more than {MAX_ROWS:,} rows; split it.")
    line = 1 + before.count("\n")
    for row in rows:
        yield line, [_text(cell) for cell in _CELL.split(row)[1:]]
        line += row.count("\n")


def _text(cell: str) -> str:
    return unescaped(_TAG.sub("", cell)).strip()
