"""Bytes of a file as text."""

from cinestats.domain.errors import CinestatsError

_BYTE_ORDER_MARKS = {
    b"\xef\xbb\xbf": "utf-8",
    b"\xff\xfe": "utf-16-le",
    b"\xfe\xff": "utf-16-be",
}


def decode(data: bytes) -> tuple[str, tuple[str, ...]]:
    """The text, and a note when its encoding was guessed.

    Raises CinestatsError for bytes in no known encoding, and for no text at all.
    """
    text, notes = _decoded(data)
    if not text.strip():
        raise CinestatsError("The file is empty; expected an export with a header line.")
    return text, notes


def _decoded(data: bytes) -> tuple[str, tuple[str, ...]]:
    for mark, encoding in _BYTE_ORDER_MARKS.items():
        if data.startswith(mark):
            try:
                return data[len(mark) :].decode(encoding), ()
            except UnicodeDecodeError as error:
                raise CinestatsError(
                    f"The file says that it is {encoding.upper()} but is not, at byte"
                    f" {error.start + len(mark):,}."
                ) from error
    try:
        return data.decode(), ()
    except UnicodeDecodeError as error:
        try:
            text = data.decode("cp1252")
        except UnicodeDecodeError:
            raise CinestatsError(
                f"The file is not text: byte {error.start:,} is neither UTF-8 nor Windows-1252."
            ) from error
        return text, (
            "The file is not UTF-8 and was read as Windows-1252: check accented letters.",
        )
