"""Our own export: a CSV file, or a zip of several."""

from dataclasses import replace
from datetime import tzinfo
from typing import cast

import orjson

from cinestats.adapters.event_json import MAX_ID_LENGTH
from cinestats.adapters.letterboxd_csv import unescaped
from cinestats.application.imports.rows import ImportedRow, Row
from cinestats.domain.movie import MAX_NAME_LENGTH, clean_text

from .archive import Archive
from .cells import LeftOut, half_stars, imdb_id, minutes, names, title, tmdb_id, unfit, year
from .dates import day
from .export import Export
from .table import Record, Table, read_table
from .text import decode

_FORMAT = "cinestats diary"
_MAX_KEY_LENGTH = 5_000
_MAX_URL_LENGTH = 2_000
_SEPARATORS = "|;"
_A_LIST = 'a list such as ["Drama","Crime"]'


def recognises(table: Table) -> bool:
    """Whether the columns are those of our export."""
    return {"title", "watcheddate", "filmkey", "entryid"} <= set(table.keys)


def read(table: Table, zone: tzinfo) -> Export:
    """Read one file. A row that somebody wrote into it needs no more than a title."""
    left_out = LeftOut()

    def read_row(record: Record) -> ImportedRow:
        def at(label: str) -> tuple[str, str]:
            return unescaped(record.cell(label.lower())), label

        film_key = _text(*at("FilmKey"), _MAX_KEY_LENGTH)
        watched_on = day(*at("WatchedDate"), zone)
        return ImportedRow(
            line=record.line,
            kind="film" if film_key is None and watched_on is None else "play",
            title=title(*at("Title")),
            year=year(*at("Year")),
            rating=half_stars(*at("Rating")),
            watched_on=watched_on,
            logged_on=left_out.optional(lambda c, f: day(c, f, zone), *at("Added")),
            imdb_id=left_out.optional(imdb_id, *at("imdbID")),
            tmdb_id=left_out.optional(tmdb_id, *at("tmdbID")),
            directors=_names(*at("DirectorList")) or names(*at("Directors"), _SEPARATORS),
            actors=_names(*at("ActorList")),
            genres=_names(*at("GenreList")),
            duration=left_out.optional(minutes, *at("Duration")),
            poster_url=_text(*at("Poster"), _MAX_URL_LENGTH),
            film_key=film_key,
            entry_id=None if film_key is None else _text(*at("EntryID"), MAX_ID_LENGTH),
        )

    rows = table.convert(read_row)
    return Export(_FORMAT, rows, left_out.notes())


def recognises_zip(archive: Archive) -> bool:
    """Whether the first table in the zip has the columns of our export."""
    tables = _tables(archive)
    if not tables:
        return False
    header = archive.read(tables[0]).partition(b"\n")[0]
    return b"FilmKey" in header and b"EntryID" in header


def read_zip(archive: Archive, zone: tzinfo) -> Export:
    """Read the tables of a zip that ``recognises_zip``."""
    rows: list[Row] = []
    notes: dict[str, None] = {}
    for name in _tables(archive):
        text, encoding_notes = decode(archive.read(name))
        part = read(read_table(text), zone)
        rows += [replace(row, file=name) for row in part.rows]
        notes |= dict.fromkeys(f"{name}: {note}" for note in (*encoding_notes, *part.notes))
    return Export(_FORMAT, tuple(rows), tuple(notes))


def _tables(archive: Archive) -> list[str]:
    """The names of the tables, without what a Mac leaves beside them."""
    return sorted(
        name
        for name in archive.names
        if name.endswith(".csv") and not name.startswith("__MACOSX/")
    )


def _text(cell: str, field: str, limit: int) -> str | None:
    return clean_text(cell, field, limit) if cell else None


def _names(cell: str, field: str) -> tuple[str, ...]:
    """Names in a JSON list, as we write them, or parted as others do."""
    if not cell.startswith("["):
        return names(cell, field, _SEPARATORS)
    try:
        found: object = orjson.loads(cell)
    except orjson.JSONDecodeError as error:
        raise unfit(field, cell, _A_LIST) from error
    items = cast(list[object], found)  # for it begins with a bracket
    if not all(isinstance(item, str) for item in items):
        raise unfit(field, cell, _A_LIST)
    return tuple(clean_text(str(item), field, MAX_NAME_LENGTH) for item in items)
