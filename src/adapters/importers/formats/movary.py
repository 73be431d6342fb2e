"""Movary's CSV files: history, ratings and watchlist."""

from cinestats.adapters.importers import cells
from cinestats.adapters.importers.registry import Confidence, Importer, Options
from cinestats.adapters.importers.source import Source
from cinestats.adapters.importers.table import Export, Record
from cinestats.application.imports.rows import ImportedRow, SkippedRow

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
        "en": "history.csv and ratings.csv. In Movary: Settings, Account, Data, Export.",
        "it": "history.csv e ratings.csv. In Movary: Settings, Account, Data, Export.",
    },
    recognises=recognises,
)
def read(source: Source, options: Options) -> Export:
    """Read one of Movary's files; a row of the history without a day tells of a film seen."""
    table = source.table
    if "addedat" in table.columns:
        return table.export(
            "Movary watchlist",
            lambda record: SkippedRow(record.line, "on a watchlist"),
            "A watchlist lists films to see: nothing was added.",
        )
    rated = "userrating" in table.columns

    def read_row(record: Record) -> ImportedRow:
        watched_on = record.read(options.day, "watchedat")
        return ImportedRow(
            line=record.line,
            kind="film" if watched_on is None else "play",
            title=record.read(cells.title, "title"),
            year=record.read(cells.year, "year"),
            rating=record.read(cells.required_out_of_ten, "userrating") if rated else None,
            watched_on=watched_on,
            imdb_id=record.try_read(cells.imdb_id, "imdbid"),
            tmdb_id=record.try_read(cells.tmdb_id, "tmdbid"),
        )

    return table.export("Movary ratings" if rated else "Movary history", read_row)
