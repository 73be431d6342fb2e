"""Any table that has a column of titles, its columns named in one of the usual ways."""

from collections.abc import Callable, Mapping
from datetime import tzinfo

from cinestats.application.imports.rows import ImportedRow
from cinestats.domain.errors import CinestatsError, InvalidInput

from .cells import (
    LeftOut,
    half_stars,
    imdb_id,
    minutes,
    names,
    out_of_ten,
    title,
    tmdb_id,
    year,
)
from .dates import day
from .export import Export
from .table import Record, Table

# The first name that the file has is taken.
_NAMES: Mapping[str, tuple[str, ...]] = {
    "title": ("title", "name", "film", "movie", "filmtitle", "movietitle", "titolo"),
    "year": ("year", "releaseyear", "filmyear", "anno"),
    "rating": ("rating", "myrating", "yourrating", "userrating", "stars", "score", "voto"),
    "rating10": ("rating10",),
    "watched": (
        *("watcheddate", "watchedon", "watchedat", "datewatched", "watched"),
        *("viewdate", "dateviewed", "viewedon", "datavisione"),
    ),
    "date": ("date", "data"),
    "imdb": ("imdb", "imdbid", "tt", "const", "tconst"),
    "tmdb": ("tmdb", "tmdbid"),
    "directors": ("directors", "director", "directedby", "regista", "registi", "regia"),
    "actors": ("actors", "actor", "cast", "starring", "attori", "stars"),
    "genres": ("genres", "genre", "genere", "generi"),
    "duration": ("duration", "runtime", "runtimemins", "minutes", "durata"),
}
_SEPARATORS = "|;"


def read(table: Table, zone: tzinfo) -> Export:
    """Read a table with a row for each view, or each film seen where no day is given.

    A lone ``date`` is the day of the view; beside a column for that day it is the day of
    writing. A column for ratings that hardly holds any is left alone, or read as the actors
    when it is called ``stars``. Raises CinestatsError for a table without titles.
    """
    columns = _columns(table)
    if "title" not in columns:
        shown = ", ".join(label[:30] for label in table.labels[:8])
        raise CinestatsError(
            f"The file has the columns {shown}; expected one for the title at least, called"
            " title, name, film or movie."
        )
    notes: tuple[str, ...] = ()
    rating = columns.get("rating")
    if rating is not None and not _holds_stars(table, rating):
        del columns["rating"]
        if rating != columns.get("actors"):
            notes = (
                f"The column {_label(table, rating)} does not hold ratings from 0.5 to 5 stars"
                " and was left out.",
            )
    elif rating is not None and rating == columns.get("actors"):
        del columns["actors"]
    if "watched" not in columns and "date" in columns:
        columns["watched"] = columns.pop("date")
    left_out = LeftOut()
    rows = table.convert(_reader(table, columns, zone, left_out))
    return Export("plain table", rows, notes + left_out.notes())


def _columns(table: Table) -> dict[str, str]:
    """The key of the table's column for each thing it has."""
    found: dict[str, str] = {}
    for field, known in _NAMES.items():
        key = next((name for name in known if name in table.keys), None)
        if key is not None:
            found[field] = key
    return found


def _label(table: Table, key: str) -> str:
    return table.labels[table.keys.index(key)]


def _holds_stars(table: Table, key: str) -> bool:
    """Whether at least half of the column's cells that are not blank are ratings."""
    cells = [cell for record in table.records() if (cell := record.cell(key))]
    return sum(map(_is_stars, cells)) * 2 >= len(cells)


def _is_stars(cell: str) -> bool:
    try:
        half_stars(cell, "")
    except InvalidInput:
        return False
    return True


def _reader(
    table: Table, columns: Mapping[str, str], zone: tzinfo, left_out: LeftOut
) -> Callable[[Record], ImportedRow]:
    labels = {field: _label(table, key) for field, key in columns.items()}

    def read_row(record: Record) -> ImportedRow:
        def at(field: str) -> tuple[str, str]:
            return record.cell(columns.get(field, "")), labels.get(field, field)

        watched_on = day(*at("watched"), zone)
        rating = half_stars(*at("rating"))
        return ImportedRow(
            line=record.line,
            kind="film" if watched_on is None else "play",
            title=title(*at("title")),
            year=year(*at("year")),
            rating=out_of_ten(*at("rating10")) if rating is None else rating,
            watched_on=watched_on,
            logged_on=left_out.optional(lambda c, f: day(c, f, zone), *at("date")),
            imdb_id=left_out.optional(imdb_id, *at("imdb")),
            tmdb_id=left_out.optional(tmdb_id, *at("tmdb")),
            directors=names(*at("directors"), _SEPARATORS),
            actors=names(*at("actors"), _SEPARATORS),
            genres=names(*at("genres"), _SEPARATORS),
            duration=left_out.optional(minutes, *at("duration")),
        )

    return read_row
