"""Movary's CSV files: history, ratings and watchlist."""

from dataclasses import replace

from cinestats.adapters.importers import cells, marks
from cinestats.adapters.importers.registry import Confidence, Importer, Options
from cinestats.adapters.importers.source import Source
from cinestats.adapters.importers.table import Export, Record
from cinestats.application.imports.rows import ImportedRow, RejectedRow, SkippedRow

_FILM = ("title", "year", "tmdbid", "imdbid")
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
        return _watchlist(source)

    def read_row(record: Record) -> ImportedRow:
        imdb_id = record.try_read(cells.imdb_id, "imdbid")
        tmdb_id = record.try_read(cells.tmdb_id, "tmdbid")
        has_id = imdb_id or tmdb_id
        return ImportedRow(
            line=record.line,
            kind="play" if record["watchedat"] else "film",
            title="" if has_id and not record["title"] else record.read(cells.title, "title"),
            year=record.try_read(cells.year, "year"),
            rating=record.try_read(cells.out_of_ten, "userrating"),
            watched_on=record.try_read(options.day, "watchedat"),
            imdb_id=imdb_id,
            tmdb_id=tmdb_id,
            review=marks.text(record["comment"]),
            place=marks.text(record["location"]),
        )

    rated = "userrating" in table.columns
    return table.export("Movary ratings" if rated else "Movary history", read_row)


def _watchlist(source: Source) -> Export:
    reason = "on a watchlist"
    export = source.table.export(
        "Movary watchlist",
        lambda record: SkippedRow(record.line, reason),
        "A watchlist lists films to see: nothing was added.",
    )
    # Movary once wrote its rows without the year that its header names.
    rows = tuple(
        SkippedRow(row.line, reason) if isinstance(row, RejectedRow) else row
        for row in export.rows
    )
    return replace(export, rows=rows)
