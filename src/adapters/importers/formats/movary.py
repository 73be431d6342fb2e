"""Movary's CSV files: history, ratings and watchlist."""

from cinestats.adapters.importers.cells import (
    imdb_id,
    required_out_of_ten,
    title,
    tmdb_id,
    year,
)
from cinestats.adapters.importers.export import Export
from cinestats.adapters.importers.registry import Confidence, Options, importer
from cinestats.adapters.importers.source import Peek, Source
from cinestats.adapters.importers.table import Record
from cinestats.application.imports.rows import ImportedRow, SkippedRow

_FILM = ("title", "year", "tmdbid", "imdbid")


def recognises(peek: Peek) -> Confidence:
    """Whether the columns are those of one of Movary's files, old or new."""
    *film, last = peek.columns[:5] or ("",)
    own = tuple(film) == _FILM and last in ("watchedat", "userrating", "addedat")
    return Confidence.CERTAIN if own else Confidence.NO


@importer(
    "movary",
    label="Movary",
    hint={
        "en": "history.csv and ratings.csv. In Movary: Settings, Account, Data, Export.",
        "it": "history.csv e ratings.csv. In Movary: Settings, Account, Data, Export.",
    },
    accepts=("csv",),
    recognises=recognises,
)
def read(source: Source, options: Options) -> Export:
    """Read one of Movary's files; a row of the history without a day tells of a film seen."""
    table = source.table
    if "addedat" in table.columns:
        return table.export(
            "Movary watchlist",
            lambda record: SkippedRow(record.line, "on a watchlist"),
            ["A watchlist lists films to see: nothing was added."],
        )
    rated = "userrating" in table.columns

    def read_row(record: Record) -> ImportedRow:
        watched_on = record.read(options.day, "watchedat")
        return ImportedRow(
            line=record.line,
            kind="film" if watched_on is None else "play",
            title=record.read(title, "title"),
            year=record.read(year, "year"),
            rating=record.read(required_out_of_ten, "userrating") if rated else None,
            watched_on=watched_on,
            imdb_id=record.try_read(imdb_id, "imdbid"),
            tmdb_id=record.try_read(tmdb_id, "tmdbid"),
        )

    return table.export("Movary ratings" if rated else "Movary history", read_row)
