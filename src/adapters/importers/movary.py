"""Movary's CSV files: history, ratings and watchlist."""

from collections.abc import Callable
from datetime import tzinfo

from cinestats.application.imports.rows import ImportedRow, SkippedRow

from .cells import LeftOut, imdb_id, out_of_ten, title, tmdb_id, unfit, year
from .dates import day
from .export import Export
from .table import Record, Table

_FILM = ("title", "year", "tmdbid", "imdbid")


def recognises(table: Table) -> bool:
    """Whether the columns are those of one of Movary's files, old or new."""
    return table.keys[:4] == _FILM and table.keys[4:5] in (
        ("watchedat",),
        ("userrating",),
        ("addedat",),
    )


def read(table: Table, zone: tzinfo) -> Export:
    """Read one of Movary's files; a row of the history without a day tells of a film seen."""
    if "addedat" in table.keys:
        return Export(
            "Movary watchlist",
            table.convert(lambda record: SkippedRow(record.line, "on a watchlist")),
            ("A watchlist lists films to see: nothing was added.",),
        )
    rated = "userrating" in table.keys
    left_out = LeftOut()
    rows = table.convert(_reader(rated, zone, left_out))
    return Export("Movary ratings" if rated else "Movary history", rows, left_out.notes())


def _reader(rated: bool, zone: tzinfo, left_out: LeftOut) -> Callable[[Record], ImportedRow]:
    def read_row(record: Record) -> ImportedRow:
        rating = out_of_ten(record.cell("userrating"), "userRating")
        if rated and rating is None:
            raise unfit("userRating", "", "a whole number from 1 to 10")
        watched_on = day(record.cell("watchedat"), "watchedAt", zone)
        return ImportedRow(
            line=record.line,
            kind="film" if watched_on is None else "play",
            title=title(record.cell("title"), "title"),
            year=year(record.cell("year"), "year"),
            rating=rating,
            watched_on=watched_on,
            imdb_id=left_out.optional(imdb_id, record.cell("imdbid"), "imdbId"),
            tmdb_id=left_out.optional(tmdb_id, record.cell("tmdbid"), "tmdbId"),
        )

    return read_row
