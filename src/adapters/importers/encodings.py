"""The text in a file's bytes, whatever program wrote them."""

import codecs
import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from cinestats.domain.errors import CinestatsError, InvalidInput

_BYTE_ORDER_MARKS = {
    b"\xef\xbb\xbf": "utf-8",
    b"\xff\xfe": "utf-16-le",
    b"\xfe\xff": "utf-16-be",
}
# Python's encodings of text; others of its codecs are no character sets.
_CHARACTER_SETS = re.compile(
    r"utf-(8|8-sig|16|16-le|16-be|32|32-le|32-be)|ascii|cp\d+|iso8859-\d+|iso2022_\w+|koi8-[rtu]"
    r"|mac-\w+|shift_jis\w*|euc_\w+|gb2312|gbk|gb18030|big5\w*|hz|johab|kz1048|tis-620|ptcp154"
    r"|hp-roman8"
)
# The names that people know come first: many code pages have the same letters in a file.
_USUAL = {
    "cp1252": "Windows-1252",
    "cp1251": "Windows-1251",
    "cp1250": "Windows-1250",
    "cp1253": "Windows-1253",
    "cp1254": "Windows-1254",
    "koi8-r": "KOI8-R",
    "cp932": "Shift JIS",
    "gbk": "GBK",
}
_WORD = re.compile(r"[^\W\d_]+")
_SCRIPTS = (
    re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]"),
    re.compile("[\u0370-\u03ff\u1f00-\u1fff]"),
    re.compile("[\u0400-\u052f]"),
    re.compile("[\u0530-\u06ff]"),
    re.compile("[\u0e00-\u0e7f]"),
    re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uff66-\uff9d]"),
)
_NO_TEXT = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ue000-\uf8ff\ufffd]")
# Every fifth of the other characters may be damaged before UTF-8 is no longer believed.
_DAMAGE = 5
_SAMPLE = 50_000  # bytes
_SIGNS = 3  # so many may stand in any text, such as 8½
_KINDS = {
    b"%PDF": "a PDF document",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"SQLite format 3\x00": "an SQLite database",
    b"\x1f\x8b": "packed with gzip",
    b"7z\xbc\xaf": "a 7z archive",
    b"Rar!": "a RAR archive",
    b"\xd0\xcf\x11\xe0": "a document of an old Office program; save it as .xlsx or CSV",
}


def character_set(name: str) -> str:
    """The name as Python has it. Raises InvalidInput for what is no character set."""
    try:
        known = codecs.lookup(name).name
    except (LookupError, ValueError):  # ValueError: a null character
        known = ""
    if not _CHARACTER_SETS.fullmatch(known):
        raise InvalidInput(
            "encoding", f"found {name[:40]!r}, expected a name such as utf-8 or windows-1251"
        )
    return known


def decode(data: bytes, encoding: str | None = None) -> tuple[str, tuple[str, ...]]:
    """The text, and a note when its encoding was guessed or letters are damaged.

    ``encoding`` is what the user says. Raises CinestatsError for bytes that are no text in
    it, in no encoding that can be told, and for no text at all.
    """
    for beginning, kind in _KINDS.items():
        if data.startswith(beginning):
            raise CinestatsError(f"The file is {kind}; expected a table, JSON or a zip file.")
    text, notes = _decoded(data, encoding)
    if not text.strip():
        raise CinestatsError("The file is empty; expected an export with a header line.")
    is_page = text.lstrip()[:15].lower().startswith(("<!doctype html", "<html"))
    if is_page and "<tr" not in text.lower():
        raise CinestatsError("The file is a web page; expected a table, JSON or a zip file.")
    return text, notes


