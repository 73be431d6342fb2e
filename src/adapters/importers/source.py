"""A file that a user brings: what kind it is, and its content as that kind has it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, cast

from cinestats.adapters.strict_json import parse
from cinestats.domain.errors import CinestatsError, InvalidInput

from .archive import is_zip
from .table import MAX_ROWS, Table, read_table

Kind = Literal["csv", "json", "zip"]

_BYTE_ORDER_MARKS = {
    b"\xef\xbb\xbf": "utf-8",
    b"\xff\xfe": "utf-16-le",
    b"\xfe\xff": "utf-16-be",
}
_GUESSED = "The file is not UTF-8 and was read as Windows-1252: check accented letters."


@dataclass(frozen=True, slots=True, kw_only=True)
class Peek:
    """What an importer looks at to recognise a file.

    Of a table ``columns`` are the header's cells as ``column_key`` has them and ``first_row``
    holds the cells below; of JSON ``json`` is the value.
    """

    path: str
    kind: Kind
    columns: tuple[str, ...] = ()
    first_row: Sequence[str] = ()
    json: object = None


class Source:
    """A file by its path, as its user gave it, with or without folders.

    ``notes`` say how its text was decoded where that was a guess. Raises CinestatsError, as do
    ``table`` and ``json``, for what cannot be read as a whole.
    """

    def __init__(self, path: str, data: bytes) -> None:
        self.path = path
        self.data = data
        self.kind: Kind = "zip"
        self.text = ""
        self.notes: tuple[str, ...] = ()
        if not is_zip(data):
            self.text, self.notes = decode(data)
            self.kind = "json" if self.text.lstrip().startswith(("[", "{")) else "csv"

    @cached_property
    def table(self) -> Table:
        """The rows of delimited text."""
        return read_table(self.text)

    @cached_property
    def json(self) -> object:
        """The value of a JSON text, with no more items than a table may have rows."""
        try:
            value = parse(self.text)
        except InvalidInput as error:
            raise CinestatsError(
                f"The JSON file {str(error).removeprefix('body: ')}."
            ) from error
        if isinstance(value, list) and len(cast("list[object]", value)) > MAX_ROWS:
            raise CinestatsError(f"The file has more than {MAX_ROWS:,} items; split it.")
        return value

    @cached_property
    def peek(self) -> Peek:
        """What tells whose file this is."""
        if self.kind == "json":
            return Peek(path=self.path, kind="json", json=self.json)
        if self.kind == "zip":
            return Peek(path=self.path, kind="zip")
        first = next(self.table.complete_rows(), (0, ()))
        return Peek(path=self.path, kind="csv", columns=self.table.columns, first_row=first[1])


def decode(data: bytes) -> tuple[str, tuple[str, ...]]:
    """The text, and a note when its encoding was guessed.

    Raises CinestatsError for bytes in no known encoding, and for no text at all.
    """
    mark = next((mark for mark in _BYTE_ORDER_MARKS if data.startswith(mark)), b"")
    encoding, note = _BYTE_ORDER_MARKS.get(mark, "utf-8"), ""
    try:
        text = data[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        if mark:
            raise CinestatsError(
                f"The file says that it is {encoding.upper()} but is not, at byte"
                f" {error.start + len(mark):,}."
            ) from error
        text, note = _guessed(data, error.start), _GUESSED
    if not text.strip():
        raise CinestatsError("The file is empty; expected an export with a header line.")
    return text, (note,) if note else ()


def _guessed(data: bytes, bad_byte: int) -> str:
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError as error:
        raise CinestatsError(
            f"The file is not text: byte {bad_byte:,} is neither UTF-8 nor Windows-1252."
        ) from error
