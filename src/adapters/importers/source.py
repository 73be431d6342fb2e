"""A file that a user brings: what kind it is, and its content as that kind has it."""

from collections.abc import Sequence
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


class Source:
    """A file by its path, as its user gave it, with or without folders.

    ``text`` is blank for a zip; ``notes`` say when its encoding was guessed. Raises
    CinestatsError, as do its properties, for what cannot be read as a whole.
    """

    def __init__(self, path: str, data: bytes) -> None:
        self.path = path
        self.text, self.notes = ("", ()) if is_zip(data) else _decode(data)
        is_json = self.text.lstrip().startswith(("[", "{"))
        self.kind: Kind = "json" if is_json else "csv" if self.text else "zip"

    @cached_property
    def table(self) -> Table:
        """The rows of delimited text."""
        return read_table(self.text)

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


def _decode(data: bytes) -> tuple[str, tuple[str, ...]]:
    """The text, and a note when its encoding was guessed.

    Raises CinestatsError for bytes in no known encoding, and for no text at all.
    """
    mark = next((mark for mark in _BYTE_ORDER_MARKS if data.startswith(mark)), b"")
    encoding, notes = _BYTE_ORDER_MARKS.get(mark, "utf-8"), tuple[str, ...]()
    try:
        text = data[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        at = error.start + len(mark)
        if mark:
            raise CinestatsError(
                f"The file says that it is {encoding.upper()} but is not, at byte {at:,}."
            ) from error
        try:
            text, notes = data.decode("cp1252"), (_GUESSED,)
        except UnicodeDecodeError:
            raise CinestatsError(
                f"The file is not text: byte {at:,} is neither UTF-8 nor Windows-1252."
            ) from error
    if not text.strip():
        raise CinestatsError("The file is empty; expected an export with a header line.")
    return text, notes
