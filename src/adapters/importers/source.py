"""A file that a user brings: what kind it is, and its content as that kind has it."""

from collections.abc import Sequence
from functools import cache, cached_property
from pathlib import PurePosixPath
from typing import Literal, cast

from cinestats.adapters.strict_json import parse
from cinestats.domain.errors import CinestatsError, InvalidInput

from .archive import is_zip
from .column_words import FIELDS
from .encodings import decode
from .html_table import is_html, read_html_table
from .sheets import sheet_text
from .table import MAX_ROWS, Table, column_key, read_table

Kind = Literal["csv", "json", "zip"]


class Source:
    """A file by its path, as its user gave it, with or without folders.

    A spreadsheet is a table like any other. ``text`` is blank for another zip; ``notes`` say
    when its encoding was guessed. ``encoding`` and ``delimiter`` are what the user says of
    them. Raises CinestatsError, as do its properties, for what cannot be read as a whole.
    """

    def __init__(
        self,
        path: str,
        data: bytes,
        encoding: str | None = None,
        delimiter: str | None = None,
    ) -> None:
        self.path = path
        self.notes: tuple[str, ...] = ()
        self._delimiter = delimiter
        sheet = sheet_text(data, _has_titles, MAX_ROWS) if is_zip(data) else None
        if sheet is not None:
            self.text, self._delimiter = sheet, ","
        elif is_zip(data):
            self.text = ""
        else:
            self.text, self.notes = decode(data, encoding)
        is_json = sheet is None and self.text.lstrip().startswith(("[", "{"))
        self.kind: Kind = "json" if is_json else "csv" if self.text else "zip"

    @property
    def name(self) -> str:
        """The file's name without folders, in lower case."""
        return self.path.replace("\\", "/").lower().rpartition("/")[2]

    @property
    def stem(self) -> str:
        """The file's name without folders and suffix, as its user wrote it."""
        return PurePosixPath(self.path.replace("\\", "/")).stem

    @cached_property
    def table(self) -> Table:
        """The rows of delimited text, or of a web page."""
        if is_html(self.text):
            return read_html_table(self.text)
        return read_table(self.text, delimiter=self._delimiter)

    @cached_property
    def json(self) -> object:
        """The value of a JSON text."""
        try:
            return parse(self.text)
        except InvalidInput as error:
            raise CinestatsError(
                f"The JSON file {str(error).removeprefix('body: ')}."
            ) from error

    @cached_property
    def items(self) -> Sequence[object]:
        """The items of a JSON list, as many as a table may have rows; of other values none."""
        value = self.json
        items = cast("list[object]", value) if isinstance(value, list) else []
        if len(items) > MAX_ROWS:
            raise CinestatsError(f"The file has more than {MAX_ROWS:,} items; split it.")
        return items


def _has_titles(cells: Sequence[str]) -> bool:
    """Whether a row of a sheet is its header, which names a column of titles."""
    return any(0 < len(cell) <= 60 and column_key(cell) in _titles() for cell in cells)


@cache
def _titles() -> frozenset[str]:
    return frozenset(map(column_key, FIELDS["title"].split("|")))
