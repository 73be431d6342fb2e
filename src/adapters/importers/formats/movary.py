"""Movary's CSV files: history, ratings and watchlist."""

import re
from dataclasses import replace

from cinestats.adapters.importers import cells, marks
from cinestats.adapters.importers.listed import KEPT, kept, whole
from cinestats.adapters.importers.registry import Confidence, Importer, Options
from cinestats.adapters.importers.source import Source
from cinestats.adapters.importers.table import Export, Record, read_table
from cinestats.application.imports.rows import ImportedRow, SkippedRow
from cinestats.domain.lists import watchlist_of

_FILM = ("title", "year", "tmdbid", "imdbid")
_YEAR = re.compile(r"\byear\W+", re.IGNORECASE)
_LAST = (("watchedat",), ("userrating",), ("addedat",))


def recognises(source: Source) -> Confidence:
    """Whether the columns are those of one of Movary's files, old or new."""
    columns = source.table.columns
    own = columns[:4] == _FILM and columns[4:5] in _LAST
    return Confidence.CERTAIN if own else Confidence.NO


@Importer(
    "movary",
    label="Movary",
    hint={
        "en": "history.csv and ratings.csv, zipped or not. In Movary: Settings, Account, Data,"
        " Export.",
        "it": "history.csv e ratings.csv, anche in uno zip. In Movary: Settings, Account, Data,"
        " Export.",
    },
    accepts=("csv", "zip"),
    recognises=recognises,
)
def read(source: Source, options: Options) -> Export:
    """Read one of Movary's files; a row of the history without a day tells of a film seen.

    Each play is a row of its own, with its comment and place; a rating is of the film.
    """
    table = source.table
    if "addedat" in table.columns:
        return _watchlist(source, options)

    def read_row(record: Record) -> ImportedRow:
        return replace(
            _film(record),
            kind="play" if record["watchedat"] else "film",
            rating=record.try_read(cells.out_of_ten, "userrating"),
            watched_on=record.try_read(options.day, "watchedat"),
            review=marks.text(record["comment"]),
            place=marks.text(record["location"]),
        )

    rated = "userrating" in table.columns
    return table.export("Movary ratings" if rated else "Movary history", read_row)


def _film(record: Record) -> ImportedRow:
    """The film of a row, whose title may be blank where an id names it."""
    imdb_id = record.try_read(cells.imdb_id, "imdbid")
    tmdb_id = record.try_read(cells.tmdb_id, "tmdbid")
    has_id = imdb_id or tmdb_id
    return ImportedRow(
        line=record.line,
        kind="film",
        title="" if has_id and not record["title"] else record.read(cells.title, "title"),
        year=record.try_read(cells.year, "year"),
        imdb_id=imdb_id,
        tmdb_id=tmdb_id,
    )


def _watchlist(source: Source, options: Options) -> Export:
    films = watchlist_of("movary")
    table = source.table
    if not any(table.cells()):
        # Movary once wrote its rows without the year that its header names.
        table = read_table(_YEAR.sub("", source.text, count=1))

    def read_row(record: Record) -> SkippedRow:
        added = record.try_read(options.day, "addedat")
        return kept(replace(_film(record), logged_on=added), films)

    note = f"A watchlist holds films to see. {KEPT}"
    return whole(table.export("Movary watchlist", read_row, note), films)
