"""Which export a file is, by its content; its name decides only where contents are alike."""

from dataclasses import replace
from datetime import tzinfo

from cinestats.domain.errors import CinestatsError

from . import cinestats, imdb, letterboxd, letterboxd_zip, movary, plain, trakt
from .archive import Archive, is_zip
from .export import Export, Format
from .table import read_table
from .text import decode

MAX_BYTES = 32 * 2**20

_NAMES = {
    "cinestats": "cinestats",
    "letterboxd": "Letterboxd",
    "imdb": "IMDb",
    "trakt": "Trakt",
    "movary": "Movary",
    "csv": "a plain table",
}
_OURS = ("auto", "cinestats", "letterboxd")  # our export is one for Letterboxd, too


def read_export(path: str, data: bytes, *, format: Format = "auto", zone: tzinfo) -> Export:
    """Read a diary that another service exported, or a table in CSV or TSV.

    ``path`` is the file's name as its user gave it, with or without folders; ``zone`` tells
    which day a moment belongs to. A bad row is rejected alone. Raises CinestatsError with a
    sentence for a file that as a whole is not understood, is not of the given ``format``,
    or is beyond a limit.
    """
    if len(data) > MAX_BYTES:
        raise CinestatsError(f"The file has {len(data):,} bytes, more than {MAX_BYTES:,}.")
    if is_zip(data):
        if format != "cinestats":
            _expect(format, "letterboxd", "a zip file")
        archive = Archive(data)
        if cinestats.recognises_zip(archive):
            return cinestats.read_zip(archive, zone)
        _expect(format, "letterboxd", "a zip file")
        return letterboxd_zip.read(archive, zone)
    text, notes = decode(data)
    if '"event_type"' in text.lstrip().partition("\n")[0]:
        raise CinestatsError(
            "The file is a log of events, which the command cinestats events import takes in."
        )
    if text.lstrip().startswith(("[", "{")):
        _expect(format, "trakt", "a JSON file")
        export = trakt.read(text, zone)
    else:
        export = _read_table(path, text, format, zone)
    return replace(export, notes=notes + export.notes)


def _expect(asked: Format, found: Format, what: str) -> None:
    if asked not in ("auto", found):
        raise CinestatsError(
            f"The file is {what}, which can only be an export of {_NAMES[found]}, not of"
            f" {_NAMES[asked]}."
        )


def _read_table(path: str, text: str, format: Format, zone: tzinfo) -> Export:
    is_list = text.lstrip('" \r\n').startswith(letterboxd.LIST_TITLE)
    table = read_table(text, letterboxd.LIST_FIRST_COLUMN if is_list else None)
    if format == "csv":
        return plain.read(table, zone)
    if format in _OURS and cinestats.recognises(table):
        return cinestats.read(table, zone)
    if format in ("auto", "letterboxd") and letterboxd.recognises(table):
        return letterboxd.read(table, path, zone)
    if format in ("auto", "imdb") and imdb.recognises(table):
        return imdb.read(table, zone)
    if format in ("auto", "movary") and movary.recognises(table):
        return movary.read(table, zone)
    if format == "auto":
        return plain.read(table, zone)
    shown = ", ".join(label[:30] for label in table.labels[:8])
    raise CinestatsError(
        f"The file is no export of {_NAMES[format]}: it has the columns {shown}."
    )