def _decoded(data: bytes, encoding: str | None) -> tuple[str, tuple[str, ...]]:
    mark = next((mark for mark in _BYTE_ORDER_MARKS if data.startswith(mark)), b"")
    if encoding is not None:
        known = character_set(encoding)
        if mark and _BYTE_ORDER_MARKS[mark].startswith(known.removesuffix("-sig")):
            data, known = data[len(mark) :], _BYTE_ORDER_MARKS[mark]
        try:
            return data.decode(known), ()
        except UnicodeError as error:
            at = getattr(error, "start", 0)
            raise CinestatsError(f"The file is not {known}, at byte {at:,}.") from error
    expected = _BYTE_ORDER_MARKS.get(mark, "utf-8")
    body = data[len(mark) :]
    try:
        text = body.decode(expected)
    except UnicodeDecodeError as error:
        if expected == "utf-8" and (damaged := _damaged(body)):
            return damaged
        if mark:
            at = error.start + len(mark)
            raise CinestatsError(
                f"The file says that it is {expected.upper()} but is not, at byte {at:,}."
            ) from error
        return _guessed(body, error.start)
    beginning = text[:2000]
    if not mark and beginning.count("\0") * 4 > len(beginning):  # UTF-16 without its mark
        return _guessed(body, body.index(0))
    return text, ()


def _damaged(body: bytes) -> tuple[str, tuple[str, ...]] | None:
    """UTF-8 with a few bad bytes, each of which costs no more than its own letter."""
    text = body.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    good = sum(not c.isascii() for c in text) - bad if not text.isascii() else 0
    if good < bad * _DAMAGE:
        return None
    letters = "One letter is" if bad == 1 else f"{bad:,} letters are"
    return text, (f"{letters} damaged in the file, and shown as \ufffd.",)


def _guessed(data: bytes, at: int) -> tuple[str, tuple[str, ...]]:
    plausible = [each for each in _candidates(data) if _is_plausible(each.text)]
    if not plausible:
        raise _no_text(at)
    # Of those that are about as likely the one with the fewest signs among the letters:
    # "Popiół" and not "Popió³".
    least = plausible[0].confidence * 0.9
    likely = [each for each in plausible if each.confidence >= least]
    for found in sorted(likely, key=lambda each: _signs(each.text)):
        if (text := _reads(data, found.encoding)) is not None:
            break
    else:
        raise _no_text(at)
    usual = (shown for name, shown in _USUAL.items() if _reads(data, name) == text)
    return text, (
        f"The file is not UTF-8 and was read as {next(usual, found.encoding)}: check the"
        " letters of other alphabets and those with accents, and name the encoding if they are"
        " wrong.",
    )


def _no_text(at: int) -> CinestatsError:
    return CinestatsError(
        f"The file is not text: byte {at:,} is not UTF-8, and no other encoding could be told."
        " Save it as UTF-8, or name its encoding with --encoding (encoding in the API)."
    )


class _Candidate(NamedTuple):
    encoding: str
    confidence: float
    text: str


def _candidates(data: bytes) -> Iterator[_Candidate]:
    """The encodings that the bytes may have with the text of a sample, likely ones first."""
    import chardet  # only files that are not UTF-8 pay for it

    eras = chardet.EncodingEra.ALL & ~chardet.EncodingEra.MAINFRAME
    sample = _sample(data)
    for each in chardet.detect_all(sample, ignore_threshold=True, encoding_era=eras):
        encoding = each["encoding"]
        if encoding and (text := _reads(sample, encoding)) is not None:
            yield _Candidate(encoding, each["confidence"], text)


def _sample(data: bytes) -> bytes:
    """What tells the encoding: a small file, or the first lines that are not ASCII."""
    if len(data) <= _SAMPLE or b"\0" in data:  # of UTF-16 no line end is a single byte
        return data[:_SAMPLE]
    lines = (line for line in data.splitlines(keepends=True) if not line.isascii())
    sample = bytearray()
    for line in lines:
        if len(sample) + len(line) > _SAMPLE and sample:
            break
        sample += line
    return bytes(sample[:_SAMPLE])


def _reads(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeError, LookupError):
        return None


def _is_plausible(text: str) -> bool:
    """Whether it holds letters as people write them: no word is of two scripts."""
    if _NO_TEXT.search(text):
        return False
    signs = _signs(text)
    if signs > _SIGNS and signs * 3 > sum(not c.isascii() for c in text):
        return False
    return all(
        sum(script.search(word) is not None for script in _SCRIPTS) == 1
        for word in _WORD.findall(text)
        if not word.isascii()
    )


def _signs(text: str) -> int:
    """How many characters beyond ASCII are signs: currencies, fractions, box drawings."""
    return sum(not c.isascii() and unicodedata.category(c)[0] in "SNC" for c in text)
