"""Criticker's CSV of ratings.

Score, Film Name, Year, Date Rated (Jun 21 2014, 22:06), Mini Review, URL, IMDB ID. The URL
tells films from series. A score is out of 100, but everybody uses the scale in their own way:
a file without a score above 10 is read as out of ten.
"""

from contextlib import suppress
from datetime import date, datetime

from cinestats.adapters.importers import cells
from cinestats.adapters.importers.ratings import Scale, half_stars, scale_of
from cinestats.adapters.importers.registry import Confidence, Importer, Options
from cinestats.adapters.importers.source import Source
from cinestats.adapters.importers.table import Export, Record, Table
from cinestats.application.imports.rows import ImportedRow, SkippedRow

_OWN = {"score", "filmname", "daterated", "url"}
_NOTE = "No score is above 10: the scores were read as out of ten, not as out of 100."


def recognises(source: Source) -> Confidence:
    """Whether the columns are Criticker's."""
    return Confidence.CERTAIN if set(source.table.columns) >= _OWN else Confidence.NO


@Importer(
    "criticker",
    label="Criticker",
    hint={
        "en": "The CSV of your ratings. On the website: your ratings, Export.",
        "it": "Il CSV dei tuoi voti. Sul sito: i tuoi voti, Export.",
    },
    recognises=recognises,
)
def read(source: Source, options: Options) -> Export:
    """Read the ratings; each says that a film was seen. No score is rounded."""
    best = options.scale or _best(source.table)

    def score(cell: str, field: str) -> int | None:
        if cell == "0":
            raise cells.LeftOut(field, cell, "half a star at least", "is less than half a star")
        return half_stars(cell, field, best)

    def read_row(record: Record) -> ImportedRow | SkippedRow:
        if "/tv/" in record["url"]:
            return SkippedRow(record.line, "not a film: series")
        if "/game/" in record["url"]:
            return SkippedRow(record.line, "not a film: game")
        return ImportedRow(
            line=record.line,
            kind="film",
            title=record.read(cells.title, "filmname"),
            year=record.try_read(cells.year, "year"),
            rating=record.try_read(score, "score"),
            logged_on=record.try_read(_day_rated, "daterated"),
            imdb_id=record.try_read(cells.imdb_id, "imdbid"),
            review=record.read(cells.text, "minireview"),
        )

    return source.table.export(
        "Criticker ratings", read_row, *[_NOTE] * (best == 10 and not options.scale)
    )


def _best(table: Table) -> Scale:
    return 100 if scale_of(table.column("score")) == 100 else 10


def _day_rated(cell: str, field: str) -> date | None:
    if not cell:
        return None
    with suppress(ValueError):
        return datetime.strptime(f"{cell} +00:00", "%b %d %Y, %H:%M %z").date()
    raise cells.unfit(field, cell, "a moment such as Jun 21 2014, 22:06")
